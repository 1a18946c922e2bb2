"""Staff sign in with a password and a telephone; no code is good twice; no alert ever waits for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import cast

import httpx
import pyotp
import pytest

from hub.accounts import users
from hub.accounts.second_factor import Rule
from hub.administration.people import reset_second_factor
from hub.clock import MovableClock
from hub.settings import Settings
from tests.browser.test_a_one_tap_link import link
from tests.village import NIGHT, fall
from tests.web_rig import PASSWORD, WebRig, form_token, running_web

ENROL = "/account/second-factor"


def rig(
    database: str, tmp_path: Path, rule: Rule, before: WebRig | None = None
) -> AbstractContextManager[WebRig]:
    """A hub with a rule; or the same hub as `before`, started anew with this rule."""
    settings = Settings(data_dir=tmp_path, second_factor=rule, twilio_auth_token="not-used")  # type: ignore[arg-type]
    clock = before.clock if before else MovableClock(NIGHT)
    return running_web(database, clock, tmp_path, furnished=before is None, settings=settings)


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    with rig(database, tmp_path, "offered") as running:
        yield running


def later(web: WebRig, **by: int) -> None:
    cast(MovableClock, web.clock).move(timedelta(**by))


def secret_on(html: str) -> str:
    found = re.search(r'class="command key">([A-Z2-7 ]+)<', html)
    assert found, html[:2000]
    assert "viewBox" in html.partition('class="qr"')[2][:300]  # whole, at whatever size it is shown
    return found.group(1).replace(" ", "")


def now_code(web: WebRig, secret: str) -> str:
    return pyotp.TOTP(secret).at(web.clock.now())


def password(client: httpx.Client, login: str) -> httpx.Response:
    csrf = form_token(client.get("/sign-in").text)
    return client.post(
        "/sign-in", data={"login": login, "password": PASSWORD, "csrf": csrf, "next": "/homes"}
    )


def code(client: httpx.Client, typed: str) -> httpx.Response:
    csrf = form_token(client.get("/sign-in/code").text)
    return client.post("/sign-in/code", data={"code": typed, "csrf": csrf, "next": "/homes"})


def enrol(web: WebRig, login: str) -> tuple[str, list[str]]:
    """Set a second factor up, without script; return the secret and the recovery codes."""
    with web.signed_in(login) as client:
        csrf = form_token(client.get(ENROL).text)
        client.post(ENROL, data={"csrf": csrf, "act": "begin"})
        secret = secret_on(client.get(ENROL).text)
        assert client.post(ENROL, data={"csrf": csrf, "act": "confirm", "code": "000000"}).status_code == 422
        done = client.post(ENROL, data={"csrf": csrf, "act": "confirm", "code": now_code(web, secret)})
        recovery = re.findall(r"<code>([A-Z2-9-]{19})</code>", done.text)
        assert len(recovery) == 10
        assert secret not in client.get(ENROL).text.replace(" ", "")
    return secret, recovery


def test_a_password_alone_opens_nothing_and_no_code_is_good_twice(web: WebRig) -> None:
    secret, _ = enrol(web, "supervisor")
    with web.client() as client:
        asked = password(client, "supervisor")
        assert asked.headers["location"].startswith("/sign-in/code?next=/homes")
        for path in ("/", "/homes", "/account/second-factor", "/api/v1/homes", "/api/v1/stream"):
            assert client.get(path).status_code in (303, 401), path
        assert code(client, now_code(web, secret)).status_code == 401  # the one that enrolled
        later(web, seconds=30)
        assert code(client, now_code(web, secret)).headers["location"] == "/homes"
        assert client.get("/homes").status_code == 200
    with web.client() as thief:  # who saw it typed is not let in with it
        password(thief, "supervisor")
        assert code(thief, now_code(web, secret)).status_code == 401
        assert thief.get("/homes").status_code == 303
    with web.client() as late:  # a telephone whose clock is half a minute slow
        later(web, seconds=60)
        password(late, "supervisor")
        assert code(late, pyotp.TOTP(secret).at(web.clock.now(), counter_offset=-1)).status_code == 303


def test_guessing_is_slowed_down_and_a_recovery_code_lets_in_once_all_the_same(web: WebRig) -> None:
    secret, recovery = enrol(web, "administrator")
    later(web, seconds=60)
    with web.client() as client:
        password(client, "administrator")
        wrong = str((int(now_code(web, secret)) + 1) % 1_000_000).zfill(6)
        assert [code(client, wrong).status_code for _ in range(5)] == [401] * 4 + [429]
        assert code(client, now_code(web, secret)).status_code == 429  # right, and too soon
        let_in = code(client, recovery[0].lower().replace("-", " "))
        assert let_in.status_code == 200
        assert client.get("/homes").status_code == 200
    with web.client() as again:
        password(again, "administrator")
        assert code(again, recovery[0]).status_code == 401
    with web.pool.connection() as connection:  # nothing that could be typed is kept
        kept = str(connection.execute("select * from second_factors").fetchall())
        kept += str(connection.execute("select * from recovery_codes").fetchall())
    assert secret not in kept
    assert recovery[1] not in kept


def test_an_administrator_resets_it_and_the_last_one_by_the_command_line(web: WebRig, tmp_path: Path) -> None:
    enrol(web, "operator")
    enrol(web, "administrator")
    with web.program("administrator") as boss:
        listed = {one["login"]: one["second_factor"] for one in boss.get("/api/v1/users").json()}
        assert (listed["operator"], listed["supervisor"]) == (True, False)
        reset = boss.delete(f"/api/v1/users/{web.people['operator']}/second-factor")
        assert reset.json()["second_factor"] is False
    with web.client() as client:
        assert password(client, "operator").headers["location"] == "/homes"
    settings = Settings(data_dir=tmp_path, database_url=web.url)  # type: ignore[arg-type]
    assert "password alone" in reset_second_factor(settings, "administrator")
    with web.client() as client:
        assert password(client, "administrator").headers["location"] == "/homes"
    with web.pool.connection() as connection:
        written = connection.execute(
            "select user_id, detail from audit_log where action = 'reset_second_factor' order by id"
        ).fetchall()
    assert [row["user_id"] for row in written] == [web.people["administrator"], None]
    assert written[1]["detail"]["by"] == "command line"


def test_where_it_is_required_staff_set_it_up_at_the_next_sign_in_and_nobody_else(
    database: str, tmp_path: Path
) -> None:
    with rig(database, tmp_path, "required") as web:
        with web.client() as client:
            assert password(client, "operator").headers["location"].startswith("/sign-in/code")
            assert client.get("/").status_code == 303
            page = client.get("/sign-in/code")
            secret = secret_on(page.text)
            assert secret_on(client.get("/sign-in/code").text) == secret  # the same after a reload
            assert client.get("/sign-in/code").text.count("<script") == 0
            done = code(client, now_code(web, secret))
            assert len(re.findall(r"<code>([A-Z2-9-]{19})</code>", done.text)) == 10
            csrf = form_token(client.get(ENROL).text)
            later(web, seconds=60)
            client.post(ENROL, data={"csrf": csrf, "act": "remove", "code": now_code(web, secret)})
        with web.client() as again:
            assert password(again, "operator").headers["location"].startswith("/sign-in/code")
            assert "<svg" not in again.get("/sign-in/code").text.partition("<main")[2]
        with web.client() as family:
            assert password(family, "family").headers["location"] == "/homes"


def test_the_emergency_never_waits_behind_it(database: str, tmp_path: Path) -> None:
    """Links, programs, a screen that is signed in and a wall screen's account go on as before."""
    with rig(database, tmp_path, "offered") as before, before.signed_in("operator") as wall:
        cookies = dict(wall.cookies)
    with rig(database, tmp_path, "required", before) as web:
        web.people = before.people
        with web.client() as wall:
            wall.cookies.update(cookies)
            assert wall.get("/wall").status_code == 200
            alert = web.finding(fall(web.clock.now()))
            assert alert in wall.get("/wall").text
        with web.pool.connection() as connection:
            users.set_shared_screen(connection, web.people["operator"], True)
        with web.client() as screen:
            assert password(screen, "operator").headers["location"] == "/homes"
        with web.program("supervisor") as program:
            assert program.get("/api/v1/homes").status_code == 200
        with web.client() as somebody:
            path = link(web, alert)
            assert somebody.get(path).status_code == 200
            assert somebody.post(path, data={"act": "go"}).status_code in (200, 303)
        with web.pool.connection() as connection:
            row = connection.execute("select status from alerts where id = %s", [alert]).fetchone()
        assert row is not None
        assert row["status"] in ("acknowledged", "on_the_way")
