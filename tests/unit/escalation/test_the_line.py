"""The people of a round in one line: all at once, asked first, off duty, more than one needed, drills."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as but

from hub.escalation.moves import LISTENING, next_move
from hub.escalation.policy import Method, Person, Policy, Shift, Step
from hub.notify.lifecycle import ENDED_WITHOUT_ANSWER
from tests.unit.escalation.people import CENTRE, DUTY, FANG, NEIGHBOUR, QIANG
from tests.unit.escalation.test_moves import NIGHT, SECOND, Story

XIUYING = Person(
    id="xiuying", name="王秀英", role="resident", tier="home", methods=(Method("voice", "+447700900009"),)
)
TWO_NUMBERS = but(QIANG, methods=(Method("voice", "+447700900002"), Method("voice", "+447700900005")))
DAY = timedelta(hours=12)
FATES = [*sorted(ENDED_WITHOUT_ANSWER), "ringing", "talking"]


def policy(*steps: Step, **more: object) -> Policy:
    return Policy(steps=steps, pause_s=20.0, **more)  # type: ignore[arg-type]


def step(*people: Person, **more: object) -> Step:
    return Step(name="step", people=people, **more)  # type: ignore[arg-type]


def last(story: Story, name: str) -> int:
    return max(n for n, tried in enumerate(story.tried) if tried.contact_id == name)


def test_all_of_a_step_ring_at_once_and_the_next_step_waits_for_them() -> None:
    story = Story(policy(step(FANG, QIANG, together=True), step(DUTY)))
    assert story.go() == ["王芳 voice", "王芳 sms", "王强 voice"]
    story.becomes("unanswered")  # the last one, Qiang
    assert story.go() == []
    story.tried[0] = replace(story.tried[0], status="voicemail")
    assert story.go() == ["东街站值班 voice"]


def test_who_rings_on_still_gets_the_call_to_their_next_number() -> None:
    story = Story(policy(step(TWO_NUMBERS, DUTY, head_start_s=10.0)))
    story.go()
    story.wait(10 * SECOND)
    assert story.go() == ["东街站值班 voice"]
    story.tried[0] = replace(story.tried[0], status="unanswered")
    assert story.go() == ["王强 voice"]
    assert story.tried[-1].address == "+447700900005"


def test_the_resident_is_asked_before_anybody_hears_of_it() -> None:
    story = Story(policy(step(XIUYING, ask=True), step(FANG)))
    assert story.go() == ["王秀英 voice"]
    assert [tried.purpose for tried in story.tried] == ["ask"]
    story.wait(59 * SECOND)
    assert story.go() == []
    story.tried[0] = replace(story.tried[0], status="unanswered")
    assert story.go() == ["王芳 voice", "王芳 sms"]


def test_the_resident_is_not_asked_again_in_later_rounds() -> None:
    story = Story(policy(step(XIUYING, ask=True), step(FANG)))
    told = story.go()
    for _ in range(3):
        story.tried = [replace(tried, status="unanswered") for tried in story.tried]
        story.wait(60 * SECOND)
        told += story.go()
    assert told.count("王秀英 voice") == 1
    assert told.count("王芳 voice") >= 2


def test_an_asking_that_was_ended_calls_help_at_once() -> None:
    story = Story(policy(step(XIUYING, ask=True), step(FANG)))
    story.go()
    story.progress = replace(story.progress, unasked=True)
    assert story.go() == ["王芳 voice", "王芳 sms"]


def test_who_is_off_duty_is_passed_over_and_the_reason_says_so() -> None:
    off = but(DUTY, shifts=(Shift(NIGHT + DAY, NIGHT + 2 * DAY),), duty_known_until=NIGHT + 4 * DAY)
    story = Story(policy(step(off, CENTRE)))
    assert story.go() == ["镇中心 voice"]
    assert story.passed == ["东街站值班 is off duty"]


def test_a_shift_that_begins_during_an_alert_changes_who_is_called() -> None:
    soon = but(DUTY, shifts=(Shift(NIGHT + 60 * SECOND, NIGHT + DAY),), duty_known_until=NIGHT + DAY)
    story = Story(policy(step(soon, CENTRE)))
    assert story.go() == ["镇中心 voice"]
    story.becomes("unanswered")
    story.go()
    story.wait(60 * SECOND)
    assert story.go() == ["东街站值班 voice"]


def test_after_two_rounds_in_vain_those_who_are_off_duty_are_woken() -> None:
    off = but(DUTY, shifts=(), duty_known_until=NIGHT + DAY)
    story = Story(policy(step(CENTRE, off)))
    told = []
    for _ in range(3):
        told.append(story.go())
        story.becomes("unanswered")
        told[-1] += story.go()
        story.wait(20 * SECOND)
    assert told == [["镇中心 voice"], ["镇中心 voice"], ["镇中心 voice", "东街站值班 voice"]]


def test_when_nobody_at_all_is_on_duty_everybody_is_called() -> None:
    off = but(DUTY, shifts=(), duty_known_until=NIGHT + DAY)
    assert Story(policy(step(off))).go() == ["东街站值班 voice"]


def test_beyond_the_known_rota_everybody_may_be_called() -> None:
    off = but(DUTY, shifts=(), duty_known_until=NIGHT)
    assert Story(policy(step(off, CENTRE))).go() == ["东街站值班 voice"]


def test_who_has_taken_it_is_not_called_again_while_a_second_one_is_looked_for() -> None:
    story = Story(policy(step(FANG, QIANG), answers_needed=2))
    story.go()
    story.becomes("answered")
    assert story.go() == ["王强 voice"]
    story.becomes("unanswered")
    story.go()
    story.wait(20 * SECOND)
    assert story.go() == ["王强 voice"]


def test_an_answer_in_writing_counts_as_one_on_the_telephone() -> None:
    story = Story(policy(step(FANG, QIANG), answers_needed=2))
    story.go()
    text = max(n for n, tried in enumerate(story.tried) if tried.purpose == "inform")
    story.tried[text] = replace(story.tried[text], status="answered")
    story.becomes("unanswered")
    assert story.go() == ["王强 voice"]
    assert story.passed == ["王芳 has taken it already"]
    story.becomes("unanswered")
    story.go()
    story.wait(20 * SECOND)
    assert story.go() == ["王强 voice"], "she is not called again in the next round"


def test_when_only_those_who_took_it_are_left_it_goes_on_looking_without_end() -> None:
    story = Story(policy(step(FANG), answers_needed=2))
    story.go()
    story.becomes("answered")
    assert story.go() == []
    assert story.move.look_again_at > story.now


def test_a_drill_ends_after_its_rounds_and_calls_nobody_further() -> None:
    story = Story(policy(step(QIANG), rounds=1))
    assert story.go() == ["王强 voice"]
    story.becomes("unanswered")
    move = next_move(story.policy, story.progress, story.tried, story.now)
    assert (move.over, move.sends) == (False, ())  # its round has ended
    move = next_move(story.policy, move.progress, story.tried, story.now)
    assert (move.over, move.sends) == (True, ())


@given(
    together=st.booleans(),
    head_start=st.sampled_from([None, 5.0, 12.0]),
    ends=st.lists(
        st.sampled_from([*sorted(ENDED_WITHOUT_ANSWER), "ringing", "talking"]), min_size=60, max_size=60
    ),
    steps=st.lists(st.integers(0, 2), min_size=60, max_size=60),
)
def test_whatever_happens_everybody_is_called_within_the_sum_of_the_waits(
    together: bool, head_start: float | None, ends: list[str], steps: list[int]
) -> None:
    """Nobody who can be called is left out, whatever becomes of the calls before theirs."""
    people = (FANG, TWO_NUMBERS, NEIGHBOUR, DUTY, CENTRE)
    story = Story(policy(step(*people[:3], together=together, head_start_s=head_start), step(*people[3:])))
    told = set(story.go())
    fates = iter(ends)
    for by in steps:
        live = [n for n, tried in enumerate(story.tried) if tried.status in ("queued", "ringing", "talking")]
        if live:
            story.tried[live[-1]] = replace(story.tried[live[-1]], status=next(fates))  # type: ignore[arg-type]
        story.wait((by + 1) * 10 * SECOND)
        told |= set(story.go())
        assert story.move.look_again_at > story.now
    assert {"王芳 voice", "王强 voice", "李婶 sms", "东街站值班 voice", "镇中心 voice"} <= told


def test_listening_is_longer_than_any_head_start() -> None:
    assert timedelta(seconds=12) < LISTENING


def test_who_cannot_go_after_all_is_called_after_the_others() -> None:
    story = Story(policy(step(FANG, QIANG)))
    story.go()
    story.becomes("unanswered")
    story.go()
    story.becomes("unanswered")
    story.progress = replace(story.progress, round=2, step=0, position=0, left=("fang",), left_in=2)
    assert story.go() == ["王强 voice"]
    story.becomes("unanswered")
    story.go()
    story.wait(20 * SECOND)
    assert story.go() == ["王芳 voice"]
