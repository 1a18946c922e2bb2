"""A simulated belt: what it says is what the edge reads, and a fall differs from a dropped belt."""

from __future__ import annotations

import json
import math

import pytest

from edge_agent.core.motion import MotionBatch
from edge_agent.sources import Known
from edge_agent.sources.wearable import Wearable
from simulators.home.worn import BELT, Belt


def norms(what: str = "") -> list[float]:
    """The strength of every sample of 20 s, in g; at 10 s something happens."""
    belt = Belt(0, 1)
    said = list(belt.batches(10_000))
    if what:
        belt.take(what, 10_000)
    said += belt.batches(20_000)
    return [math.hypot(*sample) for _at, message in said for sample in json.loads(message.payload)["samples"]]


def test_the_edge_reads_every_batch() -> None:
    source = Wearable([Known(BELT, "Anju", "wearable", BELT)])
    said = list(Belt(1_000_000, 1).batches(1_010_000))
    assert [at for at, _message in said] == [1_002_000, 1_004_000, 1_006_000, 1_008_000, 1_010_000]
    for at, message in said:
        facts = source.read(message.topic, message.payload, retained=False, mono=at)
        (batch,) = [fact for fact in facts if isinstance(fact, MotionBatch)]
        assert (batch.rate, len(batch.samples), batch.start) == (50, 100, at - 2000)


def test_whoever_stands_feels_one_g() -> None:
    assert all(0.8 < strength < 1.2 for strength in norms())


@pytest.mark.parametrize("what", ["worn_fall", "worn_drop"])
def test_down_is_felt_before_the_knock_and_stillness_after_it(what: str) -> None:
    strengths = norms(what)[500:]
    hardest = strengths.index(max(strengths))
    assert max(strengths) > 2
    assert min(strengths[:hardest]) < 0.5
    assert all(0.9 < strength < 1.1 for strength in strengths[hardest + 100 :])


def test_a_thing_lies_stiller_than_a_person() -> None:
    fallen, dropped = norms("worn_fall")[-200:], norms("worn_drop")[-200:]
    assert 0 < max(dropped) - min(dropped) < 0.01 < max(fallen) - min(fallen)


def test_the_same_seed_sways_the_same() -> None:
    assert norms("worn_fall") == norms("worn_fall")
