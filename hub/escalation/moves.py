"""Who should be told about an alert next, when, and why.

Nothing here reads a clock, a database or a setting: the caller brings the policy, the progress, what became
of the attempts so far and the time, and carries out the move that it gets back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.escalation.policy import Method, Person, Policy, Step
from hub.notify.lifecycle import AttemptStatus, is_live
from models.detection.finding import Reason

NOBODY_AGAIN = timedelta(seconds=60)  #: how often an alert that reaches nobody is looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where in its policy an alert is."""

    round: int = 1
    step: int = 0
    position: int = 0  #: of the person within the step
    not_before: datetime | None = None  #: the pause between two rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attempt, as far as the next move depends on it."""

    contact_id: str
    address: str
    purpose: str  #: `answer` or `inform`
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
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What to do now; `sends` may be empty. `look_again_at` is the latest moment to ask again."""

    sends: tuple[Send, ...]
    progress: Progress
    look_again_at: datetime
    passed: tuple[Reason, ...] = ()  #: whom the policy passed over on the way, and why
    nobody: bool = False  #: no step reaches anybody who could answer


WHY: dict[str, str] = {
    "voicemail": "{name}: voicemail, not a person",
    "unanswered": "{name} did not answer",
    "busy": "{name}: the line was busy",
    "declined": "{name} cannot go",
    "failed": "{name} could not be reached",
    "withdrawn": "{name}: the call was withdrawn",
}


def next_move(policy: Policy, progress: Progress, tried: Sequence[Tried], now: datetime) -> Move:
    """Return what to do at `now` for an alert that nobody has taken yet."""
    if not policy.reachable:
        sends = _inform_everybody(policy, tried)
        return Move(sends=sends, progress=progress, look_again_at=now + NOBODY_AGAIN, nobody=True)
    passed: list[Reason] = []
    # Every turn of the loop goes one person further; two rounds always hold somebody who can be called.
    for _ in range(2 * sum(len(step.people) + 1 for step in policy.steps) + 4 * len(policy.steps)):
        if progress.not_before is not None:
            if now < progress.not_before:
                return Move(
                    sends=(), progress=progress, look_again_at=progress.not_before, passed=tuple(passed)
                )
            progress = replace(progress, not_before=None)
        if progress.step >= len(policy.steps):
            progress = Progress(
                round=progress.round + 1,
                not_before=(
                    now + timedelta(seconds=policy.pause_s) if _called(progress.round, tried) else None
                ),
            )
            continue
        step = policy.steps[progress.step]
        if step.from_round > progress.round or progress.position >= len(step.people):
            progress = replace(progress, step=progress.step + 1, position=0)
            continue
        person = step.people[progress.position]
        mine = [
            t for t in tried if (t.contact_id, t.round, t.step) == (person.id, progress.round, progress.step)
        ]
        sends, until, why = _with_person(step, person, mine, tried, now)
        if until is not None:
            return Move(sends=sends, progress=progress, look_again_at=until, passed=tuple(passed))
        if why is not None:
            passed.append(why)
        if sends:  # only informed: goes out, and the next person's turn is now
            after = replace(progress, position=progress.position + 1)
            return Move(sends=sends, progress=after, look_again_at=now, passed=tuple(passed))
        progress = replace(progress, position=progress.position + 1)
    raise AssertionError("a reachable policy always yields a move")


def _with_person(
    step: Step, person: Person, mine: list[Tried], tried: Sequence[Tried], now: datetime
) -> tuple[tuple[Send, ...], datetime | None, Reason | None]:
    """What to do with one person: sends, until when to wait (None: move on), why they are passed over."""
    calls = [t for t in mine if t.purpose == "answer"]
    wait = timedelta(seconds=step.wait_s)
    waiting = [t.created_at + wait for t in calls if is_live(t.status) and now < t.created_at + wait]
    if waiting:
        return (), min(waiting), None
    if any(t.status == "declined" for t in calls):
        return (), None, Reason(WHY["declined"], {"name": person.name})
    done = {t.address for t in calls}
    following = next((method for method in person.calls if method.address not in done), None)
    texts = _texts(person, tried, step)
    if following is not None:
        reason = (
            Reason("{name} is next: {step}", {"name": person.name, "step": step.name})
            if not calls
            else Reason("{name}: the next number", {"name": person.name})
        )
        call = Send(person=person, method=following, purpose="answer", reason=reason)
        return (call, *texts), now + wait, None
    if not calls:
        return texts, None, Reason("{name} has no telephone that can be called", {"name": person.name})
    last = calls[-1]
    text = WHY.get(last.status, "{name} did not answer in time")
    return (), None, Reason(text, {"name": person.name})


def _texts(person: Person, tried: Sequence[Tried], step: Step) -> tuple[Send, ...]:
    """The written messages that a person is still owed: one to each address per alert."""
    told = {t.address for t in tried if t.contact_id == person.id and t.purpose == "inform"}
    return tuple(
        Send(
            person=person,
            method=method,
            purpose="inform",
            reason=Reason("{name} is told in writing: {step}", {"name": person.name, "step": step.name}),
        )
        for method in person.texts
        if method.address not in told
    )


def _inform_everybody(policy: Policy, tried: Sequence[Tried]) -> tuple[Send, ...]:
    """When nobody can be called, everybody who can be written to is written to at once."""
    return tuple(
        send for step in policy.steps for person in step.people for send in _texts(person, tried, step)
    )


def _called(round_: int, tried: Sequence[Tried]) -> bool:
    """Whether anybody was called in a round: one that held nobody to call needs no pause after it."""
    return any(t.round == round_ and t.purpose == "answer" for t in tried)
