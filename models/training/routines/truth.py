"""What really was: when the resident was out, by the recording's own labels or else by hindsight.

Never shown to a detector; it decides where an emergency may be injected and how the filters do.
"""

from __future__ import annotations

from bisect import bisect_right

from models.detection.limits import EMPTY, MINUTE
from models.detection.routines.spells import spells
from models.training.routines.recording import Recording

#: Labels of going out: the spell after the last event of such an activity is spent outside.
_LEAVING = frozenset({"leave_home", "step_out"})
_COMING = frozenset({"enter_home"})
_OUT = frozenset({"leave-house", "leave house", "leave_house", "leaving", "out", "away"})

_ASLEEP = frozenset({"sleep", "sleeping", "go_to_sleep", "go-to-bed", "bed", "nap"})

Span = tuple[int, int]


class Truth:
    """When the resident was out, by labels where those are `known`, and when in bed, by labels alone."""

    def __init__(self, recording: Recording) -> None:
        names = {one.name.lower() for one in recording.activities}
        if names & _OUT:
            self.out = [(one.start, one.end) for one in recording.activities if one.name.lower() in _OUT]
        elif names & _LEAVING:
            self.out = _by_labels_of_events(recording)
        else:
            self.out = _by_hindsight(recording)
        self.out.sort()
        self.asleep = sorted(
            (one.start, one.end) for one in recording.activities if one.name.lower() in _ASLEEP
        )
        self.known = bool(names & (_OUT | _LEAVING))

    def is_out(self, at: int, margin: int = 0) -> bool:
        """Whether the resident was out at an instant, or within `margin` of it."""
        number = bisect_right(self.out, (at + margin, 2**62)) - 1
        return number >= 0 and self.out[number][1] >= at - margin


def within(spans: list[Span], at: int) -> bool:
    """Whether an instant lies in one of the spans, which are in order and do not overlap."""
    number = bisect_right(spans, (at, 2**62)) - 1
    return number >= 0 and spans[number][1] >= at


def _by_labels_of_events(recording: Recording) -> list[Span]:
    """Return the quiet that begins with an event of going out or ends with one of coming home."""
    starts = [one.start for one in recording.activities]

    def label(at: int) -> str:
        number = bisect_right(starts, at) - 1
        return recording.activities[number].name.lower() if number >= 0 else ""

    return [
        (one.since, one.until)
        for one in spells(recording.signs(), recording.offset)
        if one.until is not None
        and one.until - one.since >= EMPTY
        and (label(one.since) in _LEAVING or label(one.until) in _COMING)
    ]


def _by_hindsight(recording: Recording) -> list[Span]:
    """Return the quiet that an outer door began and an outer door ended: nobody enters but by it."""
    return [
        (one.since, one.until)
        for one in spells(recording.signs(), recording.offset)
        if one.until is not None
        and one.until - one.since >= EMPTY
        and one.left_at is not None
        and one.since - one.left_at < 2 * MINUTE
        and one.ended_by_door
    ]
