"""Whatever is sent, the answer is never an error of our own, and never a look inside."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.integration.web.test_every_route_by_every_role import INSIDE, ROUTES, Town
from tests.village import fall
from tests.web_rig import WebRig, form_token

NASTY: tuple[Any, ...] = (
    "a\x00b", "\ud800", "", "' or 1=1 --", "%s%n../<b>", "漢" * 5000, 10**400, 1e308, float("nan"), None,
    [[]], {"a": "\x00"},
)  # fmt: skip
JSON = {"Content-Type": "application/json"}

QUERIES = ("day", "limit", "q", "state", "page", "home", "next", "after")
IDS = ("%00", "%ff", "%ED%A0%80", "..%2f..", "a" * 5000, "A", "-", "wang%0a", "'", "{}", "%F0%9F%98%80")


@pytest.fixture
def town(web: WebRig) -> Town:
    return Town(web, web.finding(fall()), web.finding(fall(), "zhao"))


def sane(answer: httpx.Response) -> bool:
    """Not our error, and no trace, statement or driver in it."""
    inside = ("Traceback", "psycopg", "select ", "insert into", ".py")
    return answer.status_code < 500 and not any(word in answer.text for word in inside)


def test_nasty_values_in_every_field_of_every_body(town: Town) -> None:
    bad = []
    with town.web.program("administrator") as client:
        for name in INSIDE:
            ask = ROUTES[name]
            method, _, path = name.partition(" ")
            if ask.json is None:
                continue
            for field in [*ask.json, "unheard_of"]:
                for nasty in NASTY:
                    body = json.dumps(ask.json | {field: nasty})
                    answer = client.request(
                        method,
                        town.fill(path, own=True),
                        content=body,
                        headers=JSON,
                    )
                    if not sane(answer):
                        bad.append((name, field, repr(nasty)[:40], answer.status_code))
    assert bad == []


def test_bodies_that_are_no_json_at_all(town: Town) -> None:
    bodies = (b"", b"{", b"\xff\xfe", b"[" * 20_000, b'"x"', b"null", b"1e999999", b'{"id": 1, "id": 2}')
    bad = []
    with town.web.program("administrator") as client:
        for name in INSIDE:
            method, _, path = name.partition(" ")
            if ROUTES[name].json is None:
                continue
            for body in bodies:
                answer = client.request(
                    method,
                    town.fill(path, own=True),
                    content=body,
                    headers=JSON,
                )
                if not sane(answer):
                    bad.append((name, body[:20], answer.status_code))
    assert bad == []


def test_nasty_ids_and_queries(town: Town) -> None:
    bad = []
    ids = ("wang-fang", "wang", town.mine, "dongjie", "duty", town.web.people["family"], "a1")
    with town.web.program("administrator") as client:
        for name in ROUTES:
            method, _, path = name.partition(" ")
            if path == "/api/v1/stream":
                continue
            for nasty in IDS:
                target = town.fill(path, own=True)
                for known in ids:
                    target = target.replace(f"/{known}", f"/{nasty}", 1)
                query = "?" + "&".join(f"{key}={nasty}" for key in QUERIES)
                for url in (target, target + query):
                    with client.stream(method, url, follow_redirects=False) as answer:
                        if answer.status_code >= 500:
                            bad.append((method, url[:80], answer.status_code))
    assert bad == []


def test_days_at_the_ends_of_time(town: Town) -> None:
    with town.web.program("family") as client:
        for day in ("0001-01-01", "9999-12-31", "1989-12-31", "2200-01-01", "2026-02-30", "-5", "NaN"):
            assert client.get("/api/v1/homes/wang/events", params={"day": day}).status_code == 422, day
            assert client.get("/homes/wang", params={"day": day}).status_code == 422, day
        for day in ("1990-01-01", "2199-12-31"):
            assert client.get("/homes/wang", params={"day": day}).status_code == 200, day


def test_nasty_forms_from_a_browser(town: Town) -> None:
    bad = []
    with town.web.signed_in("operator") as client:
        csrf = form_token(client.get("/").text)
        for nasty in ("\x00", "漢" * 5000, "<b>", "//evil.example", "%s"):
            for action in ("acknowledge", "on-the-way", "on-site", "resolve"):
                answer = client.post(
                    f"/alerts/{town.mine}/{action}",
                    data={"csrf": csrf, "note": nasty, "outcome": nasty, "back": nasty},
                )
                if answer.status_code >= 500 or answer.headers.get("location", "/") != "/":
                    bad.append((action, nasty[:10], answer.status_code, answer.headers.get("location")))
            for data in ({"login": nasty, "password": nasty}, {"login": "operator", "password": nasty}):
                token = form_token(client.get("/sign-in").text)
                answer = client.post("/sign-in", data=data | {"csrf": token})
                if answer.status_code >= 500:
                    bad.append(("sign-in", nasty[:10], answer.status_code, None))
    assert bad == []


def test_nasty_values_in_every_field_of_every_form(town: Town) -> None:
    bad = []
    with town.web.signed_in("administrator") as client:
        csrf = form_token(client.get("/").text)
        for name in INSIDE:
            form = ROUTES[name].form
            method, _, path = name.partition(" ")
            if form is None or path == "/sign-out":
                continue
            for field in [*form, "unheard_of"]:
                for nasty in ("\x00", "漢" * 5000, "9" * 400, "-1", "nan", "0001-01-01T00:00", "[]", ""):
                    given = form | {"csrf": csrf, field: nasty}
                    answer = client.request(method, town.fill(path, own=True), data=given)
                    if answer.status_code >= 500:
                        bad.append((name, field, nasty[:20], answer.status_code))
    assert bad == []


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(web: WebRig) -> None:
    with web.program("administrator") as client:
        announced = client.post("/api/v1/users", content=b"x" * 300_000)
        assert announced.status_code == 413

        def dripping():  # type: ignore[no-untyped-def]
            for _ in range(60):
                yield b"x" * 8192

        assert client.post("/api/v1/users", content=dripping()).status_code == 413


def test_what_people_wrote_is_shown_as_text_and_never_as_a_page(town: Town) -> None:
    with town.web.pool.connection() as connection:
        connection.execute("update residents set name = '<script>alert(1)</script>' where home_id = 'wang'")
    with town.web.signed_in("operator") as client:
        for path in ("/", "/homes", "/homes/wang", f"/alerts/{town.mine}"):
            page = client.get(path)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "&lt;script&gt;alert" in page.text


def test_every_answer_carries_the_headers_that_keep_browsers_safe(town: Town) -> None:
    with town.web.signed_in("operator") as client:
        for path in ("/", "/homes/none", "/sign-in", "/api/v1/homes", "/healthz", "/static/anju.js"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-inline" not in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
        assert client.get("/homes/wang").headers["cache-control"] == "no-store"


def test_pages_hold_no_inline_style_script_or_foreign_address(town: Town) -> None:
    with town.web.signed_in("operator") as client:
        for path in ("/", "/homes", "/homes/wang", f"/alerts/{town.mine}", "/sign-in"):
            html = client.get(path).text
            assert " style=" not in html, path
            assert "<style" not in html, path
            assert " onclick=" not in html, path
            # A map may be opened, in a window of its own; nothing of it is loaded by a page of ours.
            map_ = r'href="https://uri\.amap\.com/[^"]*" target="_blank" rel="noopener noreferrer"'
            ours = re.sub(map_, "", html)
            assert "https://" not in ours, path


def test_a_database_that_is_gone_is_said_in_one_sentence(web: WebRig) -> None:
    with web.signed_in("operator") as client, web.program("operator") as program:
        web.pool.close()
        page = client.get("/")
        assert page.status_code == 503
        assert "系统连不上数据库" in page.text or "cannot reach its database" in page.text
        answer = program.get("/api/v1/homes")
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
        assert client.get("/healthz").status_code == 503


def test_figures_are_counted_by_route_and_hold_no_home(town: Town) -> None:
    with town.web.signed_in("operator") as client:
        client.get("/homes/wang")
        figures = client.get("/metrics").text
    assert 'anju_web_requests_total{method="GET",route="/homes/{home_id}",status="200"} 1.0' in figures
    assert "wang" not in figures
