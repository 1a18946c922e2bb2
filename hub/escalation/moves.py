"""Who should be told about an alert next, when, and why.

Nothing here reads a clock, a database or a setting: the caller brings the policy, the progress, what became
of the attempts so far and the time, and carries out the move that it gets back.

The people of a round stand in one line. The cursor is at the last of them who was called; the one after is
called when everybody before has failed, or, where the step says so, when that last one has had a head start
and still rings. Whoever rings keeps ringing meanwhile, and still gets the next of their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hub.escalation.policy import Method, Person, Policy, Step
from hub.language import N_
from hub.notify.lifecycle import AttemptStatus, is_live
from models.detection.finding import Reason

NOBODY_AGAIN = timedelta(seconds=60)  #: how often an alert that reaches nobody is looked at again
#: Somebody picked up: they are left to listen and think for so long before the next one is called as well.
LISTENING: Final = timedelta(seconds=40)
#: After so many rounds in vain the circle widens to those who are off duty: better woken than silent.
WAKES_OFF_DUTY: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where in its policy an alert is."""

    round: int = 1
    step: int = 0
    position: int = 0  #: of the person within the step
    not_before: datetime | None = None  #: the pause between two rounds
    began: int = 1  #: the round in which people were called anew, after a stall or for something graver
    unasked: bool = False  #: the resident is asked no (more) questions: help is called
    left: tuple[str, ...] = ()  #: had taken it and cannot go after all: the others are called before them
    left_in: int = 0  #: the round in which they are passed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attempt, as far as the next move depends on it."""

    contact_id: str
    address: str
    purpose: str  #: `answer`, `ask`, `inform` or `news`
    status: AttemptStatus
    round: int
    step: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Tell this person by this method."""

    person: Person
    method: Method
    purpose: str
    step: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What to do now; `sends` may be empty. `look_again_at` is the latest moment to ask again."""

    sends: tuple[Send, ...]
    progress: Progress
    look_again_at: datetime
    passed: tuple[Reason, ...] = ()  #: whom the policy passed over on the way, and why
    nobody: bool = False  #: no step reaches anybody who could answer
    over: bool = False  #: a drill has had its rounds


