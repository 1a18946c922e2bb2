"""A rule as people say it, and what is doubtful about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hub.escalation.plan import Plan, PlanError, Rule, Rung, built_in, policy_at, read_plan
from hub.escalation.plan_checks import notices
from hub.escalation.policy import Shift
from hub.escalation.preview import Lines, ahead
from hub.escalation.sentences import sentences
from hub.notify.capability import Capability, Limit
from tests.unit.escalation.people import DUTY, EVERYBODY, FANG, NEIGHBOUR, QIANG
from tests.unit.escalation.test_plan import XIUYING

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
AT_HOME = (*EVERYBODY, XIUYING)
PLACES = {"dongjie": "Dongjie station"}


def said(rule: Rule, language: str = "en") -> list[str]:
    return sentences(rule, AT_HOME, PLACES, "emergency", language)


def test_the_built_in_plan_says_whom_it_calls_in_what_order_and_after_how_long() -> None:
    assert said(built_in("family").rules[0]) == [
        "First: call 王芳, 王强, 李婶, one every 8 s, and tell them by short message as well.",
        "After 8 s, while it goes on ringing there: call 东街站值班.",
        "After 8 s, while it goes on ringing there: call 镇中心.",
        "After 8 s, while it goes on ringing there: call 县平台.",
        "If nobody takes it: a pause of 20 s, then everybody is called again, until a human takes it.",
    ]
    warning = said(built_in("family").rules[1], "zh")
    assert warning[0] == "首先：在问一声就够的情况下，打电话问王秀英是否安好。"
    assert warning[1].startswith("1分钟无人应答：按顺序打电话给王芳、王强、李婶，每人最多等1分钟")
    assert warning[3] == "从第2轮起还要：打电话给镇中心。"


def test_whoever_is_on_duty_goes_by_the_station_and_a_step_without_telephones_says_so() -> None:
    duty = msgspec.structs.replace(
        DUTY, organisation="dongjie", shifts=(Shift(NOON, NOON + timedelta(hours=8)),)
    )
    rule = Rule(rungs=(Rung(who="doctor"), Rung(who="station", together=True)), answers_needed=2)
    told = sentences(rule, (duty, FANG), PLACES, "emergency", "en")
    assert told[0] == "Nobody there has a telephone: the doctor. This step is passed over."
    assert told[1] == "First: call whoever is on duty at Dongjie station."
    assert told[-1] == "It counts as taken only when 2 people have said that they go."


def test_a_step_by_message_only_waits_for_nobody_and_calls_nobody() -> None:
    rule = Rule(rungs=(Rung(who="family", by=("sms",)), Rung(who="station")))
    assert said(rule)[:2] == [
        "First: write to 王芳, by short message; nobody waits for an answer.",
        "At once as well: call 东街站值班.",
    ]
    policy = policy_at(
        Plan(name="x", rules=(rule,)), EVERYBODY, severity="emergency", risk="fall", at=NOON,
        first_called="family",
    )  # fmt: skip
    assert [(m.person.name, m.medium, m.after.total_seconds()) for m in ahead(policy, NOON, rounds=1)] == [
        ("王芳", "sms", 0),
        ("东街站值班", "voice", 0),
    ]


@pytest.mark.parametrize("rungs", [[{"who": "family", "by": ["sms"]}], [{"who": "resident", "by": ["sms"]}]])
def test_a_rule_that_telephones_nobody_is_no_plan(rungs: list[dict[str, object]]) -> None:
    with pytest.raises(PlanError):
        read_plan({"name": "x", "rules": [{"rungs": rungs}]})


def test_what_is_doubtful_is_said_beside_its_step() -> None:
    rule = Rule(
        rungs=(
            Rung(who="doctor"),
            Rung(who="home", wait_s=200),
            Rung(who="family"),
            Rung(who="neighbours"),
            Rung(who="station"),
        )
    )
    found = {
        place: reason.text.format(**reason.values)
        for place, reason in notices(Plan(name="x", rules=(rule,)), EVERYBODY).items()
    }
    assert found == {
        (0, 0, "who"): "Nobody there has a telephone number: this step is passed over.",
        (0, 1, "who"): "Nobody has answered a test call yet at the number of 王强、王芳.",
        (0, 1, "wait"): "In an emergency the next step may wait 7 min for this one: 3 min are long on the"
        " floor.",
        (0, 2, "who"): "All of them are called by an earlier step already: here they are called again.",
        (0, 3, "who"): "Nobody there can be called, only written to.",
        (0, 4, "who"): "Nobody has answered a test call yet at the number of 东街站值班.",
    }
    assert NEIGHBOUR.calls == ()


@dataclass
class OneAMinute:
    """A carrier that takes one call a minute to a number."""

    rows = (Capability(provider="a", medium="voice", keys=True, limits=(Limit(1, timedelta(minutes=1)),)),)


def test_a_carriers_limit_counts_when_a_plan_is_played_ahead() -> None:
    """Two steps call the same daughter within a minute: the second call is not taken, the next is due."""
    rule = Rule(rungs=(Rung(who="family", wait_s=20), Rung(who="family", wait_s=20)))
    policy = policy_at(
        Plan(name="x", rules=(rule,)), (FANG, QIANG), severity="emergency", risk="fall", at=NOON,
        first_called="family",
    )  # fmt: skip
    played = ahead(policy, NOON, rounds=1, rings=timedelta(seconds=15), lines=Lines(OneAMinute.rows))
    calls = [
        (m.person.name, m.after.total_seconds(), m.refused is None) for m in played if m.medium == "voice"
    ]
    assert calls == [
        ("王芳", 0, True),
        ("王强", 15, True),
        ("王芳", 30, False),
        ("王强", 30, False),
    ]
