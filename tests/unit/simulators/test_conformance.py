"""The conformance checks: a sound edge passes every one, and each way of breaking the contract is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.contract import VERSION
from models.contract.codec import encode
from models.contract.messages import Batch, CommandResult, Device, Devices, Event, Health, State
from models.contract.topics import Address
from simulators.conformance.checks import CHECKS, verdicts
from simulators.conformance.heard import Hearing, Message

NOW = 1_790_000_000_000
SHEN = Address("shen", "pi-1")


def event(seq: int, kind: str = "motion", at: int = NOW, **more: Any) -> Event:
    more.setdefault("device", "pir")
    return Event(seq=seq, at=at, mono=seq, kind=kind, **more)


def batch(*events: Event, stream: str = "s1", sent_at: int = NOW, floor: int = 1) -> bytes:
    return encode(
        Batch(v=VERSION, boot="b1", stream=stream, sent_at=sent_at, events=list(events), floor=floor)
    )


class Edge:
    """What a sound edge says in a minute; tests break it."""

    def __init__(self) -> None:
        self.hearing = Hearing(SHEN, NOW, silent_until=NOW + 30_000, ended_at=NOW + 75_000)
        self.say(
            "state",
            encode(State(v=VERSION, state="online", session=2, boot="b1", stream="s1")),
            retained=True,
        )
        devices = [Device(id="pir", kinds=["motion"]), Device(id="button", kinds=["sos"])]
        self.say("devices", encode(Devices(v=VERSION, devices=devices)), retained=True)
        for second in (1, 60):
            report = Health(v=VERSION, at=NOW + second * 1000, uptime_s=1, outbox=0)
            self.say("health", encode(report), at=second)
        pressed = batch(event(1), event(2, "sos", device="button"))
        self.say("events", pressed, at=1)
        self.say("events", pressed, at=8)
        self.hearing.acked_at = {("s1", 1): NOW + 31_000, ("s1", 2): NOW + 31_000}
        self.hearing.commands = {"c1": False, "c2": True}
        for command in ("c1", "c2"):
            self.say(
                f"command/{command}/result", encode(CommandResult(v=VERSION, ok=False, detail="no")), at=2
            )

    def say(
        self,
        leaf: str,
        payload: bytes,
        *,
        at: float = 0,
        qos: int = 1,
        retained: bool = False,
        base: str = "",
    ) -> None:
        topic = f"{base or SHEN.base}/{leaf}"
        self.hearing.messages.append(Message(NOW + round(at * 1000), topic, payload, qos, retained))

    def forget(self, leaf: str) -> None:
        self.hearing.messages = [one for one in self.hearing.messages if not one.topic.endswith(f"/{leaf}")]

    def outcomes(self) -> dict[str, str]:
        return {
            check.__name__: verdict.outcome
            for check, verdict in zip(CHECKS, verdicts(self.hearing), strict=True)
        }


def test_a_sound_edge_passes_every_check() -> None:
    assert set(Edge().outcomes().values()) == {"passed"}


def test_where_nothing_is_heard_nothing_is_called_passed() -> None:
    silent = Hearing(SHEN, NOW, silent_until=NOW + 30_000, ended_at=NOW + 75_000)
    assert "passed" not in {verdict.outcome for verdict in verdicts(silent)}
    assert all(verdict.advice for verdict in verdicts(silent))


def _wrong_shard(edge: Edge) -> None:
    edge.say("health", b"{}", base="anju/v1/99/shen/pi-1")


def _no_stream(edge: Edge) -> None:
    edge.say("state", encode(State(v=VERSION, state="online", session=3, boot="b1")), retained=True)


def _session_back(edge: Edge) -> None:
    edge.say("state", encode(State(v=VERSION, state="online", session=1, boot="b1", stream="s1")))


def _device_twice(edge: Edge) -> None:
    edge.say("devices", encode(Devices(v=VERSION, devices=[Device(id="a"), Device(id="a")])))


def _rare_health(edge: Edge) -> None:
    edge.hearing.ended_at = NOW + 200_000


def _retained_health(edge: Edge) -> None:
    edge.say("health", encode(Health(v=VERSION, at=NOW, uptime_s=1, outbox=0)), at=61, retained=True)


def _broken_batch(edge: Edge) -> None:
    edge.say("events", b'{"v":1,"events":[]}', at=2)


def _retained_events(edge: Edge) -> None:
    edge.say("events", batch(event(3)), at=2, retained=True)


def _qos_0(edge: Edge) -> None:
    edge.say("health", encode(Health(v=VERSION, at=NOW, uptime_s=1, outbox=0)), at=61, qos=0)


def _number_again(edge: Edge) -> None:
    edge.say("events", batch(event(1, value=0.0)), at=2)


def _below_the_floor(edge: Edge) -> None:
    edge.say("events", batch(event(3), floor=9), at=2)


def _other_stream(edge: Edge) -> None:
    edge.say("state", encode(State(v=VERSION, state="online", session=3, boot="b1", stream="s9")), at=3)


def _unlisted(edge: Edge) -> None:
    edge.say("events", batch(event(3, device="ghost")), at=2)


def _unknown_kind(edge: Edge) -> None:
    edge.say("events", batch(event(3, "aura")), at=2)


def _impossible(edge: Edge) -> None:
    edge.say("events", batch(event(3, "temperature", value=900.0)), at=2)


def _local_time(edge: Edge) -> None:
    edge.say("events", batch(event(3, at=NOW + 8 * 3_600_000)), at=2)


def _not_late(edge: Edge) -> None:
    edge.say("events", batch(event(3, at=NOW - 3_600_000)), at=2)


def _slow_press(edge: Edge) -> None:
    edge.say("events", batch(event(3, "sos", at=NOW + 5_000), sent_at=NOW + 12_000), at=12)


def _never_again(edge: Edge) -> None:
    edge.hearing.messages = [one for one in edge.hearing.messages if one.at != NOW + 8_000]


def _again_for_ever(edge: Edge) -> None:
    edge.say("events", batch(event(1), event(2, "sos", device="button")), at=50)


def _deaf_to_commands(edge: Edge) -> None:
    edge.forget("result")


def _obedient(edge: Edge) -> None:
    edge.say("command/c2/result", encode(CommandResult(v=VERSION, ok=True)), at=3)


def _usurper(edge: Edge) -> None:
    edge.say("config", b"{}")


BREAKS: list[tuple[Callable[[Edge], None], str]] = [
    (_wrong_shard, "address"), (_no_stream, "birth"), (_session_back, "birth"), (_device_twice, "catalogue"),
    (_rare_health, "health"), (_retained_health, "health"), (_broken_batch, "batches"),
    (_retained_events, "batches"), (_qos_0, "quality"), (_number_again, "numbers"),
    (_below_the_floor, "numbers"), (_other_stream, "stream"), (_unlisted, "known_devices"),
    (_unknown_kind, "values"), (_impossible, "values"), (_local_time, "times"), (_not_late, "times"),
    (_slow_press, "urgent"), (_never_again, "again"), (_again_for_ever, "settled"),
    (_deaf_to_commands, "commands"), (_obedient, "commands"), (_usurper, "own_side"),
]  # fmt: skip


@pytest.mark.parametrize(("breaks", "check"), BREAKS)
def test_each_break_is_found_by_its_check(breaks: Callable[[Edge], None], check: str) -> None:
    edge = Edge()
    breaks(edge)
    assert edge.outcomes()[check] == "failed"
    found = {one.__name__: verdict for one, verdict in zip(CHECKS, verdicts(edge.hearing), strict=True)}[
        check
    ]
    assert found.detail
    assert found.advice


def test_every_check_is_broken_by_some_test() -> None:
    assert {check for _breaks, check in BREAKS} == {check.__name__ for check in CHECKS}
