"""How like real homes the simulated ones are: distances that mean what they say, and how near we come."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from simulators import cli
from simulators.home import plan as plans
from simulators.likeness.comparison import compare, halves
from simulators.likeness.distances import jensen_shannon, ks, wasserstein
from simulators.likeness.figures import apart, portrait
from simulators.likeness.sightings import Seen, Sighting, of_plan, of_recording

NUMBERS = st.lists(st.floats(0.1, 1e4), min_size=1, max_size=40)
FIRST = date(2026, 3, 1)


@given(NUMBERS, NUMBERS)
def test_distances_are_the_same_both_ways_and_nothing_for_the_same(
    one: list[float], two: list[float]
) -> None:
    for distance in (ks, wasserstein):
        assert distance(one, one) == 0
        assert distance(one, two) == pytest.approx(distance(two, one))
    assert 0 <= ks(one, two) <= 1


@settings(deadline=None)  # the first call loads scipy
@given(NUMBERS, NUMBERS)
def test_the_way_to_move_one_to_the_other_is_that_of_scipy(one: list[float], two: list[float]) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert wasserstein(one, two) == pytest.approx(stats.wasserstein_distance(one, two), rel=1e-6, abs=1e-6)


def test_the_widest_gap_between_two_shares_is_found() -> None:
    assert ks([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5
    assert ks([1, 2], [3, 4]) == 1
    assert ks([], [1]) == 1


def test_counts_with_nothing_in_common_are_one_bit_apart() -> None:
    assert jensen_shannon({"a": 3}, {"b": 5}) == pytest.approx(1.0)
    assert jensen_shannon({"a": 3, "b": 1}, {"a": 6, "b": 2}) == pytest.approx(0.0)
    assert jensen_shannon({}, {"a": 1}) == 1.0


def test_a_home_is_told_in_minutes_gaps_stays_and_ways() -> None:
    seen = Seen("one", tuple(Sighting(*each) for each in (
        (600, "kitchen"), (601, "kitchen"), (601, "living"), (631, "living"), (700, "kitchen"),
    )))  # fmt: skip
    told = portrait(seen)
    assert told.gaps == (1.0, 30.0, 69.0)
    assert told.stays == (1.0, 99.0)
    assert told.moves == {("kitchen", "living"): 1, ("living", "kitchen"): 1}
    assert (told.by_hour[10], told.days) == (3.0, 1)
    assert apart(told, told).together == 0


def test_halves_are_cut_at_a_midnight() -> None:
    seen = of_plan(plans.load("lane-flat"), 1, FIRST, 4)
    one, two = halves(seen)
    assert one.sightings + two.sightings == seen.sightings
    assert two.sightings[0].minute % 1440 < 600


def test_sensors_with_blind_times_see_less_than_what_happens() -> None:
    plan = plans.load("village-house")
    happens = portrait(of_plan(plan, 1, FIRST, 5))
    felt = portrait(of_plan(plan, 1, FIRST, 5, through_sensors=True))
    assert 0.3 * happens.per_hour < felt.per_hour < happens.per_hour


def test_simulated_homes_are_nearer_to_a_real_one_than_another_real_one_is(shared: Path) -> None:
    """The yardstick is how far the recorded homes are apart; told by `anju-sim compare`."""
    loaders = pytest.importorskip("models.training.routines.loaders")
    recorded = [of_recording(one) for one in loaders.load(shared / "datasets")]
    made = [of_plan(plans.load(name), 1, FIRST, 14) for name in plans.names()]
    found = compare(recorded, made)
    dense = [one for one in found.simulated_to_recorded if one.two == "hh103"]
    yardstick = min(one.together for one in found.recorded_to_recorded)
    assert len(dense) == 4
    assert all(one.together < 0.6 * yardstick for one in dense), (dense, yardstick)
    assert all(one.gaps < 0.08 for one in dense)
    assert max(one.together for one in found.halves) < yardstick


def test_the_command_prints_the_numbers_and_draws(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "likeness.png"
    words = ["compare", "--data", str(shared / "datasets"), "--plan", "lane-flat", "--days", "7", "--json"]
    ran = CliRunner().invoke(cli.build("compare"), [*words, "--picture", str(picture)])
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout)
    assert {one["one"] for one in figures["simulated_to_recorded"]} == {"lane-flat"}
    assert figures["yardstick"]["recorded_to_recorded"]
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_a_folder_without_recordings_is_told_so(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    ran = CliRunner().invoke(cli.build("compare"), ["compare", "--data", str(tmp_path)])
    assert "No recorded home" in str(ran.exception)
