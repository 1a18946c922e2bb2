"""Whatever a sensor delivers, the same movement comes out on the same grid."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from models.detection.falls.errors import ShapeError
from models.detection.falls.intake import RATE, Intake, Samples, Stretch
from tests.unit.falls.bodies import at_rate, fall, packets, walk


def taken(samples: Samples, size: int = 10_000, unit: str | None = None) -> list[Stretch]:
    intake = Intake(unit)  # type: ignore[arg-type]
    stretches = [one for packet in packets(samples, size) for one in intake.take(packet)]
    return stretches + intake.flush()


def joined(stretches: list[Stretch]) -> np.ndarray:
    for left, right in pairwise(stretches):
        assert left.start + len(left.xyz) == right.start
    return np.concatenate([one.xyz for one in stretches])


@pytest.mark.parametrize("rate", [18.4, 20.0, 25.0, 40.0, 50.0, 100.0, 200.0])
@pytest.mark.parametrize("size", [1, 7, 50, 333])
def test_the_grid_does_not_depend_on_how_samples_are_packed(rate: float, size: int) -> None:
    samples = at_rate(walk(12.0), rate)
    whole, in_packets = taken(samples), taken(samples, size)
    assert whole[0].start == in_packets[0].start
    np.testing.assert_allclose(joined(in_packets), joined(whole), atol=1e-9)


@pytest.mark.parametrize("rate", [25.0, 50.0, 100.0, 200.0])
def test_a_walk_is_the_same_walk_at_every_rate(rate: float) -> None:
    smooth = walk(12.0)
    smooth[:, 2] = 0.1
    reference = joined(taken(at_rate(smooth, 200.0)))
    other = joined(taken(at_rate(smooth, rate)))
    count = min(len(reference), len(other)) - 2
    assert np.abs(reference[:count] - other[:count]).max() < 0.05


@pytest.mark.parametrize(("unit", "factor"), [("g", 1.0), ("m/s2", 9.80665), ("mg", 1000.0)])
@pytest.mark.parametrize("said", [None, "g", "m/s2", "mg"])
def test_gravity_tells_the_unit_whatever_the_installer_said(
    unit: str, factor: float, said: str | None
) -> None:
    samples = at_rate(fall(after_s=10.0), 50.0)
    plain = joined(taken(samples))
    scaled = joined(taken(Samples(samples.t, samples.xyz * factor), unit=said))
    np.testing.assert_allclose(scaled, plain, atol=1e-9)


def test_a_sensor_without_gravity_is_unreadable_and_not_a_free_fall() -> None:
    samples = at_rate(walk(10.0), 50.0)
    intake = Intake()
    assert intake.take(Samples(samples.t, samples.xyz * 0.02)) == []
    assert intake.unreadable
    assert intake.dropped == len(samples.t)


def test_samples_that_arrive_in_bursts_are_put_back_to_the_even_tick_of_the_sensor() -> None:
    samples = at_rate(fall(after_s=10.0), 50.0)
    count = len(samples.t) // 5 * 5
    t = samples.t[:count]
    arrivals = t.reshape(-1, 5)[:, -1:] + np.array([0.0, 0.002, 0.004, 0.006, 0.008])
    even = joined(taken(samples))
    burst = taken(Samples(arrivals.ravel(), samples.xyz[:count]))
    shifted = joined(burst)
    # The tick is known up to a steady delay: compare where they fit best.
    place = burst[0].start - taken(samples)[0].start
    errors = [
        np.abs(shifted[200:800] - even[200 + place + lag : 800 + place + lag]).max() for lag in range(-8, 9)
    ]
    torn = np.stack(
        [np.interp(t[:count], arrivals.ravel(), samples.xyz[:count, axis]) for axis in range(3)],
        axis=1,
    )
    assert min(errors) < 0.5 * np.abs(torn[200:800] - even[200:800]).max()


def test_a_gap_ends_a_stretch_and_nothing_is_made_up_across_it() -> None:
    samples = at_rate(walk(12.0), 50.0)
    keep = (samples.t < 105.0) | (samples.t > 106.0)
    stretches = taken(Samples(samples.t[keep], samples.xyz[keep]))
    assert len(stretches) == 2
    end = (stretches[0].start + len(stretches[0].xyz)) / RATE
    assert end == pytest.approx(105.0, abs=0.03)
    assert stretches[1].start / RATE == pytest.approx(106.0, abs=0.03)


def test_a_lost_packet_now_and_then_is_bridged() -> None:
    samples = at_rate(walk(12.0), 50.0)
    keep = np.random.default_rng(2).random(len(samples.t)) > 0.05
    assert len(taken(Samples(samples.t[keep], samples.xyz[keep]))) == 1


def test_broken_readings_are_dropped_and_counted() -> None:
    samples = at_rate(walk(12.0), 50.0)
    xyz = samples.xyz.copy()
    xyz[100] = np.nan
    xyz[200] = 5000.0
    intake = Intake()
    stretches = intake.take(Samples(samples.t, xyz)) + intake.flush()
    assert intake.dropped == 2
    assert np.abs(joined(stretches)).max() < 3.0


def test_a_clock_that_was_set_back_starts_a_new_stretch() -> None:
    samples = at_rate(walk(6.0), 50.0)
    intake = Intake()
    first = intake.take(samples)
    again = intake.take(Samples(samples.t - 50.0, samples.xyz))
    assert again[-1].start < first[0].start


def test_anything_but_times_and_three_axes_is_refused() -> None:
    with pytest.raises(ShapeError):
        Intake().take(Samples(np.zeros(4), np.zeros((4, 2))))
