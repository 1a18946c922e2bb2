"""Planned drills come weekly or monthly, at ten by the clock of the place, a few homes at a time, once."""

from __future__ import annotations

from datetime import timedelta

from hub.proof import drill_plans, drills
from tests.hub_rig import PRESSES_1, HubRig
from tests.village import NIGHT, STATION, add_home

#: 03:12 on Sunday in the village; ten o'clock of the Monday after it.
MONDAY_10 = timedelta(hours=30, minutes=48)


def over(hub: HubRig, alert: str) -> None:
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "the drill is over")


def test_the_people_on_duty_are_drilled_at_ten_on_their_day_and_once(hub: HubRig) -> None:
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    with hub.pool.connection() as connection:
        drill_plans.save(
            connection, organisation_id="dongjie", whom="duty", every="week", day=1, by="周建国", now=NIGHT
        )
    started = []
    for minute in (-1, 0, 1, 2):
        hub.clock.move(NIGHT + MONDAY_10 + timedelta(minutes=minute) - hub.clock.now())
        with hub.pool.connection() as connection:
            found = drills.run_due(connection, hub.clock.now())
            started += [(minute, alert) for alert in found]
        for alert in found:
            over(hub, alert)
    assert [minute for minute, _ in started] == [0]
    assert hub.called() == [STATION]
    hub.clock.move(timedelta(days=7))
    with hub.pool.connection() as connection:
        assert len(drills.run_due(connection, hub.clock.now())) == 1


def test_all_homes_of_a_station_have_their_turn_a_few_at_a_time(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        for n in range(7):
            add_home(connection, f"home-{n}")
        add_home(connection, "paused", status="paused")
        drill_plans.save(
            connection, organisation_id="centre", whom="homes", every="month", day=22, by="周建国", now=NIGHT
        )
        at_ten = NIGHT + timedelta(hours=6, minutes=48)
        first = drills.run_due(connection, at_ten)
        second = drills.run_due(connection, at_ten + timedelta(minutes=1))
        third = drills.run_due(connection, at_ten + timedelta(minutes=2))
        drilled = {row["home_id"] for row in drills.results(connection)}
    assert [len(first), len(second), len(third)] == [5, 3, 0]
    assert "paused" not in drilled
    assert len(drilled) == 8


def test_nobody_is_drilled_in_the_evening(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        drill_plans.save(connection, home_id="wang", whom="home", every="week", day=7, by="周建国", now=NIGHT)
        assert drills.run_due(connection, NIGHT + timedelta(hours=15)) == []  # 18:12
        assert len(drills.run_due(connection, NIGHT + timedelta(days=1, hours=7))) == 1  # Monday, 10:12
