"""How each kind of rule turns a field's value into events. Pure: memory and value in, memory and events out.

Every function takes the rule, what is remembered (None before the first message), the field's raw value and
the moment, and returns what to remember and what to tell. `None` in the place of a memory: nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from edge_agent.core.rules import Change, Movement, Posture, Press, Quantity, Record, Scalar, Threshold
from edge_agent.core.state import Attributes, Held, Memory
from models.contract.measurements import is_plausible

STALE_MOVEMENT_S = 600.0  #: a detector that says "movement" this long without an end has lost the end
LARGEST = 1e12  #: no quantity of the contract is larger


class Moment(NamedTuple):
    """When the message is from, and whether it is news."""

    at: int
    mono: int
    cached: bool


class Tale(NamedTuple):
    """One event to be told; `at` and `mono` of an earlier moment if the news is about that."""

    kind: str
    value: float | None
    at: int
    mono: int
    attributes: Attributes = {}  # noqa: RUF012 - never written to


class Judged(NamedTuple):
    """The new memory (None: as before), the events, and whether the value made sense."""

    memory: Memory | None = None
    tales: tuple[Tale, ...] = ()
    sensible: bool = True


NOTHING = Judged()
NONSENSE = Judged(sensible=False)


def _elapsed_s(since: int, at: int) -> float:
    """Seconds between two instants; a clock that went back makes it endless, so that nothing is held off."""
    return (at - since) / 1000 if at >= since else float("inf")


def _translate(values: Mapping[Scalar, float | None], raw: Any) -> tuple[bool, float | None]:
    """Whether `raw` is one of the words, and its meaning. `1` is not `true`: a guess is wrong one day."""
    if isinstance(raw, bool) or raw is None or isinstance(raw, str):
        return (raw in values, values.get(raw))
    return (False, None)


def number(raw: Any) -> float | None:
    """Return a finite number of the contract, or None."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return float(raw) if -LARGEST <= raw <= LARGEST else None


def change(
    rule: Change, memory: Memory | None, raw: Any, moment: Moment, *, evident: bool, alone: bool
) -> Judged:
    """`evident`: a repetition would be news; `alone`: no other field of the message changed."""
    known, value = _translate(rule.values, raw)
    if not known:
        return NONSENSE
    at, mono, cached = moment
    if cached:
        return _remembered(rule, memory, value, moment)
    settled: tuple[Tale, ...] = ()
    if memory and memory.held and _elapsed_s(memory.held.at, at) >= rule.settles_s:
        memory, settled = settle(rule, memory)
    if memory is None:
        told = value == 1
        return Judged(Memory(value, at if told else 0), (Tale(rule.kind, 1.0, at, mono),) if told else ())
    if value == memory.value:
        may_repeat = value == 1 and rule.again_s is not None and evident and (alone or not rule.alone)
        if may_repeat and _elapsed_s(memory.told_at, at) >= (rule.again_s or 0):
            return Judged(Memory(1.0, at), (*settled, Tale(rule.kind, 1.0, at, mono, {"repeat": True})))
        bounced_back = memory.held is not None
        return Judged(Memory(value, memory.told_at) if bounced_back or settled else None, settled)
    if value == 0 and rule.settles_s:
        if memory.held and memory.held.value == value:
            return Judged(memory if settled else None, settled)
        return Judged(Memory(memory.value, memory.told_at, Held(value, at, mono)), settled)
    if value == 0 and not rule.tells_end:
        return Judged(Memory(value, memory.told_at), settled)
    return Judged(Memory(value, at), (*settled, Tale(rule.kind, value, at, mono)))


def _remembered(rule: Change, memory: Memory | None, value: float | None, moment: Moment) -> Judged:
    """Somebody else's memory of a value: it sets the state, and only what may burn or poison is told."""
    before = memory.value if memory else None
    if rule.confirms and value == 1 and before != 1:
        tale = Tale(rule.kind, 1.0, moment.at, moment.mono, {"confirm": True})
        return Judged(Memory(1.0, moment.at), (tale,))
    return Judged(Memory(value, memory.told_at if memory else 0))


def settle(rule: Change, memory: Memory) -> tuple[Memory, tuple[Tale, ...]]:
    """Take a held change for true, at the moment when it was first seen."""
    held = memory.held
    if held is None:
        return memory, ()
    tales = (Tale(rule.kind, held.value, held.at, held.mono),) if rule.tells_end else ()
    return Memory(held.value, held.at), tales


