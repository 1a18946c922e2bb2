"""A need that nobody saw to is told to the station in writing, by day, once; no telephone rings for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.care import store
from tests.hub_rig import HubRig, running_hub
from tests.resident_rig import wait
from tests.village import NIGHT, STATION

MORNING = timedelta(hours=5, minutes=48)  #: from 03:12 to 09:00


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        with rig.pool.connection() as connection:
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address, rank)"
                " values ('duty-sms', 'duty', 'sms', %s, 2)",
                (STATION,),
            )
        yield rig


def press(hub: HubRig) -> str:
    with hub.pool.connection() as connection:
        return store.press(connection, "wang", "0x01", hub.clock.now(), hub.clock.now())[0]


def written(hub: HubRig) -> list[str]:
    return [message.to for message in hub.telephones.messages()]


def station_alerts(hub: HubRig) -> list[tuple[str, str, str]]:
    with hub.pool.connection() as connection:
        return [
            (row["risk"], row["severity"], row["status"])
            for row in connection.execute("select * from alerts order by triggered_at").fetchall()
        ]


def test_nobody_is_told_at_night_and_the_station_is_written_to_by_day(hub: HubRig) -> None:
    press(hub)
    for _ in range(5):
        wait(hub, 60)
    assert written(hub) == []
    assert station_alerts(hub) == []
    hub.clock.move(NIGHT + MORNING + timedelta(minutes=1) - hub.clock.now())
    hub.until(lambda: written(hub), "written to")
    assert written(hub) == [STATION]
    assert station_alerts(hub) == [("needs_overdue", "advice", "triggered")]
    assert hub.called() == []


def test_many_late_needs_are_one_message_and_the_next_not_before_hours_have_passed(hub: HubRig) -> None:
    for _ in range(3):
        press(hub)
        hub.clock.move(timedelta(minutes=11))
    hub.clock.move(NIGHT + MORNING + timedelta(minutes=1) - hub.clock.now())
    hub.until(lambda: written(hub), "written to")
    press(hub)  # 09:01, due at 11:01
    wait(hub, 125)
    assert written(hub) == [STATION]
    wait(hub, 60)
    hub.until(lambda: len(written(hub)) == 2, "written to again")
    wait(hub, 60 * 24)
    assert len(written(hub)) == 2, "each need is told once"
    assert hub.called() == []


def test_once_everything_is_seen_to_the_station_is_no_longer_warned(hub: HubRig) -> None:
    need = press(hub)
    hub.clock.move(MORNING + timedelta(minutes=1))
    hub.until(lambda: written(hub), "written to")
    with hub.pool.connection() as connection:
        store.go(connection, need, "done", by="李站长", note="去看过了", now=hub.clock.now())
    wait(hub, 1)
    assert station_alerts(hub) == [("needs_overdue", "advice", "resolved")]


def test_what_was_seen_to_in_time_is_never_told(hub: HubRig) -> None:
    need = press(hub)
    with hub.pool.connection() as connection:
        store.go(connection, need, "declined", by="李站长", note="已经转告家人", now=hub.clock.now())
    wait(hub, 60 * 12)
    assert written(hub) == []
    assert station_alerts(hub) == []
