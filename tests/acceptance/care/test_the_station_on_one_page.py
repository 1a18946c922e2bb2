"""One page says who was not seen, whom to call on, who waits, what is broken; no data is never calm."""

from __future__ import annotations

from datetime import timedelta

from tests.care_rig import heard, later, round_of, seen
from tests.web_rig import WebRig, form_token


def test_who_was_not_seen_today_is_named_and_a_home_that_is_not_heard_is_named_as_such(web: WebRig) -> None:
    with web.pool.connection() as connection:
        connection.execute(
            "insert into homes (id, organisation_id, name, status, created_at)"
            " select 'li', organisation_id, '李家', 'live', created_at from homes where id = 'wang'"
        )
        connection.execute("insert into residents (id, home_id, name) values ('li', 'li', '李大爷')")
        connection.execute("insert into edges (home_id, id) values ('li', 'pi')")
        seen(connection, "wang", web.clock.now() - timedelta(hours=12))
        heard(connection, "wang", web.clock.now())
    with web.program("operator") as program:
        assert round_of(program) == {"wang": "now", "li": "today"}
    with web.signed_in("operator") as browser:
        shown = browser.get("/village").text
        unseen = shown[shown.index('id="unseen"') : shown.index('id="due"')]
        assert "王秀英" in unseen.partition("情况不明")[0]
        assert "李大爷" in unseen.partition("情况不明")[2]
    with web.pool.connection() as connection:
        seen(connection, "wang", web.clock.now())
    with web.program("operator") as program:
        assert round_of(program)["wang"] == "today", "only the visit is due"


def test_nobody_is_missed_before_ten_in_the_morning(web: WebRig) -> None:
    later(web, hours=-2)
    with web.pool.connection() as connection:
        seen(connection, "wang", web.clock.now() - timedelta(hours=10))
        heard(connection, "wang", web.clock.now())
    with web.program("operator") as program:
        assert round_of(program) == {"wang": "today"}


def test_a_visit_takes_one_form_and_brings_its_requests_along(web: WebRig) -> None:
    with web.signed_in("operator") as browser:
        form = browser.get("/homes/wang/visit").text
        answer = browser.post(
            "/homes/wang/visits",
            data={
                "csrf": form_token(form), "resident": "wang", "not_well": ["health", "safety"],
                "note": "煤气管老化", "need": "medical", "changed": "true",
            },
        )  # fmt: skip
        assert (answer.status_code, answer.headers["location"]) == (303, "/rounds")
        assert "煤气管老化" in browser.get("/homes/wang/visit").text
        assert "煤气管老化" in browser.get("/needs").text
    later(web, days=1)
    with web.program("operator") as program:
        assert round_of(program)["wang"] == "today", "much had changed: within a day"


def test_a_form_with_a_mistake_says_what_is_wrong_and_keeps_what_was_typed(web: WebRig) -> None:
    with web.signed_in("operator") as browser:
        csrf = form_token(browser.get("/homes/wang/visit").text)
        answer = browser.post("/homes/wang/visits", data={"csrf": csrf, "note": "没人应门", "kind": "phone"})
        assert answer.status_code == 422
        assert "没有见到人不算探访" in answer.text
        assert "没人应门" in answer.text
        unreadable = browser.post("/homes/wang/visits", data={"csrf": csrf, "resident": "wang", "at": "昨天"})
        assert unreadable.status_code == 422
        assert "看不懂日期和时间" in unreadable.text


def test_a_sheet_of_paper_is_copied_whole_or_not_at_all(web: WebRig) -> None:
    with web.signed_in("operator") as browser:
        csrf = form_token(browser.get("/rounds/paper").text)
        sheet = {
            "csrf": csrf, "at": "2026-11-20T15:00", "by": "张村医", "sheet": "07", "done": "wang",
            "home": "wang", "note": "血压计坏了",
        }  # fmt: skip
        wrong = browser.post("/rounds/paper", data=sheet | {"at": "2027-01-01T10:00"})
        assert wrong.status_code == 422
        assert "血压计坏了" in wrong.text
        foreign = browser.post("/rounds/paper", data=sheet | {"done": ["wang", "zhao"]})
        assert foreign.status_code == 404
        assert browser.post("/rounds/paper", data=sheet).status_code == 303
    with web.program("operator") as program:
        (kept,) = program.get("/api/v1/homes/wang/visits").json()
    assert (kept["by"], kept["paper"], kept["note"]) == ("张村医", "07", "血压计坏了")
    assert kept["at"] == "2026-11-20T07:00:00Z"
