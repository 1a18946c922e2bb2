"""The checks: each looks at what was heard and says what holds, what does not, and what to do about it.

Pure. Nothing is guessed: what nobody could see is `unseen`, never `passed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct

from models.contract import codec
from models.contract.errors import ContractError
from models.contract.measurements import MEASUREMENTS, is_plausible, is_urgent
from models.contract.messages import Batch, CommandResult, Devices, Event, Health, State
from simulators.conformance.heard import Hearing, Message, Outcome, Verdict
from simulators.texts import _

_AHEAD_MS = 5 * 60_000
_LATE_MS = 10 * 60_000
_AT_ONCE_MS = 3_000  #: on a machine that has other work too
_PATIENCE_MS = 60_000  #: an edge that sends nothing again for so long never will
_HEALTH_MS = 90_000
_SETTLING_MS = 5_000  #: what was under way when the acknowledgement was said
S = TypeVar("S", bound=Struct)
Check = Callable[[Hearing], Verdict]


def verdicts(hearing: Hearing) -> list[Verdict]:
    """Return what every check found, in the order of an edge's life."""
    return [check(hearing) for check in CHECKS]


def _valid(messages: list[Message], kind: type[S]) -> tuple[list[tuple[Message, S]], list[str]]:
    good, wrong = [], []
    for message in messages:
        try:
            good.append((message, codec.decode(message.payload, kind)))
        except ContractError as error:
            wrong.append(str(error))
    return good, wrong


def _events(hearing: Hearing) -> Iterator[tuple[Message, Batch, Event]]:
    for message, batch in _valid(hearing.of("events"), Batch)[0]:
        for event in batch.events:
            yield message, batch, event


def _say(name: str, wrong: list[str], advice: str, *, seen: bool = True) -> Verdict:
    outcome: Outcome = "failed" if wrong else "passed" if seen else "unseen"
    more = f" (+{len(wrong) - 1})" if len(wrong) > 1 else ""
    return Verdict(name, outcome, wrong[0] + more if wrong else "", advice if outcome != "passed" else "")


def address(hearing: Hearing) -> Verdict:
    """Under its own base topic, with the right shard."""
    base = hearing.address.base + "/"
    wrong = [one.topic for one in hearing.messages if not one.topic.startswith(base)]
    return _say(
        _("the base topic"), wrong,
        _("Publish below {base}: the shard is crc32(home) % 64, as two digits.").format(base=base),
        seen=bool(hearing.messages),
    )  # fmt: skip


def birth(hearing: Hearing) -> Verdict:
    """A retained state that says who is there."""
    good, wrong = _valid([one for one in hearing.of("state") if one.payload], State)
    births = [(message, state) for message, state in good if state.state == "online"]
    wrong += [_("no stream is named") for _message, state in births if state.stream is None]
    sessions = [state.session for _message, state in births]
    if sessions != sorted(sessions):
        wrong.append(_("the session number went back"))
    return _say(
        _("its birth"), wrong,
        _("At every connection publish `state` retained, with a session number that grows and the stream."),
        seen=bool(births),
    )  # fmt: skip


def catalogue(hearing: Hearing) -> Verdict:
    """The list of its devices, retained."""
    good, wrong = _valid([one for one in hearing.of("devices") if one.payload], Devices)
    for _message, devices in good:
        ids = [device.id for device in (*devices.devices, *devices.unplaced)]
        wrong += [_("the device {id} is listed twice").format(id=one) for one in {*ids} if ids.count(one) > 1]
    return _say(
        _("its devices"), wrong,
        _("Publish `devices` retained at every connection: all of them, with rooms, kinds, heartbeats."),
        seen=bool(good),
    )  # fmt: skip


def health(hearing: Hearing) -> Verdict:
    """Once a minute, never retained."""
    good, wrong = _valid(hearing.of("health"), Health)
    wrong += [_("it is retained") for message, _health in good if message.retained]
    instants = [message.at for message, _health in good]
    wrong += [
        _("{seconds} s passed between two reports").format(seconds=round((two - one) / 1000))
        for one, two in zip([hearing.begun_at, *instants], [*instants, hearing.ended_at], strict=True)
        if two - one > _HEALTH_MS
    ]
    return _say(_("its health"), wrong, _("Publish `health` once a minute, not retained."), seen=bool(good))


