"""What is remembered survives a restart: judging after it says what judging without it would have said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.detection.state import HomeState, UnreadableStateError
from tests.unit.detection.lane import DEVICES, HOUR, MINUTE, SECOND, Lane

NAMES = [*sorted(DEVICES), "new-button"]
KINDS = [
    "motion", "presence", "contact", "sos", "fall", "fall_suspected", "smoke", "leak", "tamper", "mains",
    "temperature", "bridge", "bed", "juggling",
]  # fmt: skip
VALUES = st.sampled_from([0.0, 1.0, 5.0, 15.0, 21.0, 36.0, None])
AGES = st.sampled_from([0, 0, 0, 5 * SECOND, 3 * MINUTE, 20 * MINUTE, 3 * HOUR, 30 * HOUR, -HOUR])

event = st.fixed_dictionaries(
    {"do": st.just("event"), "name": st.sampled_from(NAMES), "kind": st.sampled_from(KINDS), "value": VALUES,
     "ago": AGES, "historic": st.sampled_from([False, False, False, True]),
     "clock": st.sampled_from(["synced", "synced", "unsynced"])}
)  # fmt: skip
wait = st.fixed_dictionaries(
    {"do": st.just("wait"), "seconds": st.sampled_from([1, 30, 60, 90, 200, 900, 3600, 5 * 3600])}
)
other = st.sampled_from(
    [{"do": "health"}, {"do": "birth"}, {"do": "reboot"}, {"do": "lost"}, {"do": "mute"}, {"do": "hush"}]
)
SUPERVISIONS = st.sampled_from([0, 3 * MINUTE, 25 * HOUR])
steps = st.lists(st.one_of(event, wait, wait, other), max_size=25)


def take(lane: Lane, step: dict[str, Any]) -> None:
    """Let one thing happen."""
    match step:
        case {"do": "event", "name": name, "kind": kind, "value": value, "ago": ago, **more}:
            lane.says(name, kind, value, ago, **more)
        case {"do": "wait", "seconds": seconds}:
            lane.passes(seconds=seconds)
        case {"do": "health"}:
            lane.health()
        case {"do": "birth"}:
            lane.birth()
        case {"do": "reboot"}:
            lane.birth(boot=f"boot-{lane.session}")
        case {"do": "lost"}:
            lane.line("lost", lane.session)
        case {"do": "mute"}:
            lane.mute = set() if lane.mute else set(NAMES) - {"ups"}
        case {"do": "hush"}:
            lane.speaking = not lane.speaking


@settings(max_examples=50, deadline=None)
@given(steps)
def test_what_is_remembered_is_the_same_after_writing_and_reading(taken: list[dict[str, Any]]) -> None:
    lane = Lane()
    for step in taken:
        take(lane, step)
    assert HomeState.from_bytes(lane.state.to_bytes()).to_bytes() == lane.state.to_bytes()


@settings(max_examples=50, deadline=None)
@given(steps, st.integers(1, 5))
def test_judging_after_restarts_says_what_judging_without_them_says(
    taken: list[dict[str, Any]], every: int
) -> None:
    steady, restarted = Lane(), Lane()
    for number, step in enumerate(taken):
        take(steady, step)
        if number % every == 0:
            restarted.state = HomeState.from_bytes(restarted.state.to_bytes())
        take(restarted, step)
    steady.passes(hours=13)
    restarted.state = HomeState.from_bytes(restarted.state.to_bytes())
    restarted.passes(hours=13)
    assert restarted.told == steady.told


@settings(max_examples=50, deadline=None)
@given(steps, SUPERVISIONS)
def test_nothing_falls_due_before_the_judge_asked_to_be_woken(
    taken: list[dict[str, Any]], supervision: int
) -> None:
    lane = Lane(supervision=supervision)
    for step in taken:
        take(lane, step)
        due = lane.judge.due(lane.profile, lane.state, lane.now)
        assert due is None or lane.state.wake_at <= due


@settings(max_examples=50, deadline=None)
@given(steps, SUPERVISIONS)
def test_looking_when_asked_finds_what_looking_every_half_minute_finds(
    taken: list[dict[str, Any]], supervision: int
) -> None:
    asked, eager = Lane(supervision=supervision), Lane(supervision=supervision)
    for step in [*taken, {"do": "wait", "seconds": 5 * 3600}]:
        take(asked, step)
        if step["do"] == "wait":
            for _ in range(step["seconds"] // 30):
                eager.state.wake_at = 0
                eager.passes(seconds=30)
            eager.passes(seconds=step["seconds"] % 30)
        else:
            take(eager, step)
    assert {one.dedup_key for one in eager.told} == {one.dedup_key for one in asked.told}


def test_a_home_of_twenty_devices_fits_into_four_kilobytes() -> None:
    lane = Lane()
    for number in range(20):
        name = f"0x00158d0001825{number:03d}"
        for kind in ("motion", "contact", "temperature"):
            lane.says(name, kind, 1.0)
    lane.says("smoke-hall", "smoke")
    assert len(lane.state.to_bytes()) < 4096


@pytest.mark.parametrize("snapshot", [b"", b"\x00", b"\x01", b"\x02\x90", b"nonsense", b"\x01\x91\xa1x"])
def test_a_snapshot_that_cannot_be_read_is_refused(snapshot: bytes) -> None:
    with pytest.raises(UnreadableStateError):
        HomeState.from_bytes(snapshot)


#: Written by the first version: somebody in the hall, smoke, a fall that was suspected and raised, cold.
FIRST = bytes.fromhex(
    "019ecf0000019cd5420680cf0000019cd5420680cf0000019cd544c5a0cf0000019cd5420680a0a87069722d68616c6c"
    "00cf0000019cd542068000a00081a2706999a66f6e6c696e65cf0000019cd542068001a6626f6f742d31cf0000019cd5"
    "43db4000c2c384a87069722d68616c6c94cf0000019cd5420680cf0000019cd5420680c080a5726164617294cf000001"
    "9cd5420680cf0000019cd5420680c081ae66616c6c5f73757370656374656493cb3ff0000000000000cf0000019cd542"
    "0680cf0000019cd5420680a5736d6f6b6594cf0000019cd5420680cf0000019cd5420680c081a5736d6f6b6593cb3ff0"
    "000000000000cf0000019cd5420680cf0000019cd5420680a17494cf0000019cd5420680cf0000019cd5420680c082a4"
    "636f6c6493cb4024000000000000cf0000019cd5420680cf0000019cd5420680a4636f6f6c93cb4024000000000000cf"
    "0000019cd5420680cf0000019cd542068082a5736d6f6b6592cf0000019cd5420680cf0000019cd5420680aa66616c6c"
    "3a726164617292cf0000019cd5420680cf0000019cd542f0e081aa66616c6c3a726164617296cf0000019cd5420680a2"
    "7069a57261646172a000c3"
)


def test_a_snapshot_of_the_first_version_reads_for_ever() -> None:
    state = HomeState.from_bytes(FIRST)
    assert state.activity_device == "pir-hall"
    assert state.active.keys() == {"smoke", "fall:radar"}
    assert state.suspected["fall:radar"].raised
    assert state.edges["pi"].devices["t"].readings["cold"].value == 10.0
    lane = Lane()
    lane.state, lane.now = state, state.edges["pi"].heard_at
    assert [one.dedup_key for one in lane.says("smoke", "smoke", 0.0)] == ["smoke"]
