"""A month of answers in three villages: every figure is what a clerk with a pencil finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hub.alerts import store as alerts
from hub.proof.answer_counts import figures, month_of
from hub.proof.answer_times import Figures
from hub.storage.database import Connection, connect
from tests.proof_rig import past_alert
from tests.village import village

NOVEMBER = month_of("2026-11", "Asia/Shanghai")
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)


@pytest.fixture
def county(database: str) -> Iterator[Connection]:
    """Two stations below one centre; `wang` belongs to Dongjie, `li` to Xijie."""
    with connect(database) as connection:
        village(connection)
        connection.execute(
            "insert into organisations (id, tier, parent_id, name)"
            " values ('xijie', 'station', 'centre', '西街站')"
        )
        connection.execute(
            "insert into homes (id, organisation_id, name, status, created_at)"
            " values ('li', 'xijie', '李家', 'live', %s)",
            (NOON,),
        )
        yield connection


def november(connection: Connection, organisations: list[str] | None = None) -> list[Figures]:
    return figures(connection, *NOVEMBER, NOW, organisations=organisations)


def whole(found: list[Figures], organisation: str) -> Figures:
    return next(f for f in found if (f.organisation, f.severity, f.tier) == (organisation, "", ""))


def test_shares_and_medians_are_those_computed_by_hand(county: Connection) -> None:
    """Five alerts: answered after 10, 20, 60, 180 s, and one that nobody answered."""
    for minute, seconds in enumerate((10, 20, 60, 180)):
        past_alert(county, NOON + timedelta(minutes=minute), answered=seconds, resolved=4000)
    past_alert(county, NOON, answered=None)
    past_alert(county, NOON, severity="warning", answered=5, arrived=2700, tier="station")
    past_alert(county, NOON, severity="warning", answered=5, arrived=2701, tier="station")
    found = november(county)
    emergencies = next(
        f for f in found if (f.organisation, f.severity, f.tier) == ("dongjie", "emergency", "")
    )
    assert (emergencies.alerts, emergencies.answered, emergencies.waiting) == (5, 4, 1)
    assert emergencies.of("answered_60").share == 3 / 5
    assert emergencies.of("answered_180").share == 4 / 5
    assert emergencies.median == timedelta(seconds=40)
    assert emergencies.p95 == timedelta(seconds=162)  # 60 + 0.85 of the way to 180
    assert emergencies.of("arrived_45").standing == "none"
    warnings = next(f for f in found if (f.organisation, f.severity, f.tier) == ("dongjie", "warning", ""))
    assert warnings.of("arrived_45").share == 1 / 2
    station = next(f for f in found if (f.organisation, f.severity, f.tier) == ("dongjie", "", "station"))
    assert (station.alerts, station.answered) == (2, 2)


def test_the_sums_of_the_stations_are_the_centres_and_the_countys(county: Connection) -> None:
    for n in range(7):
        past_alert(county, NOON + timedelta(hours=n), answered=30 * n, arrived=1000 * n, resolved=9000)
    for n in range(4):
        past_alert(county, NOON + timedelta(hours=n), home="li", answered=50 * n, resolved=9000)
    past_alert(county, NOON, organisation="xijie", risk="storm", severity="warning", answered=20)
    found = november(county)

    def sums(*names: str) -> list[int]:
        chosen = [whole(found, name) for name in names]
        return [
            sum(f.alerts for f in chosen),
            sum(f.answered for f in chosen),
            *(sum(f.shares[n].judged for f in chosen) for n in range(3)),
            *(sum(f.shares[n].kept for f in chosen) for n in range(3)),
        ]

    assert sums("dongjie", "xijie") == sums("centre") == sums("county")
    assert sums("county")[0] == 12
    for organisation in ("dongjie", "xijie", "centre", "county"):
        tiers = [f for f in found if f.organisation == organisation and f.tier and not f.severity]
        assert sum(f.alerts for f in tiers) == whole(found, organisation).alerts


def test_drills_advice_and_what_the_hub_says_of_itself_are_no_answer_times(county: Connection) -> None:
    past_alert(county, NOON, answered=30)
    past_alert(county, NOON, answered=3000, drill=True)
    past_alert(county, NOON, severity="advice")
    past_alert(
        county, NOON, organisation="dongjie", risk="nobody_verified", severity="warning", answered=4000
    )
    assert whole(november(county), "county").alerts == 1


def test_an_alert_that_has_just_been_raised_is_not_late_yet(county: Connection) -> None:
    past_alert(county, NOW - timedelta(seconds=40))
    since, until = NOW - timedelta(days=1), NOW + timedelta(seconds=1)
    found = whole(figures(county, since, until, NOW), "county")
    assert found.of("answered_60").judged == 0
    later = whole(figures(county, since, until, NOW + timedelta(seconds=21)), "county")
    assert later.of("answered_60").share == 0.0
    assert later.of("answered_180").judged == 0


def test_a_warning_that_was_over_before_its_minute_is_not_a_miss(county: Connection) -> None:
    past_alert(county, NOON, severity="warning", resolved=30)
    past_alert(county, NOON, severity="warning", resolved=90)
    found = whole(november(county), "county")
    assert (found.of("answered_60").judged, found.of("answered_60").kept) == (1, 0)
    assert found.of("answered_180").judged == 0


def test_the_last_evening_of_a_month_belongs_to_it_by_the_villages_clock(county: Connection) -> None:
    past_alert(county, datetime(2026, 11, 30, 15, 59, tzinfo=UTC), answered=10)  # 23:59 in China
    past_alert(county, datetime(2026, 11, 30, 16, 1, tzinfo=UTC), answered=10)
    assert whole(november(county), "county").alerts == 1
    both = figures(county, NOVEMBER[0], NOW, NOW, organisations=["county"], monthly=True)
    assert {f.month: f.alerts for f in both if not f.severity and not f.tier} == {"2026-11": 1, "2026-12": 1}


def test_an_answer_of_before_the_column_existed_is_read_from_the_file(county: Connection) -> None:
    alert = past_alert(county, NOON, resolved=500)
    alerts.append(county, alert, NOON + timedelta(seconds=42), "acknowledged", {"by": "王芳", "via": "voice"})
    alerts.append(county, alert, NOON + timedelta(seconds=500), "resolved", {"by": "王芳"})
    found = whole(november(county), "county")
    assert found.median == timedelta(seconds=42)
    assert [f.tier for f in november(county, ["county"]) if f.tier and not f.severity] == ["unknown"]


def test_a_warning_that_was_held_for_the_night_is_asked_from_the_morning_on(county: Connection) -> None:
    alert = past_alert(county, NOON, severity="warning", answered=8 * 3600 + 20)
    alerts.append(county, alert, NOON + timedelta(hours=8), "released", {"rule": "quiet_hours", "about": ""})
    assert whole(november(county), "county").median == timedelta(seconds=20)