def batches(hearing: Hearing) -> Verdict:
    """Events that decode, in batches of one stream, never retained."""
    good, wrong = _valid(hearing.of("events"), Batch)
    wrong += [_("a batch of events is retained") for message, _batch in good if message.retained]
    return _say(
        _("its events"), wrong,
        _("Publish `events` as docs/contract.md says, not retained. Let a sensor speak while this listens."),
        seen=bool(good),
    )  # fmt: skip


def quality(hearing: Hearing) -> Verdict:
    """With QoS 1: a broker may lose the others."""
    wrong = [
        _("QoS 0 on {topic}").format(topic=one.topic.rsplit("/", 1)[-1])
        for one in hearing.messages
        if one.qos == 0 and not one.retained
    ]
    return _say(_("quality of service"), wrong, _("Publish with QoS 1."), seen=bool(hearing.messages))


def numbers(hearing: Hearing) -> Verdict:
    """A number is used once in a stream: the same number is the same event for ever."""
    known: dict[tuple[str, int], Event] = {}
    wrong = []
    for _message, batch, event in _events(hearing):
        before = known.setdefault((batch.stream, event.seq), event)
        if (before.at, before.device, before.kind, before.value) != (
            event.at, event.device, event.kind, event.value,
        ) and event.clock == before.clock:  # fmt: skip
            wrong.append(_("number {seq} was two different events").format(seq=event.seq))
        if event.seq < batch.floor:
            wrong.append(_("number {seq} lies below the floor").format(seq=event.seq))
    return _say(
        _("its numbers"), wrong,
        _("Count `seq` up on the disk; never use a number again; begin a new stream with a new disk."),
        seen=bool(known),
    )  # fmt: skip


def stream(hearing: Hearing) -> Verdict:
    """The stream of its events is the one of its birth."""
    births = [state.stream for _message, state in _valid(hearing.of("state"), State)[0] if state.stream]
    told = {batch.stream for _message, batch, _event in _events(hearing)}
    wrong = [
        _("events of stream {stream}").format(stream=one) for one in told if births and births[-1] not in told
    ]
    return _say(
        _("its stream"), wrong, _("Name the stream of the outbox in the birth; the hub answers by it."),
        seen=bool(births and told),
    )  # fmt: skip


def known_devices(hearing: Hearing) -> Verdict:
    """Events come of devices that are listed."""
    listed = {
        device.id
        for _message, devices in _valid(hearing.of("devices"), Devices)[0]
        for device in (*devices.devices, *devices.unplaced)
    } | {hearing.address.edge}
    said = {event.device for _message, _batch, event in _events(hearing)}
    wrong = [_("{device} is not listed").format(device=one) for one in sorted(said - listed)]
    return _say(
        _("who speaks"), wrong, _("List every device in `devices` before its first event."), seen=bool(said)
    )


def values(hearing: Hearing) -> Verdict:
    """Kinds that the contract knows, with values that can be."""
    wrong, seen = [], False
    for _message, _batch, event in _events(hearing):
        seen = True
        if event.kind not in MEASUREMENTS:
            wrong.append(_("the kind {kind} is unknown").format(kind=event.kind))
        elif event.value is not None and not is_plausible(event.kind, event.value):
            wrong.append(_("{kind} {value} cannot be").format(kind=event.kind, value=event.value))
    return _say(
        _("kinds and values"), wrong,
        _("Use the kinds and units of docs/contract.md; an unknown kind is stored and concludes nothing."),
        seen=seen,
    )  # fmt: skip


def times(hearing: Hearing) -> Verdict:
    """Instants in UTC milliseconds, by a clock that is called what it is."""
    wrong, seen = [], False
    for message, batch, event in _events(hearing):
        seen = True
        if event.clock != "unsynced" and event.at > message.at + _AHEAD_MS:
            wrong.append(_("an event lies in the future: is it local time?"))
        old = batch.sent_at - event.at > _LATE_MS
        if event.clock != "unsynced" and old and not (event.late or event.historic):
            wrong.append(_("an event was older than ten minutes and not marked late"))
    return _say(
        _("its times"), wrong,
        _("`at` is UTC in milliseconds; mark as `late` what is older than ten minutes."),
        seen=seen,
    )  # fmt: skip


