"""Falls and everyday life as they were recorded: the protocol in short, and the product's way of judging."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="measuring needs anju[training]")
pytest.importorskip("pyarrow", reason="measuring needs anju[training]")

from models.detection.falls.artefacts import load
from models.detection.falls.intake import Samples
from models.detection.falls.judge import FallJudge
from models.detection.falls.position import POSITIONS, Position
from models.detection.falls.thing import SPREAD_G
from models.detection.finding import Finding
from models.training.falls.evaluation import judge_as_is, views_of
from models.training.falls.moments import moments, thinned
from models.training.falls.protocol import nested
from models.training.falls.report import figures
from models.training.falls.sets import SISFALL, WEDA, read_set
from models.training.falls.trials import Trial

SETS: dict[Position, str] = {"waist": SISFALL, "wrist": WEDA}


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[Position, list[Trial]]:
    found: dict[Position, list[Trial]] = {}
    for position, name in SETS.items():
        if not (shared / "datasets" / name / "trials.csv").is_file():
            pytest.skip(f"the set {name} is not in ../shared/datasets")
        found[position] = read_set(shared / "datasets", name)
    return found


def test_the_sets_are_whole(recorded: dict[Position, list[Trial]]) -> None:
    counts = {
        position: (
            len(trials),
            sum(trial.is_fall for trial in trials),
            len({trial.subject for trial in trials}),
        )
        for position, trials in recorded.items()
    }
    assert counts == {"waist": (4505, 1798, 38), "wrist": (969, 350, 25)}


def test_at_the_wrist_people_not_seen_in_learning_are_found_far_better_than_by_a_threshold(
    recorded: dict[Position, list[Trial]],
) -> None:
    """Nested, six people who fell and three older ones: a short form of the whole protocol."""
    fell = sorted({trial.subject for trial in recorded["wrist"] if trial.is_fall})[:6]
    older = sorted({trial.subject for trial in recorded["wrist"]} - set(fell))[-3:]
    trials = [trial for trial in recorded["wrist"] if trial.subject in {*fell, *older}]
    judged = nested(views_of(trials), "wrist", folds=3, inner=3, trees=30, progress=str.strip)
    said = figures(judged[""], draws=20)
    assert said["auc"] > 0.95
    assert said["sensitivity_at_95"] > 0.85
    assert said["specificity_at_95"] > 0.85
    assert said["sensitivity_at_95"] > said["baselines"]["norm"]["sensitivity_at_95"] + 0.2


@pytest.mark.parametrize("position", POSITIONS)
def test_at_twenty_samples_a_second_the_verdict_is_nearly_always_the_same(
    recorded: dict[Position, list[Trial]], position: Position
) -> None:
    trials = recorded[position][:: 25 if position == "waist" else 6]
    classifier = load(position)
    fine = judge_as_is(moments(trials), classifier)
    coarse = judge_as_is(moments(trials, thinned(20.0, np.random.default_rng(3))), classifier)
    same = fine.alarm["anju"]["0.99"] == coarse.alarm["anju"]["0.99"]
    assert same.mean() > 0.95


@pytest.mark.parametrize("position", POSITIONS)
def test_the_judge_says_of_a_stream_what_the_evaluation_says_of_the_trial(
    recorded: dict[Position, list[Trial]], position: Position
) -> None:
    trials = recorded[position][:: 90 if position == "waist" else 20]
    classifier = load(position)
    expected = judge_as_is(moments(trials), classifier).alarm["anju"]["0.99"]
    for trial, alarm in zip(trials, expected, strict=True):
        judge = FallJudge(classifier, device="recorded", level="0.99")
        outcomes = []
        for at in range(0, len(trial.t), 25):
            outcomes += judge.feed(Samples(trial.t[at : at + 25], trial.xyz[at : at + 25]))
        # The end of the recording is a gap, then the same sensor lies still somewhere else.
        later = float(trial.t[-1]) + 5.0 + np.arange(200) / 50.0
        outcomes += judge.feed(Samples(later, np.tile(np.median(trial.xyz, axis=0), (200, 1))))
        said = any(isinstance(one, Finding) for one in outcomes)
        assert said == bool(alarm), trial.name


def test_nobody_who_was_recorded_lies_as_still_as_a_thing(recorded: dict[Position, list[Trial]]) -> None:
    """No second at the waist after any fall; what `thing.py` says of the recordings holds."""
    spreads: list[float] = []
    for trial in recorded["waist"]:
        if trial.is_fall:
            g = trial.xyz / np.median(np.linalg.norm(trial.xyz, axis=1))
            rest = g[int(np.linalg.norm(g, axis=1).argmax()) + 150 :]
            seconds = rest[: len(rest) // 50 * 50].reshape(-1, 50, 3)
            away = seconds - seconds.mean(axis=1, keepdims=True)
            spreads += np.sqrt((away * away).sum(axis=(1, 2)) / 50).tolist()
    assert len(spreads) > 8_500
    assert min(spreads) > 1.3 * SPREAD_G
