"""Whoever is on duty is called and nobody else of the station; a gap in the rota calls everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.escalation import rota_store
from hub.escalation.rota_document import Rota, WeeklyShift
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import STATION, add_contact, fall

LI, ZHOU = "+447700900011", "+447700900012"
CHINA = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant by the clocks of the village; the fall is on Sunday the 22nd of November at 03:12."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA).astimezone(UTC)


def week(hand_over: str = "08:00") -> Rota:
    """Nights by Zhou Jianguo until the hand-over, days by Li Min."""
    return Rota(
        shifts=(
            WeeklyShift(name="夜班", since="20:00", until=hand_over, contacts=("zhou",)),
            WeeklyShift(name="白班", since=hand_over, until="20:00", contacts=("li",)),
        )
    )


@pytest.fixture
def station(hub: HubRig) -> HubRig:
    """A station of three telephones that is called first; no family and nobody above can be called."""
    with hub.pool.connection() as connection:
        connection.execute("update homes set first_called = 'station'")
        connection.execute("update contacts set active = false where id <> 'duty'")
        add_contact(connection, "li", "李敏", "duty", LI, organisation="dongjie", rank=2)
        add_contact(connection, "zhou", "周建国", "duty", ZHOU, organisation="dongjie", rank=3)
    return hub


def write_down(hub: HubRig, rota: Rota) -> None:
    with hub.pool.connection() as connection:
        rota_store.save_week(connection, "dongjie", rota, by="test", now=hub.clock.now())


def acknowledged(hub: HubRig, alert: str) -> str:
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    return str(hub.alert(alert)["acknowledged_by"])


def test_whoever_is_on_duty_is_called_and_nobody_else(station: HubRig) -> None:
    write_down(station, week())
    station.telephones.person(ZHOU, "周建国", [NO_ANSWER, PRESSES_1])
    alert = station.finding(fall())
    station.until(lambda: station.attempts(alert) == [("周建国", "unanswered")], "he did not answer")
    station.clock.move(timedelta(seconds=60))
    assert acknowledged(station, alert) == "周建国"
    assert station.called() == [ZHOU, ZHOU], "two colleagues who are off duty sleep on"


def test_whoever_stands_in_is_called_instead(station: HubRig) -> None:
    write_down(station, week())
    with station.pool.connection() as connection:
        rota_store.override(
            connection, "dongjie", on="li", off="zhou", since=at(22, 0), until=at(22, 8), by="test",
            now=station.clock.now(),
        )  # fmt: skip
    station.telephones.person(LI, "李敏", [PRESSES_1])
    assert acknowledged(station, station.finding(fall())) == "李敏"
    assert station.called() == [LI]


def test_whoever_swapped_the_night_is_called(station: HubRig) -> None:
    write_down(station, week())
    with station.pool.connection() as connection:
        rota_store.swap(
            connection, "dongjie", first="zhou", first_at=at(22, 4), second="li", second_at=at(22, 9),
            by="test", now=station.clock.now(),
        )  # fmt: skip
    station.telephones.person(LI, "李敏", [PRESSES_1])
    assert acknowledged(station, station.finding(fall())) == "李敏"
    assert station.called() == [LI]


def test_a_shift_that_changes_during_an_alert_changes_who_is_called(station: HubRig) -> None:
    write_down(station, week(hand_over="03:13"))
    station.telephones.person(ZHOU, "周建国", [NO_ANSWER])
    station.telephones.person(LI, "李敏", [PRESSES_1])
    alert = station.finding(fall())
    station.until(lambda: station.attempts(alert) == [("周建国", "unanswered")], "he did not answer")
    station.clock.move(timedelta(seconds=60))
    assert acknowledged(station, alert) == "李敏"
    assert station.called() == [ZHOU, LI]


def test_whoever_stands_in_from_now_on_is_called_for_an_alert_that_is_open_already(station: HubRig) -> None:
    write_down(station, week())
    station.telephones.person(ZHOU, "周建国", [NO_ANSWER])
    station.telephones.person(LI, "李敏", [PRESSES_1])
    alert = station.finding(fall())
    station.until(lambda: station.attempts(alert) == [("周建国", "unanswered")], "he did not answer")
    station.clock.move(timedelta(seconds=30))
    with station.pool.connection() as connection:
        rota_store.override(
            connection, "dongjie", on="li", off="zhou", since=station.clock.now(), until=at(22, 8), by="test",
            now=station.clock.now(),
        )  # fmt: skip
    assert acknowledged(station, alert) == "李敏"
    assert station.called() == [ZHOU, LI]


def test_a_gap_in_the_rota_calls_everybody_of_the_station(station: HubRig) -> None:
    days_only = Rota(shifts=(WeeklyShift(since="08:00", until="20:00", contacts=("li",)),))
    write_down(station, days_only)
    station.telephones.person(STATION, "值班", [NO_ANSWER])
    station.telephones.person(LI, "李敏", [NO_ANSWER])
    station.telephones.person(ZHOU, "周建国", [PRESSES_1])
    assert acknowledged(station, station.finding(fall())) == "周建国"
    assert station.called() == [STATION, LI, ZHOU]


def test_somebody_who_is_no_longer_called_leaves_a_gap_and_no_silence(station: HubRig) -> None:
    write_down(station, week())
    with station.pool.connection() as connection:
        connection.execute("update contacts set active = false where id = 'zhou'")
    station.telephones.person(STATION, "值班", [PRESSES_1])
    assert acknowledged(station, station.finding(fall())) == "东街站值班"
    assert station.called() == [STATION]


def test_without_a_rota_everybody_is_on_duty_at_any_hour(station: HubRig) -> None:
    station.telephones.person(STATION, "值班", [NO_ANSWER])
    station.telephones.person(LI, "李敏", [PRESSES_1])
    assert acknowledged(station, station.finding(fall())) == "李敏"
    assert station.called() == [STATION, LI]
