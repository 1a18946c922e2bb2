"""From what a device says to what happened in the home.

A bridge repeats all that it remembers in every message, so a field proves nothing by being there: events are
differences to what the agent itself remembers of the device. Nothing here reads a clock.
"""

from __future__ import annotations

import zlib

import msgspec

from edge_agent.core import judging
from edge_agent.core.judging import Judged, Moment
from edge_agent.core.rules import (
    Capability,
    Change,
    Movement,
    Posture,
    Press,
    Quantity,
    Record,
    Rule,
    Tally,
    Threshold,
)
from edge_agent.core.state import DeviceState, Happening, Memory, Message, Normalised

TEST_S = 300.0  #: a self test is over after this long, whether or not the device says so
_UNSTEADY = frozenset({"linkquality", "last_seen", "elapsed"})
_MISSING = object()


def normalise(state: DeviceState, message: Message, now: int, mono: int) -> Normalised:
    """Return what `message` means after `state`: the next state, the events, and the count of bad values."""
    at = now if message.seen_at is None else message.seen_at
    moment = Moment(at, mono, message.cached)
    memories = state.memories
    changed: dict[str, Memory] = {}
    happenings: list[Happening] = []
    rejected = 0
    rest = _rest(message) if _needs_rest(message.capability) else state.rest
    for rule in message.capability.rules:
        if isinstance(rule, Change) and rule.pauses_in_test and _in_test(memories | changed, at):
            continue
        key = key_of(rule)
        if isinstance(rule, Tally):
            judged = _count(rule, memories, message, moment)
        else:
            judged = _judge(rule, memories.get(key), message, moment, alone=rest == state.rest)
        if judged.memory is not None:
            changed[key] = judged.memory
        rejected += not judged.sensible
        for tale in judged.tales:
            happenings.append(
                Happening(message.device, tale.kind, tale.value, tale.at, tale.mono, tale.attributes)
            )
    if changed or rest != state.rest:
        state = DeviceState(memories | changed, rest)
    return Normalised(state, happenings, rejected)


def next_due(state: DeviceState, capability: Capability) -> int | None:
    """When, in `mono`, a held change of this device will have lasted long enough; None without one."""
    dues = [
        memory.held.mono + int(judging.patience_s(rule, memory) * 1000)
        for rule in capability.rules
        if isinstance(rule, Change) and (memory := state.memories.get(key_of(rule))) and memory.held
    ]
    return min(dues, default=None)


def settle(device: str, state: DeviceState, capability: Capability, mono: int) -> Normalised:
    """Take the held changes for true that have lasted long enough at `mono`."""
    memories = dict(state.memories)
    happenings: list[Happening] = []
    for rule in capability.rules:
        memory = memories.get(key_of(rule))
        if not isinstance(rule, Change) or memory is None or memory.held is None:
            continue
        if memory.held.mono + int(judging.patience_s(rule, memory) * 1000) > mono:
            continue
        memories[key_of(rule)], tales = judging.settle(rule, memory)
        happenings += [Happening(device, tale.kind, tale.value, tale.at, tale.mono, {}) for tale in tales]
    return Normalised(DeviceState(memories, state.rest), happenings)


def after_reboot(state: DeviceState, mono: int) -> DeviceState:
    """Return `state` as it counts in a new run of the machine, whose `mono` began again."""
    memories = {
        key: msgspec.structs.replace(memory, held=msgspec.structs.replace(memory.held, mono=mono))
        if memory.held
        else memory
        for key, memory in state.memories.items()
    }
    return DeviceState(memories, state.rest)


def key_of(rule: Rule) -> str:
    """The name under which a rule's memory is kept."""
    return f"{rule.field}:fall" if isinstance(rule, Posture) else f"{rule.field}:{rule.kind}"


def _count(rule: Tally, memories: dict[str, Memory], message: Message, moment: Moment) -> Judged:
    if rule.field not in message.values:
        return judging.NOTHING
    counted = next(
        one for one in message.capability.rules if isinstance(one, Change) and one.field == rule.of
    )
    before = memories.get(key_of(counted))
    stood = None if before is None else before.held.value if before.held else before.value
    now = message.values.get(rule.of)
    heard = now == rule.value and stood != counted.values[rule.value]
    raw = message.values[rule.field]
    return judging.tally(rule, memories.get(key_of(rule)), raw, moment, heard=heard)


def _judge(rule: Rule, memory: Memory | None, message: Message, moment: Moment, *, alone: bool) -> Judged:
    values = message.values
    raw = values.get(rule.field, _MISSING)
    if isinstance(rule, Press):
        return judging.press(
            rule, memory, None if raw is _MISSING else raw, judging.number(values.get("battery")), moment
        )
    if raw is _MISSING:
        return judging.NOTHING
    match rule:
        case Change():
            evidence = judging.number(values.get(rule.evidence)) if rule.evidence else None
            evident = not message.restated and (evidence is None or evidence > 0)
            return judging.change(rule, memory, raw, moment, evident=evident, alone=alone)
        case Movement():
            return judging.movement(rule, memory, raw, moment)
        case Posture():
            return judging.posture(rule, memory, raw, moment)
        case Quantity():
            return judging.quantity(rule, memory, raw, moment)
        case Threshold():
            return judging.threshold(rule, memory, raw, moment)
        case Record():
            return judging.record(rule, raw, moment)
    raise TypeError(f"{rule!r} is judged elsewhere.")


def _in_test(memories: dict[str, Memory], at: int) -> bool:
    test = memories.get("test:smoke_test")
    return test is not None and test.value == 1 and 0 <= at - test.told_at < TEST_S * 1000


def _needs_rest(capability: Capability) -> bool:
    return any(isinstance(rule, Change) and rule.alone for rule in capability.rules)


def _rest(message: Message) -> int:
    """A fingerprint of what the message says besides the fields that are judged and those that waver."""
    judged = {rule.field for rule in message.capability.rules}
    rest = {
        name: value for name, value in message.values.items() if name not in judged and name not in _UNSTEADY
    }
    return zlib.crc32(msgspec.json.encode(rest, order="sorted"))
