"""Who is told next, and why: the whole of a policy without a database, a telephone or a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.moves import Move, Progress, Tried, next_move
from hub.escalation.plan import default_policy
from hub.escalation.policy import Person, Policy, freeze, thaw
from hub.notify.lifecycle import ENDED_WITHOUT_ANSWER, AttemptStatus
from tests.unit.escalation.people import CENTRE, DUTY, EVERYBODY, FANG, NEIGHBOUR, QIANG

NIGHT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)  # 03:12 in China
SECOND = timedelta(seconds=1)


class Story:
    """Plays a policy: what is sent, and what becomes of it."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.progress = Progress()
        self.tried: list[Tried] = []
        self.now = NIGHT
        self.passed: list[str] = []

    def go(self) -> list[str]:
        """Carry out every move that is due now; return who is told and how."""
        told: list[str] = []
        while True:
            move = next_move(self.policy, self.progress, self.tried, self.now)
            self.passed += [reason.text.format(**reason.values) for reason in move.passed]
            for send in move.sends:
                told.append(f"{send.person.name} {send.method.channel}")
                self.tried.append(
                    Tried(
                        contact_id=send.person.id,
                        address=send.method.address,
                        purpose=send.purpose,
                        status="queued",
                        round=move.progress.round,
                        step=send.step,
                        created_at=self.now,
                    )
                )
            self.progress = move.progress
            if move.look_again_at > self.now:
                self.move: Move = move
                return told

    def becomes(self, status: AttemptStatus) -> None:
        """The last call ends so."""
        at = max(i for i, tried in enumerate(self.tried) if tried.purpose == "answer")
        self.tried[at] = replace(self.tried[at], status=status)

    def wait(self, by: timedelta) -> None:
        self.now += by


def emergency(people: tuple[Person, ...] = EVERYBODY) -> Story:
    return Story(default_policy(people, "emergency", "family"))


def test_the_first_of_the_family_is_called_and_told_in_writing_at_once() -> None:
    assert emergency().go() == ["王芳 voice", "王芳 sms"]


@pytest.mark.parametrize("status", sorted(ENDED_WITHOUT_ANSWER))
def test_whatever_ends_a_call_without_an_answer_calls_the_next_person_in_the_same_moment(
    status: AttemptStatus,
) -> None:
    story = emergency()
    story.go()
    story.becomes(status)
    assert story.go() == ["王强 voice"]


def test_with_a_warning_nobody_else_is_called_while_a_telephone_rings() -> None:
    story = Story(default_policy(EVERYBODY, "warning", "family"))
    story.go()
    story.becomes("ringing")
    story.wait(30 * SECOND)
    assert story.go() == []
    assert story.move.look_again_at == NIGHT + 60 * SECOND


def test_in_an_emergency_the_next_is_called_after_a_head_start_while_the_first_goes_on_ringing() -> None:
    story = emergency()
    story.go()
    story.becomes("ringing")
    story.wait(7 * SECOND)
    assert story.go() == []
    story.wait(1 * SECOND)
    assert story.go() == ["王强 voice"]
    assert story.tried[0].status == "ringing"


def test_whoever_picked_up_is_left_to_listen_before_the_next_one_is_called() -> None:
    story = emergency()
    story.go()
    story.becomes("talking")
    story.wait(39 * SECOND)
    assert story.go() == []
    story.wait(1 * SECOND)
    assert story.go() == ["王强 voice"]


def test_a_call_of_which_nothing_is_heard_holds_up_the_next_person_for_a_minute_at_most() -> None:
    story = emergency()
    story.go()
    story.wait(60 * SECOND)
    assert story.go() == ["王强 voice"]
    assert story.passed == ["王芳 did not answer in time"]


def test_a_neighbour_who_can_only_be_written_to_is_told_and_does_not_hold_up_the_station() -> None:
    story = emergency()
    story.go()
    for expected in (["王强 voice"], ["李婶 sms", "东街站值班 voice"], ["镇中心 voice"]):
        story.becomes("voicemail")
        assert story.go() == expected


