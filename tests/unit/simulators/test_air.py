"""What becomes of messages in bad air, fault by fault; and what faults do to the machine behind it."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.faults.air import Air, Holding, Saying
from simulators.faults.fault import Fault
from simulators.faults.machine import is_dark, steps

MINUTE = 60_000


def said(at: int = MINUTE, device: str = "door", **fields: Any) -> Saying:
    return Saying(at, device, {"contact": True, "linkquality": 80, **fields}, at)


def air(*faults: Fault, begin: int = 0, end: int = 10 * MINUTE, seed: int = 1) -> Air:
    return Air([Holding(begin, end, fault) for fault in faults], seed)


def test_without_faults_a_message_arrives_as_it_was_said() -> None:
    assert air().carry(said()) == [said()]


@pytest.mark.parametrize("what", ["drop", "broker_away", "bridge_lost"])
def test_what_is_lost_is_lost_and_counted(what: Any) -> None:
    lossy = air(Fault(what=what, after_s=0))
    assert [lossy.carry(said(at)) for at in (1, 2, 10 * MINUTE)] == [[], [], [said(10 * MINUTE)]]
    assert lossy.lost == 2


def test_a_share_of_the_messages_is_hit() -> None:
    lossy = air(Fault(what="drop", after_s=0, share=0.3))
    arrived = sum(len(lossy.carry(said(at))) for at in range(1000))
    assert 640 < arrived < 760


def test_other_devices_are_left_alone() -> None:
    lossy = air(Fault(what="drop", after_s=0, device="door"))
    assert lossy.carry(said(device="window")) == [said(device="window")]


def test_a_repetition_comes_later_and_says_the_same() -> None:
    one, two = air(Fault(what="repeat", after_s=0, amount=2)).carry(said())
    assert (one, two) == (said(), said()._replace(at=MINUTE + 2000))


def test_delayed_messages_come_later_and_keep_the_instant_at_which_they_were_said() -> None:
    (late,) = air(Fault(what="delay", after_s=0, amount=40)).carry(said())
    assert (late.at, late.last_seen) == (MINUTE + 40_000, MINUTE)


def test_reordered_messages_overtake_each_other_within_their_bounds() -> None:
    mixed = air(Fault(what="reorder", after_s=0, amount=3))
    arrived = [mixed.carry(said(at))[0] for at in range(0, 60_000, 500)]
    assert sorted(arrived) != arrived
    assert all(0 <= one.at - one.last_seen <= 3000 for one in arrived)


def test_a_stuck_device_says_what_it_said_first() -> None:
    stuck = air(Fault(what="stuck", after_s=0))
    stuck.carry(said(1, occupancy=True))
    (later,) = stuck.carry(said(2, occupancy=False, linkquality=90))
    assert (later.fields["occupancy"], later.fields["linkquality"]) == (True, 90)


def test_a_battery_is_called_low_before_it_dies() -> None:
    dying = air(Fault(what="dead_battery", after_s=0, amount=60), begin=5 * MINUTE)
    (fresh,) = dying.carry(said(3 * MINUTE, battery=90, battery_low=False))
    (low,) = dying.carry(said(4 * MINUTE + 1, battery=90, battery_low=False))
    assert (fresh.fields["battery"], low.fields["battery"], low.fields["battery_low"]) == (90, 3, True)
    assert dying.carry(said(5 * MINUTE)) == []


def test_a_flood_repeats_the_latest_words_at_its_own_pace() -> None:
    flooded = air(Fault(what="flood", after_s=0, amount=2), begin=MINUTE)
    flooded.carry(said(1000))
    assert flooded.next_flood() == MINUTE
    babbled = flooded.floods(2 * MINUTE)
    assert len(babbled) == 30
    assert {one.fields["contact"] for one in babbled} == {True}
    assert flooded.floods(2 * MINUTE) == []


def test_faults_hold_together() -> None:
    both = air(Fault(what="repeat", after_s=0, amount=1), Fault(what="delay", after_s=0, amount=10))
    assert [one.at for one in both.carry(said())] == [MINUTE + 10_000, MINUTE + 11_000]


def test_the_same_seed_spoils_the_same_messages() -> None:
    def arrived(seed: int) -> list[int]:
        lossy = air(Fault(what="drop", after_s=0, share=0.5), seed=seed)
        return [one.at for at in range(100) for one in lossy.carry(said(at))]

    assert arrived(1) == arrived(1) != arrived(2)


def test_a_village_goes_dark_house_by_house() -> None:
    holding = Holding(MINUTE, 10 * MINUTE, Fault(what="village_outage", after_s=60, amount=9))
    begins = [steps(holding, place=place, homes=4)[0].at for place in range(4)]
    assert begins == [MINUTE, MINUTE + 3000, MINUTE + 6000, MINUTE + 9000]
    assert [is_dark([holding], MINUTE + 4000, place=place, homes=4) for place in range(4)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_hub_is_switched_off_once_for_all_homes() -> None:
    holding = Holding(0, MINUTE, Fault(what="hub_away", after_s=0))
    assert [step.does for step in steps(holding)] == [{"deaf": True}, {"deaf": False}]
    assert steps(holding, place=1, homes=2) == []


@pytest.mark.parametrize(
    ("what", "does"),
    [
        ("power_cut", [{"power": False}, {"power": True}, {"online": True}]),
        ("line_away", [{"link": False}, {"link": True}]),
        ("sd_full", [{"disk": False}, {"disk": True}]),
        ("bridge_lost", [{"online": False}, {"online": True}]),
    ],
)
def test_what_begins_ends(what: Any, does: list[dict[str, Any]]) -> None:
    assert [step.does for step in steps(Holding(0, MINUTE, Fault(what=what, after_s=0)))] == does


def test_a_clock_that_lost_the_time_gets_it_back() -> None:
    woken = steps(Holding(MINUTE, 10 * MINUTE, Fault(what="clock_1970", after_s=0)))
    assert woken[1].does == {"clock": "unsynced", "wrong_ms": -MINUTE}
    assert woken[-1].does == {"clock": "synced", "wrong_ms": 0}
    hour = 3_600_000
    drifting = steps(Holding(0, 2 * hour, Fault(what="drift", after_s=0, amount=20_000)))
    assert [step.does["wrong_ms"] for step in drifting] == [
        0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 0,
    ]  # fmt: skip