def urgent(hearing: Hearing) -> Verdict:
    """What is urgent leaves at once."""
    wrong, seen = [], False
    for _message, batch, event in _events(hearing):
        if not is_urgent(event.kind, event.value) or event.late or event.clock == "unsynced":
            continue
        if event.at >= hearing.begun_at:  # what happened before we came may have left unheard
            seen = True
            first = min(
                one.sent_at
                for _m, one, e in _events(hearing)
                if (one.stream, e.seq) == (batch.stream, event.seq)
            )
            if first - event.at > _AT_ONCE_MS:
                wrong.append(
                    _("{kind} left after {seconds} s").format(
                        kind=event.kind, seconds=round((first - event.at) / 1000, 1)
                    )
                )
    return _say(
        _("urgent events"), wrong, _("Send urgent kinds at once. Press an SOS button while this listens."),
        seen=seen,
    )  # fmt: skip


def again(hearing: Hearing) -> Verdict:
    """What was not acknowledged comes again."""
    times_said: dict[tuple[str, int], int] = {}
    first: dict[tuple[str, int], int] = {}
    for message, batch, event in _events(hearing):
        if message.at <= hearing.silent_until:
            key = (batch.stream, event.seq)
            times_said[key] = times_said.get(key, 0) + 1
            first.setdefault(key, message.at)
    if any(number > 1 for number in times_said.values()):
        return _say(_("sending again"), [], "")
    enough = 0.6 * min(_PATIENCE_MS, hearing.silent_until - hearing.begun_at)
    waited = [hearing.silent_until - at for at in first.values() if hearing.silent_until - at >= enough]
    wrong = [
        _("unacknowledged for {seconds} s and not sent again").format(seconds=round(longest / 1000))
        for longest in sorted(waited)[-1:]
    ]
    return _say(
        _("sending again"), wrong,
        _("Keep every event until the hub's `ack` covers it, and send it again until then."),
        seen=False,
    )  # fmt: skip


def settled(hearing: Hearing) -> Verdict:
    """What was acknowledged does not come again."""
    wrong = []
    for message, batch, event in _events(hearing):
        acked_at = hearing.acked_at.get((batch.stream, event.seq))
        if acked_at is not None and message.at > acked_at + _SETTLING_MS:
            wrong.append(_("number {seq} came again after its acknowledgement").format(seq=event.seq))
    return _say(
        _("acknowledgements"), wrong,
        _("Subscribe to `ack`; forget everything up to `upto` and in the `ranges` of your own stream."),
        seen=bool(hearing.acked_at),
    )  # fmt: skip


def commands(hearing: Hearing) -> Verdict:
    """A command is answered; one that came too late, or that nobody knows, is not done."""
    wrong = []
    for command_id in hearing.commands:
        good, broken = _valid(hearing.of(f"command/{command_id}/result"), CommandResult)
        wrong += broken
        if not good and not broken:
            wrong.append(_("a command was not answered"))
        wrong += [
            _("a command that had expired, or that does not exist, was called done") for _m, r in good if r.ok
        ]
    return _say(
        _("commands"), wrong,
        _("Answer each `command/<id>` on `command/<id>/result`; do nothing after `expires_at`."),
        seen=bool(hearing.commands),
    )  # fmt: skip


def own_side(hearing: Hearing) -> Verdict:
    """It says nothing in the hub's name."""
    base = hearing.address.base
    wrong = [one.topic for one in hearing.messages if one.topic in (f"{base}/config",)]
    return _say(
        _("the hub's side"), wrong, _("`ack`, `config` and `command/<id>` are the hub's: only listen there."),
        seen=bool(hearing.messages),
    )  # fmt: skip


CHECKS: tuple[Check, ...] = (
    address, birth, catalogue, health, batches, quality, numbers, stream, known_devices, values, times,
    urgent, again, settled, commands, own_side,
)  # fmt: skip
