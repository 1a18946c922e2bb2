"""Which moments are looked at more closely."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from models.detection.falls.trigger import KNOCK_G, MERGE, Trigger


def found(norm: np.ndarray, size: int) -> list[int]:
    trigger = Trigger()
    places = [place for at in range(0, len(norm), size) for place in trigger.feed(at, norm[at : at + size])]
    return places + trigger.flush()


def test_a_slow_walk_triggers_nothing() -> None:
    assert found(1.0 + 0.4 * np.sin(np.arange(5000) / 5), 50) == []


@pytest.mark.parametrize("size", [1, 13, 50, 1000])
def test_of_knocks_within_a_second_the_hardest_is_the_candidate(size: int) -> None:
    norm = np.ones(1000)
    norm[[300, 320, 345]] = [2.5, 4.0, 3.0]
    norm[600] = 2.2
    assert found(norm, size) == [320, 600]


@pytest.mark.parametrize("seed", range(5))
def test_packets_do_not_change_the_candidates_and_they_lie_a_second_apart(seed: int) -> None:
    norm = 1.0 + np.random.default_rng(seed).exponential(0.3, size=3000)
    whole = found(norm, 3000)
    assert len(whole) > 3
    assert found(norm, 17) == whole
    assert all(right - left > MERGE for left, right in pairwise(whole))
    assert all(norm[place] > KNOCK_G for place in whole)
