"""The life of a need as a table, who holds it, and the hours in which needs are due. Pure.

A need is held by one organisation at a time: the home's station at first. Passed on, it waits in the list of
the organisation above; declined there, it comes back with the reason. Only where it began can it end undone.
Of a hundred presses fewer than one is an emergency. The others deserve an answer by day, and nobody's sleep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

Kind = Literal[
    "meals", "bathing", "cleaning", "mobility", "medical", "emergency", "question", "call_me", "other"
]
State = Literal["open", "taken", "done", "passed_on", "declined", "cancelled"]
Source = Literal["button", "phone", "web", "visit", "rule"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STATES: Final[tuple[State, ...]] = get_args(State)

#: From each state: where it may go. Who took a need and cannot keep it gives it back.
NEXT: Final[Mapping[State, frozenset[State]]] = {
    "open": frozenset({"taken", "done", "passed_on", "declined", "cancelled"}),
    "taken": frozenset({"open", "done", "passed_on", "declined", "cancelled"}),
    "done": frozenset(),
    "passed_on": frozenset(),  # of needs that ended so before they could be held by another organisation
    "declined": frozenset(),
    "cancelled": frozenset(),
}
WAITING: Final = frozenset(state for state, onward in NEXT.items() if onward)
#: Whoever sends somebody away says why.
NEEDS_A_REASON: Final = frozenset({"declined"})

#: What somebody wants to be done with a need, beside the states that it can end in.
Wish = State


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a need: its state, and who holds it from now on (None: the home's station)."""

    state: State
    holder: str | None


def step(here: State, wish: Wish, holder: str | None, above: str | None) -> Step | None:
    """Return what a wish leads to, or None where it is not possible.

    `above` is the organisation over the one that holds the need now. Passing on waits there, open. Declining
    gives a need that came from below back to the home's station, open, with the reason on file.
    """
    if not may_go(here, wish):
        return None
    if wish == "passed_on":
        return None if above is None else Step("open", above)
    if wish == "declined" and holder is not None:
        return Step("open", None)
    return Step(wish, holder)


#: What somebody may say of what was done for them.
Answer = Literal["satisfied", "partly", "not"]
ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)
#: So long after something was done its people are asked about it.
ASKED_FOR: Final = timedelta(days=14)


def after_answer(answer: Answer, refusals: int, holder: str | None, above: str | None) -> Step | None:
    """Return what becomes of a need that was done, once its people have said how; None: it stays done.

    Who is not satisfied is served again by whoever had done it; said a second time of the same need
    (`refusals`: how often it was said before), it goes to the organisation above, as far as there is one.
    """
    if answer != "not":
        return None
    return Step("open", above if refusals and above is not None else holder)


#: Presses so close together are one wish.
SAME_WISH: Final = timedelta(minutes=10)
#: By day somebody answers within this time.
BY_DAY: Final = timedelta(hours=2)
#: What was asked for at night is due so long after the station opens.
AFTER_OPENING: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a station works, by the clock of a home."""

    zone: str
    opens: time = time(8)
    closes: time = time(18)


def may_go(here: State, there: State) -> bool:
    """Whether a need may pass from one state to another."""
    return there in NEXT[here]


def is_day(hours: Hours, at: datetime) -> bool:
    """Whether the station works at an instant."""
    local = at.astimezone(ZoneInfo(hours.zone)).time()
    return hours.opens <= local < hours.closes


def due_at(hours: Hours, asked_at: datetime) -> datetime:
    """Return by when somebody must have answered: in two hours by day, else soon after the next opening."""
    zone = ZoneInfo(hours.zone)
    local = asked_at.astimezone(zone)
    if is_day(hours, asked_at):
        soon = asked_at + BY_DAY
        if soon <= datetime.combine(local.date(), hours.closes, zone).astimezone(UTC):
            return soon
    day = local.date() if local.time() < hours.opens else local.date() + timedelta(days=1)
    return datetime.combine(day, hours.opens, zone).astimezone(UTC) + AFTER_OPENING


def is_overdue(state: State, due: datetime, now: datetime) -> bool:
    """Whether somebody has been waiting for longer than was promised."""
    return state in WAITING and now > due


def same_wish(state: State, pressed_at: datetime | None, at: datetime) -> bool:
    """Whether a press at `at` says again what a need of the same home already stands for."""
    return state in WAITING and pressed_at is not None and abs(at - pressed_at) < SAME_WISH


def tally(states: Iterable[State]) -> dict[State, int]:
    """Count needs by state; the counts add up to what was created, for no need is ever lost."""
    counts = dict.fromkeys(STATES, 0)
    for state in states:
        counts[state] += 1
    return counts
