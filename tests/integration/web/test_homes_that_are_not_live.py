"""A home that is not live is never shown as calm, and who takes it live knows what is missing."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from tests.village import NIGHT, add_home, fall
from tests.web_rig import WebRig, form_token


def set_status(web: WebRig, home: str, status: str) -> None:
    with web.pool.connection() as connection:
        connection.execute("update homes set status = %s where id = %s", [status, home])
        connection.execute(
            "update edges set state = 'online', heard_at = %s where home_id = %s", [NIGHT, home]
        )


def status_of(web: WebRig, home: str) -> str:
    with web.pool.connection() as connection:
        row = connection.execute("select status from homes where id = %s", [home]).fetchone()
    assert row is not None
    return str(row["status"])


def change(client: httpx.Client, home: str, status: str) -> httpx.Response:
    token = form_token(client.get(f"/homes/{home}").text)
    return client.post(f"/homes/{home}/status", data={"status": status, "csrf": token})


@pytest.mark.parametrize(("status", "word"), [("commissioning", "Being commissioned"), ("paused", "Paused")])
def test_no_page_and_no_program_is_told_that_it_is_calm(web: WebRig, status: str, word: str) -> None:
    set_status(web, "wang", status)
    with web.signed_in("operator") as client, web.program("operator") as program:
        client.post("/language", data={"language": "en"})
        for path in ("/", "/homes", "/homes/wang"):
            page = client.get(path).text
            assert word in page, path
            assert "nobody is called" in page, path
            assert "All quiet <b>1" not in page, path
            assert "✓" not in page.replace(
                'state-calm"><span class="mark mark-calm" aria-hidden="true">✓', ""
            )
        assert program.get("/api/v1/homes/wang").json()["state"] == status
        assert [home["state"] for home in program.get("/api/v1/homes").json()] == [status]


def test_the_board_counts_live_homes_apart(web: WebRig) -> None:
    with web.pool.connection() as connection:
        add_home(connection, "he", status="commissioning")
    set_status(web, "wang", "live")
    with web.signed_in("operator") as client:
        client.post("/language", data={"language": "en"})
        board = client.get("/").text
    assert "1 live home, no open alert." in board
    assert 'href="/homes?state=commissioning"' in board
    assert "2 homes" in board


def test_a_home_that_is_being_commissioned_says_what_is_not_shown_and_leads_on(web: WebRig) -> None:
    set_status(web, "wang", "commissioning")
    with web.signed_in("supervisor") as client:
        client.post("/language", data={"language": "en"})
        page = client.get("/homes/wang").text
        assert "Walk test: every sensor was triggered" in page
        assert "A test alert was answered by a human" in page
        assert 'href="/homes/wang/setup"' in page
        assert change(client, "wang", "live").status_code == 409
    assert status_of(web, "wang") == "commissioning"


def test_a_paused_home_goes_on_where_it_was(web: WebRig) -> None:
    set_status(web, "wang", "paused")
    with web.signed_in("administrator") as client:
        client.post("/language", data={"language": "en"})
        assert change(client, "wang", "live").status_code == 303
        assert status_of(web, "wang") == "live"
        assert "changed the home&#39;s status" in client.get("/homes/wang").text
    with web.pool.connection() as connection:
        rows = connection.execute(
            "select user_id, home_id, detail from audit_log where action = 'set_status'"
        ).fetchall()
    assert rows == [{"user_id": web.people["administrator"], "home_id": "wang", "detail": {"status": "live"}}]


def test_pausing_asks_first_and_says_what_it_means(web: WebRig) -> None:
    set_status(web, "wang", "live")
    web.finding(fall(NIGHT - timedelta(minutes=1)))
    with web.signed_in("supervisor") as client:
        client.post("/language", data={"language": "en"})
        page = client.get("/homes/wang").text
        assert page.index('<summary class="button">Pause…') < page.index(
            "no fall, no smoke, no call for help"
        )
        assert change(client, "wang", "paused").status_code == 303
        page = client.get("/homes/wang").text
        assert "This home is paused: nobody is called" in page
        assert "The alerts that are open go on until somebody resolves them." in page


@pytest.mark.parametrize("role", ["family", "operator", "integrator"])
def test_who_may_not_edit_homes_reads_the_state_but_has_no_button(web: WebRig, role: str) -> None:
    set_status(web, "wang", "commissioning")
    with web.signed_in(role) as client:
        client.post("/language", data={"language": "zh"})
        page = client.get("/homes/wang").text
        assert "这户正在安装调试" in page
        assert 'action="/homes/wang/status"' not in page
        assert ('href="/homes/wang/setup"' in page) == (role != "operator")
        assert change(client, "wang", "live").status_code == 403
    assert status_of(web, "wang") == "commissioning"


def test_no_form_of_ours_means_no_change(web: WebRig) -> None:
    set_status(web, "wang", "live")
    with web.signed_in("supervisor") as client:
        assert client.post("/homes/wang/status", data={"status": "paused"}).status_code == 403
        token = form_token(client.get("/homes/wang").text)
        for status in ("commissioning", "calm", ""):
            form = {"status": status, "csrf": token}
            assert client.post("/homes/wang/status", data=form).status_code == 422
    assert status_of(web, "wang") == "live"
