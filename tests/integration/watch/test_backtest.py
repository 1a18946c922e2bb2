"""A backtest says what the fixed rules would have said of stored events, whatever they were stored as."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from hub.clock import milliseconds
from hub.errors import NotFoundError
from hub.watch.backtest import backtest, by_month, episodes
from models.detection.wording import render
from tests.integration.watch.conftest import START, Village


def lived(village: Village, home: str, days: int, quiet_on: int) -> None:
    """Store historic days with movement every half hour; one of them is quiet from nine o'clock on."""
    events = []
    for half_hour in range(days * 48):
        at = START - timedelta(days=60) + timedelta(minutes=30 * half_hour)
        day, hour = divmod(half_hour / 2, 24)
        if day == quiet_on and 0 < hour < 10:
            continue
        events.append(replace(village.event("pir", "motion"), at=milliseconds(at), historic=True))
    pressed = START - timedelta(days=60) + timedelta(days=2, minutes=7)
    events.append(replace(village.event("pendant", "sos"), at=milliseconds(pressed), historic=True))
    village.store(home, *events)
    village.connection.commit()


def span() -> tuple[datetime, datetime]:
    return START - timedelta(days=60), START - timedelta(days=55)


def test_it_finds_the_quiet_day_and_the_call_for_help_in_a_recording(village: Village) -> None:
    lived(village, "chen", days=5, quiet_on=3)
    sos, quiet = episodes(village.connection, "chen", *span())
    assert (sos.finding.risk, sos.over_at) == ("sos", None)
    assert quiet.finding.risk == "inactivity"
    assert quiet.at == START - timedelta(days=57) + timedelta(hours=4)
    assert quiet.over_at == START - timedelta(days=57) + timedelta(hours=10)
    assert by_month([sos, quiet], "Asia/Shanghai") == {"2026-01": {"sos": 1, "inactivity": 1}}
    assert render(quiet.finding.reason, "en", "Asia/Shanghai", milliseconds(quiet.at)) == (
        "No movement for 4 h, last at 09:00 (hall); by day the limit is 4 h (1 of 1 sensors are heard)."
    )


def test_silence_of_sensors_is_judged_only_when_asked_for(village: Village) -> None:
    village.connection.execute("update devices set heartbeat = '1 hour' where id in ('pir', 'alarm')")
    lived(village, "chen", days=5, quiet_on=3)
    assert "device_silent" not in {one.finding.risk for one in episodes(village.connection, "chen", *span())}
    asked = episodes(village.connection, "chen", *span(), supervise=True)
    assert "device_silent" in {one.finding.risk for one in asked}


def test_a_backtest_leaves_no_trace(village: Village) -> None:
    lived(village, "chen", days=3, quiet_on=1)
    assert backtest(village.connection, "chen", *span())
    for table in ("alerts", "home_states"):
        assert village.connection.execute(f"select * from {table}").fetchall() == []


def test_an_unknown_home_is_said_to_be_unknown(village: Village) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        backtest(village.connection, "nobody", *span())
