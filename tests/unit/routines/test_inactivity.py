"""Unusual quiet in a made-up home: when it is said, why, in the very numbers, and when it is not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from models.detection.finding import Finding
from models.detection.limits import HOUR, MINUTE, QUIET
from models.detection.routines.inactivity import Facts, UnusualQuiet, facts_of
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.quiet import AGAIN, NOT_BEFORE, Stage
from models.detection.routines.shipped import shipped
from models.detection.routines.spells import Sign
from models.detection.view import View
from models.detection.wording import render
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home
from tests.unit.detection.lane import Lane
from tests.unit.routines.life import MONDAY, grandmother

DAYS = 29


@cache
def learnt() -> tuple[Home, HomeModel]:
    """Her home, and what four weeks have taught."""
    home = Home(grandmother(days=DAYS + 2))
    quiet = UnusualQuiet(shipped())
    for day in range(DAYS):
        quiet.learn(home.days[day])
    return home, quiet.model


@dataclass
class Look:
    """One day of hers that ends at `until`: nothing is heard afterwards."""

    until: int

    def __post_init__(self) -> None:
        home, model = learnt()
        self.signs = [one for one in home.signs if one.at <= self.until]
        self.quiet = UnusualQuiet(shipped(), model)
        for sign in self.signs:
            self.quiet.take(sign)

    def facts(self, after: int, **more: int) -> Facts:
        known = {"alive": 4, "sensors": 4, "doors": 1} | more
        return Facts(now=self.signs[-1].at + after, zone="UTC", **known)

    def first(self, stage: Stage, **more: int) -> Finding:
        """The finding at the very moment at which it is due."""
        due = self.quiet.due(self.facts(NOT_BEFORE[stage], **more), stage)
        assert due is not None
        at = due - self.signs[-1].at
        assert self.quiet.score(self.facts(at - 1, **more), stage) is None
        found = self.quiet.score(self.facts(at, **more), stage)
        assert found is not None
        return found


def moments() -> list[int]:
    """Every two hours of a whole day at home, from seven in the morning."""
    first = MONDAY + DAYS * DAY
    return [first + DAY + hour * HOUR for hour in (7, 9, 13, 15, 17, 19, 21)] + [
        first + DAY + hour * HOUR + 30 * MINUTE for hour in (1, 3, 5)
    ]


@pytest.mark.parametrize("until", moments())
@pytest.mark.parametrize("stage", ["ask", "help"])
def test_the_text_holds_the_very_numbers_that_crossed_the_limit(until: int, stage: Stage) -> None:
    """Replayed from her signs: how long it is quiet, since when, and the longest at that hour before."""
    look = Look(until)
    if look.quiet.walk.left_at() is not None:
        assert look.quiet.due(look.facts(2 * HOUR), stage) is None
        return
    finding = look.first(stage)
    values, now = finding.reason.values, finding.occurred_at
    last = look.signs[-1]
    assert values["seen_at"] == last.at
    assert values["quiet_s"] == (now - last.at) / 1000
    if "points" not in values:
        assert now - last.at == QUIET
        return
    assert isinstance(values["points"], float)
    assert isinstance(values["limit"], float)
    assert values["points"] >= values["limit"]
    home, _ = learnt()
    hour = now // HOUR % 24
    longest = 0
    for spell in home.spells:
        if spell.until is None or spell.until >= MONDAY + DAYS * DAY or spell.left_at is not None:
            continue
        for at in range(spell.since + 5 * MINUTE, spell.until + 1, 5 * MINUTE):
            if at // HOUR % 24 == hour:
                longest = max(longest, at - spell.since)
    assert values["longest_s"] == longest / 1000
    assert values["days"] == DAYS
    for language in ("en", "zh"):
        text = render(finding.reason, language, "UTC", now)
        for name in ("points", "limit"):
            assert str(values[name]).removesuffix(".0") in text
        assert f"{DAYS}" in text


def test_a_reason_reads_as_a_person_would_say_it() -> None:
    look = Look(MONDAY + (DAYS + 1) * DAY + 13 * HOUR)
    finding = look.first("ask")
    english = render(finding.reason, "en", "UTC", finding.occurred_at)
    assert english.startswith("No movement for ")
    assert "the longest at this hour in 29 days was" in english
    assert "No outer door has been used since" in english
    assert "4 of 4 sensors are heard" in english
    assert "入户门没有开关过" in render(finding.reason, "zh", "UTC", finding.occurred_at)


def test_the_resident_is_asked_before_the_station_is_called() -> None:
    for until in moments():
        look = Look(until)
        asked, called = (look.quiet.due(look.facts(3 * HOUR), stage) for stage in ("ask", "help"))
        assert (asked is None) == (called is None)
        if asked is not None and called is not None:
            assert asked <= called
            assert called <= look.signs[-1].at + QUIET


def test_the_station_is_not_called_before_a_dead_sensor_would_be_known() -> None:
    for until in moments():
        look = Look(until)
        called = look.quiet.due(look.facts(3 * HOUR), "help")
        assert called is None or called >= look.signs[-1].at + 3 * HOUR


def test_a_question_is_a_warning_and_help_an_emergency_with_keys_of_their_own() -> None:
    look = Look(moments()[2])
    asked, called = look.first("ask"), look.first("help")
    assert (asked.severity, called.severity) == ("warning", "emergency")
    assert asked.dedup_key != called.dedup_key


def test_with_a_sensor_unheard_only_the_fixed_limit_holds_and_that_is_said() -> None:
    look = Look(moments()[2])
    facts = look.facts(2 * HOUR, alive=3)
    assert look.quiet.due(facts, "ask") == look.signs[-1].at + QUIET
    reason = look.quiet.abstains(facts)
    assert reason is not None
    assert render(reason, "en", "UTC").startswith("Judged by the limit of 12 h only: 3 of 4")


def test_with_no_sensor_heard_nothing_is_judged() -> None:
    look = Look(moments()[2])
    facts = look.facts(13 * HOUR, alive=0)
    assert look.quiet.score(facts, "help") is None
    assert look.quiet.due(facts, "help") is None
    assert look.quiet.abstains(facts) is not None


def test_after_a_deaf_time_only_the_fixed_limit_holds_from_its_end() -> None:
    look = Look(moments()[2])
    back = look.signs[-1].at + 3 * HOUR
    facts = look.facts(4 * HOUR, sight_at=back)
    assert look.quiet.due(facts, "ask") == back + QUIET
    found = look.quiet.score(look.facts(3 * HOUR + QUIET, sight_at=back), "help")
    assert found is not None
    assert "since the sensors can be heard" in found.reason.text


def test_while_old_events_are_still_coming_nothing_is_judged() -> None:
    look = Look(moments()[2])
    facts = look.facts(11 * HOUR, caught_up_at=look.signs[-1].at + 12 * HOUR)
    assert look.quiet.score(facts, "help") is None
    assert look.quiet.abstains(facts) is not None


def test_whoever_says_unseen_that_all_is_well_is_asked_once_more_and_then_left_for_twelve_hours() -> None:
    look = Look(moments()[2])
    answered = look.first("ask").occurred_at + 5 * MINUTE
    after = answered - look.signs[-1].at
    second = look.quiet.due(look.facts(after + 2 * HOUR, answered_at=answered), "ask")
    assert second is not None
    assert AGAIN[0] <= second - answered <= AGAIN[1]
    assert look.quiet.due(look.facts(after + 4 * HOUR, answered_at=answered), "help") == answered + QUIET
    found = look.quiet.score(look.facts(second - look.signs[-1].at, answered_at=answered), "ask")
    assert found is not None
    assert found.severity == "warning"
    assert render(found.reason, "en", "UTC").startswith("At ")
    again = {"answered_at": second + MINUTE, "second_at": second}
    assert look.quiet.due(look.facts(after + 8 * HOUR, **again), "ask") == second + MINUTE + QUIET


def test_where_contacts_alone_see_the_resident_the_station_is_called_after_a_question_only() -> None:
    look = Look(moments()[2])
    last = look.signs[-1].at
    assert look.quiet.due(look.facts(4 * HOUR, straight=True), "help") != last + QUIET
    assert look.quiet.due(look.facts(4 * HOUR, straight=False), "help") == last + QUIET
    asked = [look.quiet.due(look.facts(HOUR, straight=one), "ask") for one in (True, False)]
    assert asked[0] == asked[1]


def test_whoever_is_out_is_not_asked() -> None:
    look = Look(moments()[2])
    look.quiet.take(Sign(look.signs[-1].at + 20 * MINUTE, "entrance", True))
    facts = look.facts(11 * HOUR)
    assert look.quiet.due(facts, "ask") is None
    reason = look.quiet.abstains(facts)
    assert reason is not None
    assert "somebody left" in reason.text


def test_a_home_without_a_door_sensor_is_told_that_somebody_may_be_out() -> None:
    finding = Look(moments()[2]).first("ask", doors=0)
    assert "No outer door has a sensor" in finding.reason.text


def test_a_new_home_says_that_others_count_for_it() -> None:
    quiet = UnusualQuiet(shipped())
    quiet.take(Sign(MONDAY + 10 * HOUR, "kitchen"))
    facts = Facts(now=MONDAY + 12 * HOUR, zone="UTC", alive=4, sensors=4, doors=1)
    due = quiet.due(facts, "ask")
    assert due is not None
    assert due < MONDAY + 22 * HOUR
    finding = quiet.score(Facts(now=due, zone="UTC", alive=4, sensors=4, doors=1), "ask")
    assert finding is not None
    assert "this home is known for 0 days" in render(finding.reason, "en", "UTC")


def test_without_any_experience_only_the_fixed_limit_holds() -> None:
    quiet = UnusualQuiet(Population())
    quiet.take(Sign(MONDAY + 10 * HOUR, "kitchen"))
    facts = Facts(now=MONDAY + 12 * HOUR, zone="UTC", alive=4, sensors=4, doors=1)
    assert quiet.due(facts, "ask") == MONDAY + 10 * HOUR + QUIET


def test_the_judges_view_gives_all_the_facts() -> None:
    lane = Lane("2026-03-10 09:00")
    lane.moves("kitchen")
    lane.passes(hours=2)
    facts = facts_of(View(lane.profile, lane.state, lane.now))
    assert (facts.alive, facts.sensors, facts.doors) == (5, 5, 1)
    assert facts.zone == "Asia/Shanghai"
