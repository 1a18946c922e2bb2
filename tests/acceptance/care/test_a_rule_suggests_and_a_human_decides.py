"""What a rule suggests reaches nobody before a human has accepted it, and a declined one stays quiet."""

from __future__ import annotations

from datetime import timedelta

from hub.care import store, suggesting
from tests.care_rig import later
from tests.village import fall
from tests.web_rig import WebRig


def night(web: WebRig) -> int:
    """The nightly job."""
    with web.pool.connection() as connection:
        return suggesting.suggest(connection, web.clock.now())


def two_falls(web: WebRig) -> None:
    for _ in range(2):
        alert = web.finding(fall(web.clock.now()))
        with web.program("operator") as program:
            done = program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "real"})
            assert done.status_code == 200, done.text
        later(web, hours=1)


def test_two_real_falls_within_a_month_suggest_an_assessment_once(web: WebRig) -> None:
    assert night(web) == 0
    two_falls(web)
    assert night(web) == 1
    assert night(web) == 0, "it is there already"
    with web.program("operator") as program:
        (one,) = program.get("/api/v1/suggestions").json()
        assert (one["home"], one["rule"]) == ("wang", "falls")
        assert "2" in one["reason"]
        with web.pool.connection() as connection:
            assert store.waiting(connection) == [], "nothing has reached anybody"
        need = program.post(f"/api/v1/suggestions/{one['id']}", json={"decision": "accepted"}).json()["need"]
        again = program.post(f"/api/v1/suggestions/{one['id']}", json={"decision": "accepted"})
        assert again.status_code == 409
    with web.pool.connection() as connection:
        (waiting,) = store.waiting(connection)
    assert (waiting["id"], waiting["kind"], waiting["source"]) == (need, "mobility", "rule")


def test_a_declined_one_asks_for_a_reason_and_rests(web: WebRig) -> None:
    two_falls(web)
    night(web)
    with web.program("operator") as program:
        (one,) = program.get("/api/v1/suggestions").json()
        address = f"/api/v1/suggestions/{one['id']}"
        assert program.post(address, json={"decision": "declined"}).status_code == 422
        assert program.post(address, json={"decision": "declined", "why": "上周刚评估"}).status_code == 200
    assert night(web) == 0
    with web.program("operator") as program:
        assert program.get("/api/v1/suggestions").json() == []


def test_a_false_alarm_and_a_drill_suggest_nothing(web: WebRig) -> None:
    for _ in range(3):
        alert = web.finding(fall(web.clock.now()))
        with web.program("operator") as program:
            program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "false", "cause": "pet"})
        later(web, minutes=timedelta(hours=1).total_seconds() / 60)
    assert night(web) == 0
