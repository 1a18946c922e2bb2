"""What the home does by itself: siren, words, calls, and when each of them ends."""

from __future__ import annotations

import msgspec
import pytest

from edge_agent.core.spot import COUNTDOWN_MS, PAUSE_MS, Act, Dial, Outcome, Plan, Say, Sound, Spot
from edge_agent.core.state import Happening

BUTTON, SMOKE, LAMP = "0x00158d0000000002", "0x00158d0000000004", "0x00158d0000000005"
DAUGHTER, SON = "+8613800000001", "+8613900000002"
NOW = 1_795_000_000_000


class Room:
    """A home whose hub may be out of reach, and a clock that only the test moves."""

    def __init__(self, *numbers: str) -> None:
        self.plan = Plan(edge="edge-1", cancel=frozenset({LAMP}), numbers=numbers)
        self.spot = Spot()
        self.mono = 1_000_000
        self.hub_lacks_it = True
        self.acts: list[Act] = []
        self.told: list[Happening] = []

    def take(self, done: tuple[list[Act], list[Happening]]) -> None:
        self.acts += done[0]
        self.told += done[1]

    def says(self, kind: str, device: str = BUTTON, value: float = 1.0) -> None:
        self.take(
            self.spot.begin(
                self.plan, Happening(device, kind, value, NOW + self.mono, self.mono, {}), self.mono
            )
        )

    def waves(self, *, asking: bool = False) -> None:
        self.take(self.spot.cancel(self.plan, LAMP, NOW, self.mono, asking=asking))

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.mono += 1000
            self.take(self.spot.tick(self.plan, NOW + self.mono, self.mono, lambda *_: self.hub_lacks_it))

    def call_ends(self, outcome: Outcome) -> None:
        self.take(self.spot.called(self.plan, outcome, NOW + self.mono, self.mono))

    @property
    def dialled(self) -> list[str]:
        return [act.number for act in self.acts if isinstance(act, Dial)]

    @property
    def said(self) -> list[str]:
        return [act.what for act in self.acts if isinstance(act, Say)]

    @property
    def outcomes(self) -> list[object]:
        return [one.attributes["outcome"] for one in self.told if one.kind == "edge_call"]


@pytest.mark.parametrize("kind", ["sos", "fall", "smoke", "co", "gas"])
def test_an_emergency_sounds_the_siren_and_speaks_at_once_and_both_end_by_themselves(kind: str) -> None:
    room = Room()
    room.says(kind)
    assert room.acts == [Sound(180_000)]
    room.passes(200)
    assert room.said == ["help" if kind in ("sos", "fall") else kind] * (COUNTDOWN_MS // 10_000)
    assert [(one.kind, one.value) for one in room.told] == [("siren", 1.0), ("siren", 0.0)]


@pytest.mark.parametrize("kind", ["leak", "tamper", "motion", "fall_suspected", "mains"])
def test_nothing_less_makes_any_noise(kind: str) -> None:
    room = Room(DAUGHTER)
    room.says(kind)
    room.says("fall", value=0.0)
    room.passes(300)
    assert (room.acts, room.told) == ([], [])


def test_while_the_hub_has_the_emergency_the_home_calls_nobody() -> None:
    room = Room(DAUGHTER, SON)
    room.says("sos")
    room.passes(30)
    room.hub_lacks_it = False
    room.passes(3600)
    assert room.dialled == []


def test_when_the_hub_does_not_say_that_it_has_it_people_are_called_in_order_until_one_presses_a_key() -> (
    None
):
    room = Room(DAUGHTER, SON)
    room.says("fall")
    room.passes(59)
    assert room.dialled == []
    room.passes(2)
    assert room.dialled == [DAUGHTER]
    room.passes(40)
    assert room.dialled == [DAUGHTER]
    room.call_ends("no_key")
    room.passes(1)
    assert room.dialled == [DAUGHTER, SON]
    room.call_ends("key")
    room.passes(3600)
    assert room.dialled == [DAUGHTER, SON]
    assert room.outcomes == ["calling", "no_key", "calling", "key"]
    assert room.said[-1] == "taken"
    assert [one.attributes["number"] for one in room.told if one.kind == "edge_call"] == [
        DAUGHTER, DAUGHTER, SON, SON,
    ]  # fmt: skip


def test_a_hub_that_comes_back_takes_over_and_a_call_that_rings_is_still_told() -> None:
    room = Room(DAUGHTER, SON)
    room.says("sos")
    room.passes(61)
    room.hub_lacks_it = False
    room.passes(5)
    room.call_ends("no_answer")
    room.passes(600)
    assert room.dialled == [DAUGHTER]
    assert room.outcomes == ["calling", "no_answer"]


def test_nobody_answers_so_all_are_called_three_times_with_pauses() -> None:
    room = Room(DAUGHTER, SON)
    room.says("gas")
    for _ in range(40):
        room.passes(30)
        if room.spot.calling:
            room.call_ends("no_answer")
    assert room.dialled == [DAUGHTER, SON] * 3
    assert PAUSE_MS == 60_000


def test_the_resident_who_is_well_ends_siren_words_and_calls_of_a_press() -> None:
    room = Room(DAUGHTER)
    room.says("sos")
    room.passes(5)
    room.waves()
    room.passes(3600)
    assert room.acts[-2:] == [Sound(0), Say("well")]
    assert room.dialled == []
    assert [one.kind for one in room.told] == ["siren", "siren", "well"]


@pytest.mark.parametrize("kind", ["smoke", "co", "gas"])
def test_of_fire_and_gas_nobody_can_say_that_all_is_well_but_the_noise_ends(kind: str) -> None:
    room = Room(DAUGHTER)
    room.says(kind, SMOKE)
    room.passes(5)
    room.waves()
    assert room.acts[-1] == Sound(0)
    room.passes(60)
    assert room.dialled == [DAUGHTER]
    assert "well" not in [one.kind for one in room.told]


def test_a_wearables_question_is_spoken_until_it_is_answered() -> None:
    room = Room()
    room.says("asked")
    room.passes(12)
    assert room.said == ["asked", "asked"]
    room.waves(asking=True)
    room.passes(60)
    assert room.said == ["asked", "asked", "well"]
    assert [one.kind for one in room.told] == ["well"]


def test_repetitions_within_a_minute_are_one_trouble() -> None:
    room = Room(DAUGHTER)
    for _ in range(5):
        room.says("sos")
    assert len(room.spot.troubles) == 1


@pytest.mark.parametrize("rebooted", [False, True])
def test_it_goes_on_after_a_restart_and_a_call_that_was_under_way_is_unknown(rebooted: bool) -> None:
    room = Room(DAUGHTER, SON)
    room.says("sos")
    room.passes(61)
    room.spot = msgspec.json.decode(msgspec.json.encode(room.spot), type=Spot)
    room.mono = 5_000 if rebooted else room.mono + 5_000
    room.told += room.spot.restarted(room.plan, NOW, room.mono, rebooted=rebooted)
    room.passes(62)
    assert room.outcomes == ["calling", "unknown", "calling"]
    assert room.dialled == [DAUGHTER, SON]


def test_a_home_without_siren_voice_or_numbers_does_nothing_and_says_nothing() -> None:
    room = Room()
    room.plan = Plan(edge="edge-1", loud=False, acts=False)
    room.says("sos")
    room.passes(100)
    assert (room.acts, room.told, room.spot.idle) == ([], [], True)
