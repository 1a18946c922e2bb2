"""What a field of a sensor's message means: the kinds of rule that the catalogue's rows are made of.

A rule is data. How a rule turns messages into events stands in `judging`; which device has which rules
stands in `catalogue`. Durations are in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Scalar = bool | int | float | str | None

YES_NO: Mapping[Scalar, float | None] = {True: 1.0, False: 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A state with two edges. Its repetitions say nothing, for a bridge repeats what it remembers."""

    field: str
    kind: str
    values: Mapping[Scalar, float | None]  #: the field's words, and what they mean (None: unknown)
    tells_end: bool = True  #: whether the return to 0 is an event
    settles_s: float = 0.0  #: a return to 0 counts once it lasted this long (doors that bounce)
    again_s: float | None = None  #: a 1 that stands this long may be said again: its end may have been lost
    evidence: str = ""  #: a quantity that must be above zero, if it is there, to say it again
    alone: bool = False  #: it is said again only by a message in which nothing else changed
    confirms: bool = False  #: raised even from a bridge's memory: too dangerous to be left out
    pauses_in_test: bool = False  #: not judged while the device tests itself
    doubted_s: float | None = None  #: a 1 that stands this long has lost its end: it becomes unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A movement detector. Only its beginnings are events.

    Some detectors say the same again when they see the next movement; others never do. A repetition at any
    other time may be an old value in a report of the battery: it counts only when its own end follows.
    """

    field: str = "occupancy"
    kind: str = "motion"
    again_s: tuple[float, float] | None = None  #: a repetition this long after the last one is new movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button that says what was done to it. Its action is never remembered by a bridge."""

    actions: frozenset[str]
    field: str = "action"
    kind: str = "sos"
    same_s: float = 10.0  #: presses closer than this are one press; the first is the one that counts
    doubt_empty_battery: bool = False  #: an action together with a battery that fell to 0 is no press


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """A radar that sees people fall, in its own words. Words that stand nowhere here are not understood."""

    field: str
    fallen: frozenset[str]
    suspected: frozenset[str]
    clear: frozenset[str] = frozenset()  #: nobody on the floor any more
    other: frozenset[str] = frozenset()  #: says nothing about somebody who fell before
    again_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A measured value: told when it moved, now and then while it does not, and never in a flood."""

    field: str
    kind: str
    step: float  #: a change that is worth an event
    least_s: float = 60.0
    most_s: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A measured value that shows whether something is in use."""

    field: str
    kind: str
    on_above: float
    off_below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A device's own count of its changes, which shows how many of them were lost on the air."""

    field: str
    kind: str
    of: str  #: the field whose changes it counts
    value: Scalar  #: the change that it counts
    wraps_at: int = 65536  #: it begins anew there


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A recording that is played back: every message is an event, repetitions too."""

    field: str
    kind: str
    values: Mapping[Scalar, float | None] | None = None  #: None: the value is a number as it stands


Rule = Change | Movement | Press | Posture | Quantity | Threshold | Tally | Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What one model of device can tell, and how it is supervised."""

    vendor: str
    model: str
    rules: tuple[Rule, ...]
    heartbeat_s: float | None = None  #: it speaks at least this often; None when it need not
    battery_powered: bool = True
    ecosystem: str = "zigbee2mqtt"  #: whose source hears it
    worn: bool = False  #: on the body: the fall watch judges what it feels
    pulled_up: bool = True  #: a pin: active when it is drawn to ground

    @property
    def kinds(self) -> list[str]:
        """The kinds of event that this device can raise, each once, in the order of its rules."""
        kinds: dict[str, None] = {"fall": None, "fall_suspected": None} if self.worn else {}
        for rule in self.rules:
            if isinstance(rule, Posture):
                kinds |= {"fall": None, "fall_suspected": None}
            else:
                kinds[rule.kind] = None
        return list(kinds)

    def narrowed(self, fields: tuple[str, ...] | None) -> Capability:
        """Return the capability of a device that tells no more than `fields`, where that is known."""
        if fields is None:
            return self
        return replace(self, rules=tuple(rule for rule in self.rules if rule.field in fields))