def movement(rule: Movement, memory: Memory | None, raw: Any, moment: Moment) -> Judged:
    """Beginnings are told at once, doubtful repetitions when their end proves them."""
    if not isinstance(raw, bool):
        return NONSENSE
    at, mono, cached = moment
    told_at = memory.told_at if memory else 0
    if cached:
        return Judged(Memory(float(raw), told_at))
    if not raw:
        held = memory.held if memory else None
        proven = held is not None and _elapsed_s(held.at, at) <= STALE_MOVEMENT_S
        if held and proven:
            return Judged(Memory(0.0, held.at), (Tale(rule.kind, 1.0, held.at, held.mono),))
        return Judged(Memory(0.0, told_at) if memory is None or memory.value != 0 else None)
    if memory is None or memory.value != 1:
        return Judged(Memory(1.0, at), (Tale(rule.kind, 1.0, at, mono),))
    gap = _elapsed_s(told_at, at)
    if rule.again_s and rule.again_s[0] <= gap <= rule.again_s[1]:
        return Judged(Memory(1.0, at), (Tale(rule.kind, 1.0, at, mono),))
    if gap > (rule.again_s[1] if rule.again_s else STALE_MOVEMENT_S):
        return Judged(Memory(1.0, told_at, Held(1.0, at, mono)))
    return NOTHING


def press(rule: Press, memory: Memory | None, raw: Any, battery: float | None, moment: Moment) -> Judged:
    """The first press is told at once. `raw` is None in a message without an action."""
    before = memory or Memory()
    level = before.value if battery is None else battery
    if not isinstance(raw, str) or raw not in rule.actions:
        sensible = raw is None or isinstance(raw, str)
        return Judged(Memory(level, before.told_at) if level != before.value else None, (), sensible)
    at, mono, _ = moment
    if rule.doubt_empty_battery and battery == 0 and before.value != 0:
        return Judged(Memory(level, before.told_at), (), sensible=False)
    if memory and before.told_at and _elapsed_s(before.told_at, at) < rule.same_s:
        return Judged(Memory(level, before.told_at) if level != before.value else None)
    return Judged(Memory(level, at), (Tale(rule.kind, 1.0, at, mono, {"action": raw}),))


def posture(rule: Posture, memory: Memory | None, raw: Any, moment: Moment) -> Judged:
    """The memory's value is 2 after a fall, 1 after a suspected one, 0 otherwise."""
    if not isinstance(raw, str):
        return NONSENSE
    before = (memory.value or 0.0) if memory else 0.0
    told_at = memory.told_at if memory else 0
    at, mono, cached = moment
    if raw in rule.fallen:
        level = 2.0
    elif raw in rule.suspected:
        level = max(1.0, before)
    elif raw in rule.clear or raw in rule.other:
        level = 0.0
    else:
        return NONSENSE
    if cached:
        return Judged(Memory(level, told_at))
    if level == before:
        if level == 2 and raw in rule.fallen and _elapsed_s(told_at, at) >= rule.again_s:
            return Judged(Memory(level, at), (Tale("fall", 1.0, at, mono, {"repeat": True}),))
        return Judged(Memory(level, told_at) if memory is None else None)
    if level == 2:
        tale: Tale | None = Tale("fall", 1.0, at, mono)
    elif level == 1:
        tale = Tale("fall_suspected", 1.0, at, mono)
    elif before == 1:
        tale = Tale("fall_suspected", 0.0, at, mono)
    else:
        tale = Tale("fall", 0.0, at, mono) if raw in rule.clear else None
    return Judged(Memory(level, at), (tale,) if tale else ())


def quantity(rule: Quantity, memory: Memory | None, raw: Any, moment: Moment) -> Judged:
    """At most once a minute, when it moved or when it has long not been told."""
    value = number(raw)
    if value is None or not is_plausible(rule.kind, value):
        return NONSENSE
    if memory and memory.value is not None:
        gap = _elapsed_s(memory.told_at, moment.at)
        if gap < rule.least_s:
            return NOTHING
        # Rounded, for 22.8 - 22.5 is a little less than 0.3 to a computer.
        if round(abs(value - memory.value), 6) < rule.step and gap < rule.most_s:
            return NOTHING
    memory = Memory(value, moment.at)
    return Judged(memory, () if moment.cached else (Tale(rule.kind, value, moment.at, moment.mono),))


def threshold(rule: Threshold, memory: Memory | None, raw: Any, moment: Moment) -> Judged:
    """Between the two limits everything stays as it was."""
    value = number(raw)
    if value is None:
        return NONSENSE
    before = memory.value if memory else None
    if value > rule.on_above:
        now = 1.0
    elif value < rule.off_below:
        now = 0.0
    else:
        return NOTHING
    if now == before:
        return NOTHING
    told = not moment.cached and (now == 1 or before is not None)
    return Judged(Memory(now, moment.at), (Tale(rule.kind, now, moment.at, moment.mono),) if told else ())


def record(rule: Record, raw: Any, moment: Moment) -> Judged:
    """Whatever is played back is told."""
    if rule.values is None:
        value = number(raw)
        sensible = value is not None and is_plausible(rule.kind, value)
    else:
        sensible, value = _translate(rule.values, raw)
    if not sensible:
        return NONSENSE
    return Judged(None, (Tale(rule.kind, value, moment.at, moment.mono),))
