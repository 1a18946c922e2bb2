"""Who is called on today, in what order and why; how often; and the rate of a month. Without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.care.intervals import DAYS, GROUPS, Interval, Standing, due_on, groups_of, interval
from hub.care.rate import Listed, Rate, by_group, by_organisation, whole
from hub.care.rounds import URGENCIES, Home, Person, todays_round
from hub.care.suggestions import REST_AFTER_NO, REST_AFTER_YES, RULES, Facts, suggested

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


def person(
    name: str = "王秀英",
    *,
    visited: int | None = 1,
    groups: Sequence[str] = ("lives_alone",),
    born: date | None = date(1950, 1, 1),
    standing: Standing = "home",
    changed: bool = False,
    capability: int | None = None,
) -> Person:
    """Somebody who was called on so many days ago."""
    return Person(
        id=name,
        name=name,
        born_on=born,
        circumstances=groups,
        capability=capability,
        standing=standing,
        last_visit_on=None if visited is None else TODAY - timedelta(days=visited),
        changed=changed,
        listed_on=TODAY - timedelta(days=10),
    )


def home(home_id: str, *people: Person, **facts: object) -> Home:
    return Home(id=home_id, people=people or (person(),), **facts)  # type: ignore[arg-type]


def test_who_is_eighty_and_alone_is_called_on_weekly_and_the_six_groups_monthly() -> None:
    old = groups_of(["lives_alone"], date(1946, 11, 24), TODAY)
    assert old == ("high_risk", "lives_alone")
    assert interval(old, {}) == Interval(days=7, group="high_risk")
    assert interval(groups_of(["lives_alone"], date(1946, 11, 25), TODAY), {}) == Interval(
        days=30, group="lives_alone"
    )
    assert groups_of(["disabled"], date(1930, 1, 1), TODAY) == ("disabled",), "not on their own"
    assert interval(groups_of([], date(1930, 1, 1), TODAY), {}) is None
    assert set(DAYS) == {"high_risk", *GROUPS}


def test_an_area_sets_its_own_interval_and_the_shortest_holds() -> None:
    assert interval(("lives_alone", "disabled"), {"disabled": 14}) == Interval(days=14, group="disabled")


def test_after_a_great_change_somebody_comes_within_a_day() -> None:
    every = Interval(days=30, group="lives_alone")
    assert due_on(every, TODAY, TODAY, changed=True) == TODAY + timedelta(days=1)
    assert due_on(every, TODAY, TODAY, changed=False) == TODAY + timedelta(days=30)
    assert due_on(every, None, TODAY, changed=False) == TODAY + timedelta(days=30)


def test_whoever_may_be_in_trouble_comes_first_then_what_was_promised_and_not_kept() -> None:
    calls = todays_round(
        [
            home("soon", person(visited=28)),
            home("asked", person(visited=1), needs=1),
            home("today", person(visited=30)),
            home("late", person(visited=40)),
            home("later", person(visited=60)),
            home("unseen", not_seen=True),
            home("calm"),
            home("blind", blind=True),
        ],
        {},
        TODAY,
    )
    assert [call.home.id for call in calls] == [
        "unseen", "later", "late", "blind", "today", "asked", "soon",
    ]  # fmt: skip
    assert [call.urgency for call in calls] == [
        "now",
        "overdue",
        "overdue",
        "today",
        "today",
        "asked",
        "soon",
    ]
    late = next(call for call in calls if call.home.id == "late")
    assert late.reasons[0].values == {"name": "王秀英", "days": 30, "ago": 40}


def test_nobody_is_missed_who_is_in_hospital_and_nobody_called_on_who_has_died() -> None:
    assert todays_round([home("a", person(standing="hospital"), not_seen=True)], {}, TODAY) == []
    assert todays_round([home("b", person(standing="deceased", visited=400), blind=True)], {}, TODAY) == []
    one_left = home("c", person("李", standing="deceased", visited=400), person("王", visited=40))
    assert [call.due_on for call in todays_round([one_left], {}, TODAY)] == [TODAY - timedelta(days=10)]


def test_of_two_equally_late_the_one_with_more_risk_then_the_more_dependent_comes_first() -> None:
    calls = todays_round(
        [
            home("a", person(visited=40)),
            home("b", person(visited=40, capability=3)),
            home("c", person(visited=40), risk=0.8),
        ],
        {},
        TODAY,
    )
    assert [call.home.id for call in calls] == ["c", "b", "a"]


@given(
    st.lists(
        st.builds(
            lambda n, days, standing, unseen: home(
                str(n), person(visited=days, standing=standing), not_seen=unseen
            ),
            st.integers(0, 10**6),
            st.none() | st.integers(0, 500),
            st.sampled_from(["home", "away", "hospital", "moved"]),
            st.booleans(),
        ),
        max_size=20,
        unique_by=lambda each: each.id,
    )
)
def test_a_round_names_each_home_once_with_a_reason_in_order(homes: list[Home]) -> None:
    calls = todays_round(homes, {}, TODAY)
    assert len({call.home.id for call in calls}) == len(calls)
    assert all(call.reasons for call in calls)
    order = [URGENCIES.index(call.urgency) for call in calls]
    assert order == sorted(order)


# ── the rate ─────────────────────────────────────────────────────────────────────────────────────────────


def listed(n: int, station: str = "dongjie", *, visited: bool = True, **more: object) -> Listed:
    known: dict[str, object] = {
        "circumstances": ("lives_alone",),
        "listed_on": date(2026, 1, 1),
        "standing": "home",
    }
    return Listed(resident_id=str(n), organisation_id=station, visited=visited, **(known | more))  # type: ignore[arg-type]


def test_the_rate_counts_people_of_the_six_groups_who_were_there_and_not_gone() -> None:
    people = [
        listed(1),
        listed(2, visited=False),
        listed(3, visited=False, standing="moved"),
        listed(4, visited=True, circumstances=()),
        listed(5, visited=False, listed_on=date(2026, 12, 1)),
        listed(6, "xijie", visited=True, circumstances=("disabled", "lives_alone")),
    ]
    rates = by_organisation(people, date(2026, 12, 1))
    assert rates == {"dongjie": Rate(2, 1), "xijie": Rate(1, 1)}
    assert whole(rates.values()) == Rate(3, 2)
    assert by_group(people, date(2026, 12, 1))["disabled"] == Rate(1, 1)


def test_where_nobody_had_to_be_called_on_there_is_no_rate() -> None:
    assert Rate().share is None
    assert whole([]).share is None
    assert Rate(4, 3).share == pytest.approx(0.75)


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────

SPEAKING = {
    "falls": Facts(falls_30d=2),
    "kitchen": Facts(kitchen_30d=3),
    "cold": Facts(cold_14d=3),
    "night_exits": Facts(night_exits_30d=2),
    "decline": Facts(declining_14d=1),
    "sensor": Facts(silent_device_days=3.5),
    "bed": Facts(most_dependent=3, lives_alone=True),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_speaks_alone_and_with_the_number_that_crossed_its_limit(rule: str) -> None:
    facts = SPEAKING[rule]
    found = suggested(facts, {}, NOW)
    assert list(found) == [rule]
    number = max(value for value in vars_of(facts).values() if not isinstance(value, bool))
    assert found[rule].values["n"] == int(number)
    assert f"{int(number)}" in found[rule].text.format(**found[rule].values)


def vars_of(facts: Facts) -> dict[str, float]:
    return {name: getattr(facts, name) for name in facts.__slots__}


def test_no_rule_speaks_of_a_home_where_nothing_happened() -> None:
    assert suggested(Facts(), {}, NOW) == {}


def test_a_declined_suggestion_rests_and_comes_back() -> None:
    facts = SPEAKING["falls"]
    for decision, rest in (("declined", REST_AFTER_NO), ("accepted", REST_AFTER_YES)):
        decided = {"falls": (decision, NOW)}
        assert suggested(facts, decided, NOW + rest - timedelta(seconds=1)) == {}
        assert list(suggested(facts, decided, NOW + rest)) == ["falls"]