def test_after_a_whole_round_comes_a_pause_and_then_the_circle_widens() -> None:
    story = Story(default_policy(EVERYBODY, "warning", "family"))
    rounds: list[list[str]] = []
    for _ in range(3):
        told = story.go()
        for _ in range(5):
            if story.move.look_again_at - story.now == timedelta(seconds=600):
                break
            story.becomes("unanswered")
            told += story.go()
        rounds.append([one for one in told if one.endswith("voice")])
        assert story.move.look_again_at == story.now + timedelta(seconds=600)
        story.wait(timedelta(seconds=600))
    assert rounds == [
        ["王芳 voice", "王强 voice", "东街站值班 voice"],
        ["王芳 voice", "王强 voice", "东街站值班 voice", "镇中心 voice"],
        ["王芳 voice", "王强 voice", "东街站值班 voice", "镇中心 voice", "县平台 voice"],
    ]


def test_an_emergency_reaches_the_county_within_its_first_round_and_begins_again_after_20_s() -> None:
    story = emergency()
    told = story.go()
    for _ in range(5):
        story.becomes("unanswered")
        told += story.go()
    assert told[-1] == "县平台 voice"
    assert story.move.look_again_at == NIGHT + 20 * SECOND
    story.wait(20 * SECOND)
    assert story.go() == ["王芳 voice"]


def test_the_written_word_goes_to_each_address_once() -> None:
    story = emergency((FANG,))
    told = []
    for _ in range(5):
        told += story.go()
        story.becomes("unanswered")
        story.go()
        story.wait(20 * SECOND)
    assert told.count("王芳 sms") == 1
    assert told.count("王芳 voice") == 5


def test_the_station_comes_first_where_the_home_wants_it() -> None:
    story = Story(default_policy(EVERYBODY, "emergency", "station"))
    assert story.go() == ["东街站值班 voice"]


def test_a_warning_calls_the_township_a_round_later_than_an_emergency() -> None:
    steps = {step.name: step.from_round for step in default_policy(EVERYBODY, "warning", "family").steps}
    assert steps == {"family": 1, "station": 1, "centre": 2, "county": 3}


def test_a_home_whose_only_people_sit_at_the_county_calls_them_at_once() -> None:
    assert Story(default_policy((CENTRE,), "warning", "family")).go() == ["镇中心 voice"]


def test_a_policy_that_reaches_nobody_says_so_and_is_looked_at_again() -> None:
    story = emergency(())
    assert story.go() == []
    assert story.move.nobody
    assert story.move.look_again_at == NIGHT + 60 * SECOND


def test_when_nobody_can_be_called_everybody_who_can_be_written_to_is() -> None:
    story = emergency((NEIGHBOUR,))
    assert story.go() == ["李婶 sms"]
    assert story.move.nobody


def test_a_second_telephone_of_the_same_person_rings_before_the_next_person() -> None:
    two = Person(
        id="fang", name="王芳", role="family", tier="home", methods=(*FANG.calls, *DUTY.calls), rank=1
    )
    story = emergency((two, QIANG))
    story.go()
    story.becomes("voicemail")
    assert story.go() == ["王芳 voice"]
    story.becomes("voicemail")
    assert story.go() == ["王强 voice"]


def test_who_cannot_go_is_not_called_again_in_the_same_round() -> None:
    story = emergency((FANG, QIANG))
    story.go()
    story.becomes("declined")
    assert story.go() == ["王强 voice"]
    assert story.passed == ["王芳 cannot go"]


def test_a_frozen_policy_thaws_to_the_same() -> None:
    policy = default_policy(EVERYBODY, "emergency", "family")
    assert thaw(freeze(policy)) == policy


@given(
    people=st.lists(st.sampled_from(EVERYBODY), unique=True),
    ends=st.lists(st.sampled_from(sorted(ENDED_WITHOUT_ANSWER)), min_size=30, max_size=30),
    severity=st.sampled_from(["emergency", "warning"]),
)
def test_a_policy_never_ends_in_silence(people: list[Person], ends: list[AttemptStatus], severity) -> None:  # type: ignore[no-untyped-def]
    """Whoever is there and whatever becomes of the calls: somebody is called again, or nobody can be."""
    story = Story(default_policy(people, severity, "family"))
    for status in ends:
        before = len(story.tried)
        story.go()
        if story.move.nobody:
            assert not any(person.calls for person in people)
            return
        if len(story.tried) == before:  # a pause between two rounds
            story.wait(story.move.look_again_at - story.now)
            story.go()
        assert len(story.tried) > before
        story.becomes(status)
