"""Requests on their page and in the API: written down in a few taps, taken, finished with a result."""

from __future__ import annotations

from datetime import timedelta

from hub.care import store
from tests.web_rig import WebRig, form_token


def need_of(web: WebRig, home: str = "wang") -> str:
    with web.pool.connection() as connection:
        return store.press(connection, home, "0x01", web.clock.now(), web.clock.now())[0]


def test_a_request_is_written_down_with_a_search_and_one_tap(web: WebRig) -> None:
    with web.signed_in("operator") as browser:
        found = browser.get("/needs", params={"q": "东街12"}).text
        assert '/needs?home=wang"' in found
        form = browser.get("/needs", params={"home": "wang"}).text
        assert "王秀英" in form
        answer = browser.post(
            "/homes/wang/needs", data={"csrf": form_token(form), "kind": "meals", "text": "明天订午饭"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/needs")
        listed = browser.get("/needs").text
        assert "明天订午饭" in listed
        assert "09:00" in listed, "asked for at three in the morning, due after the station opens"


def test_a_request_is_taken_finished_and_stays_on_record(web: WebRig) -> None:
    need = need_of(web)
    with web.signed_in("operator") as browser:
        csrf = form_token(browser.get("/needs").text)
        assert browser.post(f"/needs/{need}", data={"csrf": csrf, "state": "taken"}).status_code == 303
        assert "退回" in browser.get("/needs").text
        refused = browser.post(f"/needs/{need}", data={"csrf": csrf, "state": "declined", "note": "  "})
        assert refused.status_code == 422
        assert "请写明不受理的原因" in refused.text
        done = {"csrf": csrf, "state": "done", "note": "镇里派车"}
        assert browser.post(f"/needs/{need}", data=done).status_code == 303
        late = browser.post(f"/needs/{need}", data={"csrf": csrf, "state": "done"})
        assert late.status_code == 409
        assert "镇里派车" in browser.get("/needs").text
    with web.pool.connection() as connection:
        assert [entry["state"] for entry in store.entries(connection, need)] == ["open", "taken", "done"]
        assert store.counts(connection)["done"] == sum(store.counts(connection).values()) == 1
        noted = connection.execute("select count(*) as n from audit_log where action = 'change_need'")
        assert noted.fetchone() == {"n": 2}


def test_what_is_late_is_marked_and_first(web: WebRig) -> None:
    need_of(web)
    with web.pool.connection() as connection:
        now = web.clock.now()
        store.add(
            connection, home_id="wang", kind="bathing", source="phone", now=now, due=now - timedelta(hours=1)
        )
    with web.program("operator") as program:
        listed = program.get("/api/v1/needs").json()
    assert [(need["kind"], need["overdue"]) for need in listed] == [("bathing", True), ("call_me", False)]
    with web.signed_in("operator") as browser:
        assert browser.get("/needs").text.count("已过时限") == 1


def test_a_family_sees_its_own_requests_and_changes_none(web: WebRig) -> None:
    mine, foreign = need_of(web), need_of(web, "zhao")
    with web.program("family") as program:
        assert [need["id"] for need in program.get("/api/v1/needs").json()] == [mine]
        assert program.post(f"/api/v1/needs/{mine}", json={"state": "done"}).status_code == 403
    with web.program("operator") as program:
        assert program.post(f"/api/v1/needs/{foreign}", json={"state": "done"}).status_code == 404
        assert program.post(f"/api/v1/needs/{mine}", json={"state": "declined"}).status_code == 422
        assert program.post(f"/api/v1/needs/{mine}", json={"state": "open"}).status_code == 409
    with web.signed_in("family") as browser:
        page = browser.get("/needs").text
        assert "王秀英" in page
        assert "我来办" not in page
        assert "赵家" not in page
        assert browser.get("/needs", params={"home": "zhao"}).status_code == 404
