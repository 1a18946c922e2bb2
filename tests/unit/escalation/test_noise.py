"""What keeps a lesser alert back, rule by rule; and that nothing ever keeps back an emergency."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.noise.rules import (
    AREA_RISKS,
    GATHER,
    OCCUPIED,
    QUIET_RISKS,
    Facts,
    Sibling,
    Silence,
    cover_of,
    hold,
    quiet_until,
)

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in China
THREE = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 03:00 in China
RISKS = (
    "sos",
    "fall",
    "smoke",
    "leak",
    "tamper",
    "door_open",
    "cold",
    "home_silent",
    "device_silent",
    "power_cut",
)


def facts(risk: str = "door_open", **changed: Any) -> Facts:
    return replace(Facts(id="b", severity="warning", risk=risk, triggered_at=NOON), **changed)


def sibling(**changed: Any) -> Sibling:
    one = Sibling(id="a", severity="warning", risk="leak", status="triggered", triggered_at=NOON, told=True)
    return replace(one, **changed)


instants = st.integers(0, 365 * 86_400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
severities = st.sampled_from(["emergency", "warning", "advice"])
siblings = st.builds(
    Sibling,
    id=st.sampled_from("acd"),
    severity=severities,
    risk=st.sampled_from(RISKS),
    status=st.sampled_from(["triggered", "acknowledged", "on_the_way", "on_site", "resolved"]),
    triggered_at=instants,
    acknowledged_at=st.none() | instants,
    told=st.booleans(),
    held=st.booleans(),
    drill=st.booleans(),
)
silences = st.builds(
    Silence, id=st.integers(1), until=instants, by=st.just("李站长"), why=st.just("停电检修")
)
any_facts = st.builds(
    Facts,
    id=st.just("b"),
    severity=severities,
    risk=st.sampled_from(RISKS),
    triggered_at=instants,
    of_area=st.booleans(),
    told=st.booleans(),
    drill=st.booleans(),
    supervision=st.timedeltas(timedelta(0), timedelta(hours=25)),
    quiet_from=st.times(),
    quiet_until=st.times(),
    neighbours=st.integers(0, 2),
    was_of_area=st.booleans(),
    incident=st.none() | st.just("i"),
    spread_until=st.none() | instants,
    siblings=st.lists(siblings, max_size=3).map(tuple),
    silences=st.lists(silences, max_size=2).map(tuple),
)


@given(any_facts, instants)
def test_an_emergency_is_never_held_whatever_the_facts(given_: Facts, now: datetime) -> None:
    assert hold(replace(given_, severity="emergency"), now) is None


@given(any_facts, instants)
def test_every_hold_ends_in_the_future_and_says_why(given_: Facts, now: datetime) -> None:
    found = hold(given_, now)
    if found is not None:
        assert found.until > now
        assert found.reason.text.format(**found.reason.values)


@given(any_facts, instants)
def test_nothing_waits_for_an_alert_that_waits_itself(given_: Facts, now: datetime) -> None:
    cover = cover_of(given_, now)
    assert cover is None or not (cover.held or cover.drill or cover.status == "resolved")


@given(siblings, siblings, instants)
def test_two_alerts_never_wait_for_each_other(one: Sibling, two: Sibling, now: datetime) -> None:
    one, two = replace(one, id="a"), replace(two, id="b")

    def seen_from(me: Sibling, other: Sibling) -> Facts:
        return facts(
            me.risk,
            id=me.id,
            severity=me.severity,
            triggered_at=me.triggered_at,
            told=me.told,
            siblings=(other,),
        )

    assert cover_of(seen_from(one, two), now) is None or cover_of(seen_from(two, one), now) is None


def test_a_second_warning_waits_while_somebody_is_called_about_the_first() -> None:
    found = hold(facts(triggered_at=NOON + timedelta(minutes=1), siblings=(sibling(),)), NOON)
    assert found is not None
    assert found.key == "grouped:a"


def test_who_took_the_first_is_occupied_for_half_an_hour() -> None:
    taken = sibling(status="acknowledged", acknowledged_at=NOON)
    later = facts(triggered_at=NOON + timedelta(minutes=5), siblings=(taken,))
    found = hold(later, NOON + timedelta(minutes=5))
    assert found is not None
    assert found.until == NOON + OCCUPIED
    assert hold(later, NOON + OCCUPIED) is None


def test_an_earlier_warning_waits_for_a_later_emergency() -> None:
    emergency = sibling(severity="emergency", risk="fall", triggered_at=NOON + timedelta(hours=1), told=False)
    found = hold(facts(told=True, siblings=(emergency,)), NOON + timedelta(hours=1))
    assert found is not None
    assert found.about == "a"


def test_a_drill_neither_waits_nor_covers() -> None:
    assert hold(facts(drill=True, siblings=(sibling(),)), NOON) is None
    assert (
        hold(facts(triggered_at=NOON + timedelta(minutes=1), siblings=(sibling(drill=True),)), NOON) is None
    )


def test_a_home_among_others_waits_a_minute_to_see_whether_all_have_it() -> None:
    cut = facts("power_cut", neighbours=2)
    found = hold(cut, NOON)
    assert found is not None
    assert (found.rule, found.until) == ("gathering", NOON + GATHER)
    assert hold(cut, NOON + GATHER) is None
    assert hold(replace(cut, neighbours=1), NOON) is None, "three homes make an area"


def test_what_harms_one_person_never_waits_for_an_area() -> None:
    for risk in set(RISKS) - AREA_RISKS:
        assert hold(facts(risk, neighbours=2, incident="i"), NOON) is None


def test_only_what_harms_nobody_waits_until_morning() -> None:
    assert set(QUIET_RISKS) == {"device_silent", "home_silent"}
    found = hold(facts("device_silent"), THREE)
    assert found is not None
    assert found.until == datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "07:00 in China"
    assert hold(facts("device_silent"), NOON) is None
    assert hold(facts("home_silent", supervision=timedelta(seconds=180)), THREE) is None
    assert hold(facts("home_silent", supervision=timedelta(hours=25)), THREE) is not None
    for risk in ("leak", "door_open", "cold", "power_cut", "night_exit", "inactivity"):
        assert hold(facts(risk), THREE) is None


def test_quiet_hours_are_the_homes_own_and_may_be_none() -> None:
    assert quiet_until(time(22), time(7), "Europe/Berlin", THREE) is None  # 20:00 there
    assert quiet_until(time(0), time(0), "Asia/Shanghai", THREE) is None
    afternoon = quiet_until(time(12), time(14), "Asia/Shanghai", NOON)
    assert afternoon == NOON + timedelta(hours=2)


def test_an_alert_of_an_area_waits_for_nothing_but_an_asked_for_silence() -> None:
    area = facts("power_cut", of_area=True, neighbours=2, siblings=(sibling(),))
    assert hold(area, THREE) is None
    hush = Silence(id=7, until=THREE + timedelta(hours=1), by="李站长", why="停电检修")
    found = hold(replace(area, silences=(hush,)), THREE)
    assert found is not None
    assert found.key == "silence:7"