WHY: dict[str, str] = {
    "voicemail": N_("{name}: voicemail, not a person"),
    "unanswered": N_("{name} did not answer"),
    "busy": N_("{name}: the line was busy"),
    "declined": N_("{name} cannot go"),
    "failed": N_("{name} could not be reached"),
    "withdrawn": N_("{name}: the call was withdrawn"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """One person's place in the line of a round."""

    step_at: int
    position: int
    step: Step
    person: Person


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one person's turn asks for now."""

    sends: tuple[Send, ...] = ()
    until: datetime | None = None  #: they are waited for until then
    call: Tried | None = None  #: the call that they are waited for
    why: Reason | None = None  #: why they are passed over


def next_move(policy: Policy, progress: Progress, tried: Sequence[Tried], now: datetime) -> Move:
    """Return what to do at `now` for an alert that too few humans have taken yet."""
    if not policy.reachable:
        sends = _inform_everybody(policy, tried)
        over = policy.rounds is not None and not sends
        return Move(sends=sends, progress=progress, look_again_at=now + NOBODY_AGAIN, nobody=True, over=over)
    if progress.not_before is not None:
        if now < progress.not_before:
            return Move(sends=(), progress=progress, look_again_at=progress.not_before)
        progress = replace(progress, not_before=None)
    passed: list[Reason] = []
    # Some round holds somebody who can be called: the circle has widened fully by the last `from_round`.
    last = progress.round + max(step.from_round for step in policy.steps) + 1
    while progress.round <= last:
        if policy.rounds is not None and progress.round - progress.began >= policy.rounds:
            return Move(
                sends=(), progress=progress, look_again_at=now + NOBODY_AGAIN, passed=tuple(passed), over=True
            )
        move = _in_round(policy, progress, tried, now, passed)
        if move is not None:
            return move
        ended = progress.round
        progress = Progress(round=ended + 1, began=progress.began, unasked=progress.unasked)
        if _called(ended, tried):
            pause = now + timedelta(seconds=policy.pause_s)
            over = policy.rounds is not None and progress.round - progress.began >= policy.rounds
            return Move(
                sends=(),
                progress=replace(progress, not_before=None if over else pause),
                look_again_at=now if over else pause,
                passed=tuple(passed),
            )
    # Whoever could be called has taken it, and more are needed: they are looked for again after the pause.
    return Move(
        sends=(),
        progress=replace(progress, round=last),
        look_again_at=now + timedelta(seconds=policy.pause_s),
        passed=tuple(passed),
    )


def _in_round(
    policy: Policy, progress: Progress, tried: Sequence[Tried], now: datetime, passed: list[Reason]
) -> Move | None:
    """Return the move within a round, or None when everybody in it has had their turn."""
    line = _line(policy, progress)
    rested = progress.round - progress.began < WAKES_OFF_DUTY
    anybody = rested and any(place.person.on_duty(now) for place in line if place.person.calls)
    at = next(
        (
            n
            for n, place in enumerate(line)
            if (place.step_at, place.position) >= (progress.step, progress.position)
        ),
        len(line),
    )
    turns = [_turn(place, progress, tried, now, anybody) for place in line[: at + 1]]
    while True:
        here = progress
        if at < len(line):
            here = replace(progress, step=line[at].step_at, position=line[at].position)
        sends = tuple(send for turn in turns for send in turn.sends)
        if sends:  # once they are written down it is asked again, at once
            if at < len(line) and turns[at].until is None:  # only informed: the next one's turn is now
                here = replace(here, position=here.position + 1)
            return Move(sends=sends, progress=here, look_again_at=now, passed=tuple(passed))
        waited = [turn.until for turn in turns if turn.until is not None]
        if at >= len(line):
            if not waited:
                return None
            here = replace(progress, step=len(policy.steps), position=0)
            return Move(sends=(), progress=here, look_again_at=min(waited), passed=tuple(passed))
        turn = turns[at]
        following = line[at + 1].step_at if at + 1 < len(line) else len(policy.steps)
        starts = [
            _head_start(place, turn.call, following)
            for place, turn in zip(line, turns, strict=False)
            if turn.call is not None
        ]
        if any(start is None or now < start for start in starts):
            times = [*waited, *(start for start in starts if start is not None and start > now)]
            return Move(sends=(), progress=here, look_again_at=min(times), passed=tuple(passed))
        if turn.why is not None:
            passed.append(turn.why)
        elif turn.call is not None and at + 1 < len(line) and not line[at].step.together:
            passed.append(
                Reason(N_("{name} has not answered yet: the next is called too"), _name(line[at].person))
            )
        at += 1
        if at < len(line):
            turns.append(_turn(line[at], progress, tried, now, anybody))


def _line(policy: Policy, progress: Progress) -> list[_Place]:
    """The people of a round, in the order of calling."""
    return [
        _Place(n, position, step, person)
        for n, step in enumerate(policy.steps)
        if step.from_round <= progress.round and not (step.ask and (progress.unasked or progress.round > 1))
        for position, person in enumerate(step.people)
    ]


def _turn(place: _Place, progress: Progress, tried: Sequence[Tried], now: datetime, anybody: bool) -> _Turn:
    """What one person's turn asks for; `anybody`: somebody of this round is on duty, and is enough."""
    step, person = place.step, place.person
    purpose = "ask" if step.ask else "answer"
    calls = [t for t in tried if t.contact_id == person.id and t.purpose == purpose]
    mine = [t for t in calls if (t.round, t.step) == (progress.round, place.step_at)]
    wait = timedelta(seconds=step.wait_s)
    waiting = [t for t in calls if is_live(t.status) and now < t.created_at + wait]
    if waiting:
        return _Turn(until=min(t.created_at + wait for t in waiting), call=waiting[-1])
    # What was said in writing counts as what was said on the telephone.
    said = calls if step.ask else [t for t in tried if t.contact_id == person.id and t.purpose != "ask"]
    if any(t.status == "answered" for t in said if t.round >= progress.began):
        return _Turn(why=Reason(N_("{name} has taken it already"), _name(person)))
    if any(t.status == "declined" for t in said if t.round == progress.round):
        return _Turn(why=Reason(WHY["declined"], _name(person)))
    if person.id in progress.left and progress.round == progress.left_in:
        return _Turn(why=Reason(WHY["declined"], _name(person)))
    if not mine and anybody and not person.on_duty(now):
        return _Turn(why=Reason(N_("{name} is off duty"), _name(person)))
    done = {t.address for t in mine}
    following = next((method for method in person.calls if method.address not in done), None)
    texts = () if step.ask else _texts(person, tried, step, place.step_at)
    if following is not None:
        reason = (
            Reason(N_("{name}: the next number"), _name(person))
            if mine
            else Reason(N_("{name} is next: {step}"), {"name": person.name, "step": step.name})
        )
        call = Send(person=person, method=following, purpose=purpose, step=place.step_at, reason=reason)
        return _Turn(sends=(call, *texts), until=now + wait)
    if not mine:
        why = Reason(N_("{name} has no telephone that can be called"), _name(person))
        return _Turn(sends=texts, why=None if texts else why)
    text = WHY.get(mine[-1].status, N_("{name} did not answer in time"))
    return _Turn(why=Reason(text, _name(person)))


def _head_start(place: _Place, call: Tried, following: int) -> datetime | None:
    """When the next in line, of step `following`, is called though this call goes on; None: never."""
    if place.step.together and place.step_at == following:
        return call.created_at
    if place.step.head_start_s is None:
        return None
    alone = timedelta(seconds=place.step.head_start_s)
    return call.created_at + (max(alone, LISTENING) if call.status == "talking" else alone)


def _texts(person: Person, tried: Sequence[Tried], step: Step, step_at: int) -> tuple[Send, ...]:
    """The written messages that a person is still owed: one to each address per alert."""
    told = {t.address for t in tried if t.contact_id == person.id and t.purpose == "inform"}
    return tuple(
        Send(
            person=person,
            method=method,
            purpose="inform",
            step=step_at,
            reason=Reason(N_("{name} is told in writing: {step}"), {"name": person.name, "step": step.name}),
        )
        for method in person.texts
        if method.address not in told
    )


def _inform_everybody(policy: Policy, tried: Sequence[Tried]) -> tuple[Send, ...]:
    """When nobody can be called, everybody who can be written to is written to at once."""
    return tuple(
        send
        for n, step in enumerate(policy.steps)
        if not step.ask
        for person in step.people
        for send in _texts(person, tried, step, n)
    )


def _called(round_: int, tried: Sequence[Tried]) -> bool:
    """Whether anybody was called in a round: one that held nobody to call needs no pause after it."""
    return any(t.round == round_ and t.purpose == "answer" for t in tried)


def _name(person: Person) -> dict[str, str | int | float | bool | None]:
    return {"name": person.name}
