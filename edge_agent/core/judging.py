"""How each kind of rule turns a field's value into events. Pure: memory and value in, memory and events out.

Every function takes the rule, what is remembered (None before the first message), the field's raw value and
the moment, and returns what to remember and what to tell. `None` in the place of a memory: nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from edge_agent.core.rules import Change, Movement, Posture, Press, Quantity, Record, Scalar, Tally, Threshold
from edge_agent.core.state import Attributes, Held, Memory
from models.contract.measurements import MEASUREMENTS, is_plausible

STALE_MOVEMENT_S = 600.0  #: a detector that says "movement" this long without an end has lost the end
QUICK_S = 10.0  #: changes closer than this come one right after the other
CALM_S = 60.0  #: that long without a change takes one back
MOST_QUICK = 20  #: after so many in a row a sensor is in a flood: then it is told once in QUICK_S
MOST_MISSED = 50  #: more than these between two counts is a count that began anew, or a false one
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
    if memory and memory.held and _elapsed_s(memory.held.at, at) >= patience_s(rule, memory):
        memory, settled = settle(rule, memory)
    if memory is None:
        told = value == 1
        return Judged(Memory(value, at if told else 0), (Tale(rule.kind, 1.0, at, mono),) if told else ())
    if value == memory.value:
        may_repeat = value == 1 and rule.again_s is not None and evident and (alone or not rule.alone)
        if may_repeat and _elapsed_s(memory.told_at, at) >= (rule.again_s or 0):
            return Judged(Memory(1.0, at), (*settled, Tale(rule.kind, 1.0, at, mono, {"repeat": True})))
        if value == 1 and memory.told_at and _is_doubtful(rule, _elapsed_s(memory.told_at, at)):
            doubted = Tale(rule.kind, None, at, mono, {"stuck": True})
            return Judged(Memory(1.0, at), (*settled, doubted))
        bounced_back = memory.held is not None
        return Judged(replace(memory, held=None) if bounced_back or settled else None, settled)
    if (value == 0 and rule.settles_s) or _floods(rule.kind, memory, at):
        if memory.held and memory.held.value == value:
            return Judged(memory if settled else None, settled)
        return Judged(replace(memory, held=Held(value, at, mono)), settled)
    if value == 0 and not rule.tells_end:
        return Judged(replace(memory, value=value, held=None), settled)
    return Judged(_told(memory, value, at), (*settled, Tale(rule.kind, value, at, mono)))


def patience_s(rule: Change, memory: Memory) -> float:
    """How long a held change must last to be told."""
    return max(rule.settles_s, QUICK_S if memory.count >= MOST_QUICK else 0.0)


def _is_doubtful(rule: Change, stands_s: float) -> bool:
    """Whether a 1 has stood for too long. Far longer is a clock that was set, and proves nothing."""
    return rule.doubted_s is not None and rule.doubted_s <= stands_s <= 2 * rule.doubted_s


def _floods(kind: str, memory: Memory, at: int) -> bool:
    """Whether a change comes too soon after too many others. A call for help never does."""
    row = MEASUREMENTS.get(kind)
    flood = memory.count >= MOST_QUICK and _elapsed_s(memory.told_at, at) < QUICK_S
    return flood and row is not None and row.group != "safety"


def _told(memory: Memory, value: float | None, at: int) -> Memory:
    """The memory after a change was told."""
    gap = _elapsed_s(memory.told_at, at)
    quick = memory.count + 1 if gap < QUICK_S else memory.count - int(min(gap, 1e6) / CALM_S)
    return Memory(value, at, None, min(MOST_QUICK, max(0, quick)))


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
    tales = (Tale(rule.kind, held.value, held.at, held.mono),) if rule.tells_end or held.value != 0 else ()
    return _told(memory, held.value, held.at), tales


def movement(rule: Movement, memory: Memory | None, raw: Any, moment: Moment) -> Judged:
    """Beginnings are told at once, doubtful repetitions when their end proves them."""
    if not isinstance(raw, bool):
        return NONSENSE
    at, mono, cached = moment
    told_at = memory.told_at if memory else 0
    if cached:
        return Judged(Memory(float(raw), told_at))
    count = memory.count if memory else 0
    if not raw:
        held = memory.held if memory else None
        proven = held is not None and _elapsed_s(held.at, at) <= STALE_MOVEMENT_S
        if held and proven:
            return Judged(Memory(0.0, held.at), (Tale(rule.kind, 1.0, held.at, held.mono),))
        return Judged(Memory(0.0, told_at, None, count) if memory is None or memory.value != 0 else None)
    if memory is None or memory.value != 1:
        if memory and _floods(rule.kind, memory, at):
            return Judged(replace(memory, value=1.0))
        return Judged(_told(memory or Memory(), 1.0, at), (Tale(rule.kind, 1.0, at, mono),))
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
    if now == before or (memory and not moment.cached and _floods(rule.kind, memory, moment.at)):
        return NOTHING
    told = not moment.cached and (now == 1 or before is not None)
    after = _told(memory or Memory(), now, moment.at)
    return Judged(after, (Tale(rule.kind, now, moment.at, moment.mono),) if told else ())


def tally(rule: Tally, memory: Memory | None, raw: Any, moment: Moment, *, heard: bool) -> Judged:
    """`heard`: this message brings one of the changes that the device counts.

    A device sends its count with its heartbeat only; until then a bridge repeats the old one.
    """
    count = number(raw)
    if count is None or count < 0:
        return NONSENSE
    if moment.cached or memory is None or memory.value is None:
        return Judged(Memory(count, 0, None, int(heard and not moment.cached)))
    changes = memory.count + heard
    if count == memory.value:
        return Judged(replace(memory, count=changes) if heard else None)
    missed = (count - memory.value) % rule.wraps_at - changes
    told = 0 < missed <= MOST_MISSED
    tale = Tale(rule.kind, missed, moment.at, moment.mono)
    return Judged(Memory(count, moment.at), (tale,) if told else ())


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
