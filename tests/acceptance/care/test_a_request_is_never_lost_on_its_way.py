"""Passed on, taken, declined, given back: a request is always in exactly one organisation's list."""

from __future__ import annotations

from typing import Any

from hub.care import store
from hub.escalation import overdue
from tests.care_rig import later
from tests.web_rig import WebRig


def held(web: WebRig) -> list[tuple[str, str]]:
    """Every request that waits: with whom and in which state."""
    with web.pool.connection() as connection:
        return [(need["held_by"], need["state"]) for need in store.waiting(connection)]


def go(web: WebRig, need: str, state: str, note: str = "", login: str = "operator") -> Any:
    with web.program(login) as program:
        return program.post(f"/api/v1/needs/{need}", json={"state": state, "note": note})


def asked(web: WebRig) -> str:
    with web.program("operator") as program:
        return str(program.post("/api/v1/homes/wang/needs", json={"kind": "bathing"}).json()["id"])


def test_what_is_passed_on_waits_in_the_list_above_and_comes_back_with_the_reason(web: WebRig) -> None:
    need = asked(web)
    assert held(web) == [("dongjie", "open")]
    assert go(web, need, "passed_on", "要助浴车").status_code == 200
    assert held(web) == [("centre", "open")]
    assert go(web, need, "passed_on", login="supervisor").status_code == 200
    assert held(web) == [("county", "open")]
    assert go(web, need, "passed_on", login="administrator").status_code == 409, "nobody is above the county"
    assert go(web, need, "declined", login="administrator").status_code == 422, "without a reason"
    assert go(web, need, "declined", "本月名额已满", login="administrator").status_code == 200
    assert held(web) == [("dongjie", "open")]
    with web.signed_in("operator") as browser:
        assert "本月名额已满" in browser.get("/needs").text
    assert go(web, need, "done", "家里帮洗").status_code == 200
    assert held(web) == []
    with web.pool.connection() as connection:
        trail = [(one["state"], one["holder_id"]) for one in store.entries(connection, need)]
        counts = store.counts(connection)
    assert trail == [
        ("open", None), ("passed_on", "centre"), ("passed_on", "county"), ("declined", None), ("done", None),
    ]  # fmt: skip
    assert sum(counts.values()) == counts["done"] == 1


def test_whoever_holds_it_is_told_that_it_is_late(web: WebRig) -> None:
    need = asked(web)
    go(web, need, "passed_on")
    later(web, days=1)
    with web.pool.connection() as connection:
        assert overdue.run_due_needs(connection, web.clock.now()) == 1
        told = connection.execute(
            "select organisation_id from alerts where risk = 'needs_overdue'"
        ).fetchall()
    assert [row["organisation_id"] for row in told] == ["centre"]


def test_only_where_it_began_a_request_can_end_undone(web: WebRig) -> None:
    need = asked(web)
    assert go(web, need, "declined", "已有家政").status_code == 200
    assert held(web) == []
