"""A plan: which rule holds at which hour, and what it becomes with people in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.plan import Plan, PlanError, Rule, Rung, built_in, policy_at, read_plan, rule_at
from hub.escalation.policy import Method, Person, Policy
from models.detection.finding import Severity
from tests.unit.escalation.people import CENTRE, COUNTY, DUTY, EVERYBODY, FANG, NEIGHBOUR, QIANG

CHINA = ZoneInfo("Asia/Shanghai")
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=CHINA)
XIUYING = Person(
    id="xiuying", name="王秀英", role="resident", tier="home", methods=(Method("voice", "+447700900009"),)
)
NIGHTS = Rule(rungs=(Rung(who="station"),), since="21:00", until="07:00", days=(6,))


def made(plan: Plan, severity: Severity, risk: str = "inactivity", at: datetime = SATURDAY_NIGHT) -> Policy:
    people = (*EVERYBODY, XIUYING)
    return policy_at(plan, people, severity=severity, risk=risk, at=at, first_called="family")


def names(policy: Policy) -> list[list[str]]:
    return [[person.name for person in step.people] for step in policy.steps]


def test_a_home_that_nobody_configured_asks_calls_those_near_then_the_station_then_the_tiers_above() -> None:
    warning = made(built_in("family"), "warning")
    assert names(warning) == [
        ["王秀英"],
        ["王芳", "王强", "李婶"],
        ["东街站值班"],
        ["镇中心"],
        ["县平台"],
    ]
    assert [step.ask for step in warning.steps] == [True, False, False, False, False]
    assert [step.from_round for step in warning.steps] == [1, 1, 1, 2, 3]


def test_an_emergency_asks_nobody_and_reaches_the_county_in_its_first_round() -> None:
    emergency = made(built_in("family"), "emergency", "fall")
    assert [step.ask for step in emergency.steps] == [False] * 4
    assert [step.from_round for step in emergency.steps] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (SATURDAY_NIGHT, True),
        (SATURDAY_NIGHT + timedelta(hours=7), True),  # Sunday 06:30 is still Saturday's night
        (SATURDAY_NIGHT + timedelta(hours=7, minutes=30), False),  # 07:00
        (SATURDAY_NIGHT - timedelta(hours=2, minutes=31), False),  # Saturday 20:59
        (SATURDAY_NIGHT - timedelta(hours=17), False),  # Saturday 06:30 is Friday's night
        (SATURDAY_NIGHT + timedelta(hours=24), False),  # Sunday night
    ],
)
def test_a_rule_over_midnight_counts_as_the_day_on_which_it_began(at: datetime, holds: bool) -> None:
    found = rule_at(Plan(name="nights", rules=(NIGHTS,)), "emergency", "fall", at)
    assert (found is NIGHTS) == holds


def test_the_first_rule_that_fits_holds_and_where_none_fits_the_built_in_plan_does() -> None:
    falls = Rule(rungs=(Rung(who="doctor"), Rung(who="county")), risks=("fall",))
    plan = Plan(name="ours", rules=(falls, NIGHTS))
    assert names(made(plan, "emergency", "fall")) == [["县平台"]]
    assert names(made(plan, "emergency", "smoke")) == [["东街站值班"]]
    by_day = made(plan, "emergency", "smoke", SATURDAY_NIGHT - timedelta(hours=10))
    assert (by_day.name, names(by_day)[0]) == ("built-in", ["王芳", "王强", "李婶"])


def test_family_neighbours_and_doctor_are_told_apart() -> None:
    plan = Plan(name="ours", rules=(Rule(rungs=(Rung(who="neighbours"), Rung(who="family", together=True))),))
    policy = made(plan, "emergency", "fall")
    assert names(policy) == [["李婶"], ["王芳", "王强"]]
    assert policy.steps[1].together


@pytest.mark.parametrize("risk", ["smoke", "co", "gas"])
def test_fire_and_fumes_ask_nobody_whatever_a_plan_says(risk: str) -> None:
    rule = Rule(rungs=(Rung(who="resident"), Rung(who="station")), risks=(risk,))
    assert not any(step.ask for step in made(Plan(name="ours", rules=(rule,)), "emergency", risk).steps)


def test_a_plan_may_ask_about_a_fall_where_it_names_it() -> None:
    rule = Rule(rungs=(Rung(who="resident", wait_s=30), Rung(who="station")), risks=("fall",))
    assert made(Plan(name="ours", rules=(rule,)), "emergency", "fall").steps[0].ask


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rungs": []}, "needs 1 to 20 rungs"),
        ({"rungs": [{"who": "resident"}]}, "asks the resident only"),
        ({"rungs": [{"who": "police"}]}, "Invalid enum value 'police'"),
        ({"rungs": [{"who": "station", "wait_s": 1}]}, "a wait lasts 5 to 3600"),
        ({"rungs": [{"who": "station"}], "since": "25:00"}, "no time of day"),
        ({"rungs": [{"who": "station"}], "since": "08:00", "until": "08:00"}, "begins when it ends"),
        ({"rungs": [{"who": "station"}], "days": [0]}, "from 1 (Monday) to 7"),
        ({"rungs": [{"who": "station"}], "answers_needed": 9}, "one to three people"),
        ({"rungs": [{"who": "station"}], "pause_s": 0}, "a pause lasts"),
        ({"rungs": [{"who": "station", "head_start_s": 90}]}, "no longer than the wait"),
        ({"rungs": [{"who": "station", "from_round": 0}]}, "a round from 1"),
        ({"rungs": [{"who": "station"}], "colour": "red"}, "unknown field"),
    ],
)
def test_an_impossible_rule_is_refused_with_a_sentence(rule: dict[str, object], said: str) -> None:
    with pytest.raises(PlanError, match=said.replace("(", r"\(").replace(")", r"\)")):
        read_plan({"name": "ours", "rules": [rule]})


@given(
    minutes=st.integers(0, 7 * 24 * 60),
    severity=st.sampled_from(["emergency", "warning"]),
    risk=st.sampled_from(["fall", "smoke", "inactivity", "sos"]),
    first=st.sampled_from(["family", "station"]),
    people=st.lists(st.sampled_from([FANG, QIANG, NEIGHBOUR, DUTY, CENTRE, COUNTY, XIUYING]), unique_by=id),
)
def test_whoever_can_be_called_is_reached_at_every_hour_by_the_built_in_plan(
    minutes: int, severity: Severity, risk: str, first: str, people: list[Person]
) -> None:
    at = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(minutes=minutes)
    policy = policy_at(built_in(first), people, severity=severity, risk=risk, at=at, first_called=first)
    callable_ = {person.id for person in people if person.calls and person.role != "resident"}
    assert policy.reachable == bool(callable_)
    assert {p.id for step in policy.steps if not step.ask for p in step.people if p.calls} == callable_
    if policy.reachable:
        assert any(step.from_round == 1 and not step.ask for step in policy.steps)
