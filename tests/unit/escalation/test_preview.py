"""What a policy would do, in words: the engine's own decisions played ahead."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.escalation.plan import built_in, default_policy, policy_at
from hub.escalation.policy import Policy
from hub.escalation.preview import ahead, told
from tests.unit.escalation.people import EVERYBODY, FANG, NEIGHBOUR
from tests.unit.escalation.test_plan import XIUYING

TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def words(policy: Policy, language: str = "en") -> list[str]:
    return told(ahead(policy, TUESDAY, rounds=1), TUESDAY, language)


def test_an_emergency_is_told_person_by_person_with_its_head_starts() -> None:
    assert words(default_policy(EVERYBODY, "emergency", "family")) == [
        "Tuesday 14:00: the alert is raised.",
        "at once: 王芳, by telephone",
        "at once: 王芳, by short message",
        "after 8 s: 王强, by telephone",
        "after 16 s: 李婶, by short message",
        "after 16 s: 东街站值班, by telephone",
        "after 24 s: 镇中心, by telephone",
        "after 32 s: 县平台, by telephone",
        "And so on, until a human takes it.",
    ]


def test_a_warning_asks_the_resident_first_and_waits_for_each_call() -> None:
    policy = policy_at(
        built_in("family"),
        (*EVERYBODY, XIUYING),
        severity="warning",
        risk="inactivity",
        at=TUESDAY,
        first_called="family",
    )
    assert words(policy, "zh")[:3] == [
        "星期二 14:00：警情发出。",
        "立即：询问王秀英是否安好，电话",
        "25秒后：王芳，电话",
    ]


def test_a_policy_that_reaches_nobody_says_what_to_do() -> None:
    assert words(default_policy((NEIGHBOUR,), "emergency", "family")) == [
        "Nobody could be called: enter somebody with a telephone number."
    ]


def test_a_second_round_is_announced() -> None:
    policy = default_policy((FANG,), "emergency", "family")
    lines = told(ahead(policy, TUESDAY, rounds=2), TUESDAY, "en")
    assert lines[-3:] == [
        "Nobody took it: everybody is called again, and the circle widens.",
        "after 45 s: 王芳, by telephone",
        "And so on, until a human takes it.",
    ]
