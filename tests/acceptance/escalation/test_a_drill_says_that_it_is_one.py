"""A drill goes the whole way to a human, says so everywhere, and is in nobody's figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.errors import ConflictError
from hub.proof import drill_plans, drills
from hub.proof.answer_counts import figures
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import DAUGHTER, NIGHT, SON, STATION, add_contact, add_home, fall

#: 03:12 on Sunday in the village; ten o'clock of the Monday after it.
MONDAY_10 = timedelta(hours=30, minutes=48)


def drill(hub: HubRig, home: str | None = "wang", organisation: str | None = None) -> str:
    with hub.pool.connection() as connection:
        return drills.start(
            connection, hub.clock.now(), home_id=home, organisation_id=organisation, by="周建国"
        )


def over(hub: HubRig, alert: str) -> None:
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "the drill is over")


def test_the_first_human_ends_it_and_the_result_says_who_and_how_fast(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = drill(hub)
    over(hub, alert)
    assert (hub.called(), hub.alert(alert)["outcome"]) == ([DAUGHTER, SON], "test")
    with hub.pool.connection() as connection:
        [result] = drills.results(connection, homes=["wang"])
    assert (result["reached"], result["called"], result["after"]) == ("王强", 2, timedelta(0))
    assert hub.verdict(alert).ok


def test_every_word_of_it_says_so(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into contact_methods (id, contact_id, channel, address)"
            " values ('fang-sms', 'wang-fang', 'sms', %s)",
            (DAUGHTER,),
        )
    alert = drill(hub)
    over(hub, alert)
    hub.until(lambda: hub.telephones.messages(DAUGHTER), "written")
    [call] = hub.telephones.calls(DAUGHTER)
    assert "演练" in call.said[0]
    assert "您什么都不用做" in call.said[-1]
    for message in hub.telephones.messages(DAUGHTER):
        assert message.body.startswith("【安居演练】")
        assert "东街12号" not in message.body
    raised = hub.entries(alert)[0]["data"]
    assert raised["drill"] is True


def test_it_never_calls_the_county_and_ends_after_one_round(hub: HubRig) -> None:
    """Nobody answers: family, station and centre are called once, the county never."""
    with hub.pool.connection() as connection:
        add_contact(connection, "county-duty", "县平台", "duty", "+447700900030", organisation="county")
    alert = drill(hub)
    for _ in range(8):
        hub.clock.move(timedelta(seconds=30))
        hub.turn()
    over(hub, alert)
    hub.clock.move(timedelta(hours=1))
    hub.turn()
    assert sorted(hub.called()) == [DAUGHTER, SON, STATION, "+447700900020"]
    with hub.pool.connection() as connection:
        [result] = drills.results(connection)
    assert (result["reached"], result["called"]) == (None, 4)


def test_it_is_in_nobodys_figures(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    over(hub, drill(hub))
    with hub.pool.connection() as connection:
        now = hub.clock.now()
        assert figures(connection, now - timedelta(days=1), now + timedelta(days=1), now) == []


def test_a_real_fall_during_a_drill_is_an_alert_of_its_own_and_ends_the_drill(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    practice = drill(hub)
    hub.turn()
    real = hub.finding(fall())
    assert real != practice
    with hub.pool.connection() as connection:
        assert drills.run_due(connection, hub.clock.now()) == []
    assert hub.alert(practice)["status"] == "resolved"
    assert hub.alert(real)["status"] == "triggered"
    assert not hub.alert(real)["drill"]
    with pytest.raises(ConflictError):
        drill(hub)


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
