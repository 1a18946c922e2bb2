"""Learning and measuring, on made-up people: nobody on both sides, and the Pi says what the library says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="learning needs anju[training]")
pytest.importorskip("pyarrow", reason="learning needs anju[training]")

from models.detection.falls.artefacts import load, read
from models.training.errors import DataError
from models.training.falls import course, protocol
from models.training.falls.counting import area, false_per_hour, pooled, share, wilson
from models.training.falls.course import learn, lessons
from models.training.falls.evaluation import judge_as_is, views_of
from models.training.falls.fitting import MOST_OF_A_TRIAL, Lessons, fit_parts, limits
from models.training.falls.moments import BESIDE, FALL, Moments, moments, thinned
from models.training.falls.report import figures
from models.training.falls.shipping import learn_all, packed
from tests.unit.falls.people import NAMES, village


@pytest.fixture(scope="module")
def views() -> list[Moments]:
    return views_of(village())


def silent(line: str) -> None:
    assert line


def test_the_numpy_prediction_is_the_library_s_to_the_ninth_digit(views: list[Moments]) -> None:
    everybody = np.ones(len(views[0].trials), dtype=bool)
    learnt = learn(views, everybody, "waist", inner=3, trees=40)
    ours, parts = read(packed(learnt.classifier)), learnt.parts
    rng = np.random.default_rng(1)
    seen = views[1].table
    table = np.concatenate([seen, rng.normal(seen.mean(0), 2 * seen.std(0) + 0.1, (300, seen.shape[1]))])
    scaled = parts.scaled(table)
    for said, wanted in (
        (ours.kernel.score(ours.scaled(table)), parts.svc.decision_function(scaled)),
        (ours.forest.score(table), parts.forest.predict_proba(table.astype(np.float32))[:, 1]),
        (ours.twin(table), parts.twin.predict_proba(scaled)[:, 1]),
    ):
        np.testing.assert_allclose(said, wanted, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(ours.score(table), learnt.classifier.score(table))


def test_the_same_recordings_give_the_same_bytes() -> None:
    trials = [one for one in village() if one.subject in NAMES[:3]]
    assert packed(learn_all(trials, "waist", ["village"]).classifier) == packed(
        learn_all(trials, "waist", ["village"]).classifier
    )


def test_nested_learning_finds_the_falls_of_people_it_does_not_know(views: list[Moments]) -> None:
    slow = moments(views[0].trials, thinned(20.0, np.random.default_rng(5)))
    found = protocol.nested(views, "waist", folds=3, inner=2, trees=20, also={"slow": slow}, progress=silent)
    for one in found.values():
        assert one.judged.all()
        said = figures(one, draws=20)
        assert said["sensitivity_at_95"] == 1.0
        assert said["auc"] == 1.0
        assert said["falls"] == 18
        assert said["per_fall_type"]["F1"]["trials"] == 18
        assert set(said["baselines"]) == {"logistic", "norm", "chance"}


def test_nobody_is_judged_by_what_was_learnt_from_them(
    views: list[Moments], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fit, inner and outer, is watched: the people whom it judges next are not among its lessons."""
    taught: list[set[str]] = []
    judged: list[set[str]] = []
    fit, fill = course.learn, protocol._Filling.fill

    def watched(seen: list[Moments], of: np.ndarray, *rest: object, **more: object) -> course.Learnt:
        taught.append({trial.subject for trial, taken in zip(seen[0].trials, of, strict=True) if taken})
        return fit(seen, of, *rest, **more)  # type: ignore[arg-type]

    def filled(self: object, learnt: course.Learnt, of: np.ndarray) -> None:
        judged.append({trial.subject for trial, taken in zip(views[0].trials, of, strict=True) if taken})
        fill(self, learnt, of)  # type: ignore[arg-type]

    monkeypatch.setattr(protocol, "learn", watched)
    monkeypatch.setattr(protocol._Filling, "fill", filled)
    protocol.nested(views, "waist", folds=3, inner=2, trees=5, progress=silent)
    assert len(taught) == len(judged) == 3
    for known, asked in zip(taught, judged, strict=True):
        assert known & asked == set()
        assert known | asked == set(NAMES)


def test_limits_come_from_people_whom_the_inner_round_did_not_know(
    views: list[Moments], monkeypatch: pytest.MonkeyPatch
) -> None:
    import models.training.falls.fitting as fitting

    seen: list[tuple[set[str], set[str]]] = []
    fit = fitting.fit_parts

    def watched(taught: Lessons, **more: object) -> object:
        known = set(taught.subject.tolist())
        seen.append((known, set(NAMES) - known))
        return fit(taught, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "fit_parts", watched)
    learn(views, np.ones(len(views[0].trials), dtype=bool), "waist", inner=3, trees=5)
    assert len(seen) == 3
    assert sorted(name for _, away in seen for name in away) == sorted(NAMES)


def test_an_activity_that_is_held_out_is_missing_from_all_lessons(
    views: list[Moments], monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[set[str]] = []
    fit = course.learn

    def watched(seen: list[Moments], of: np.ndarray, *rest: object, **more: object) -> course.Learnt:
        known.append({trial.activity for trial, taken in zip(seen[0].trials, of, strict=True) if taken})
        return fit(seen, of, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(protocol, "learn", watched)
    found = protocol.held_out(
        views[:1], "waist", folds=2, inner=2, trees=5, activities=["march"], progress=silent
    )
    assert known == [{"F1", "sit"}] * 2
    judged = found["march"]
    assert {
        trial.activity for trial, seen in zip(judged.moments.trials, judged.judged, strict=True) if seen
    } == {"march"}


def test_of_a_fall_only_the_hardest_knock_around_its_time_teaches(views: list[Moments]) -> None:
    own = views[0]
    for number, trial in enumerate(own.trials):
        roles = own.role[own.trial == number]
        assert (roles == FALL).sum() == (1 if trial.is_fall else 0)
    taught = lessons([own], np.ones(len(own.trials), dtype=bool), 0)
    assert taught.is_fall.sum() == 18
    assert len(taught.table) <= (own.role != BESIDE).sum()
    many = np.bincount(own.trial, minlength=len(own.trials)) * ~own.is_fall
    assert many.max() > MOST_OF_A_TRIAL
    one = np.arange(len(own.trials)) == many.argmax()
    assert len(lessons([own], one, 0).table) == MOST_OF_A_TRIAL


def test_without_falls_there_is_nothing_to_learn(views: list[Moments]) -> None:
    walks = np.array([trial.activity == "march" for trial in views[0].trials])
    with pytest.raises(DataError):
        fit_parts(lessons(views, walks, 0))


def test_limits_leave_at_most_the_asked_share_above_them() -> None:
    scores = np.random.default_rng(2).random(619)
    for level, limit in limits(scores).items():
        assert (scores > limit).mean() <= 1 - float(level)
        assert (scores >= limit).mean() > 1 - float(level)


def test_counts_are_as_by_hand() -> None:
    score = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    is_fall = np.array([True, False, True, True, False, False])
    assert area(score, is_fall) == pytest.approx(7 / 9)
    assert area(np.zeros(6), is_fall) == 0.5
    assert pooled(score, is_fall, 0.95) == pytest.approx(1 / 3)
    assert wilson(21, 21)[0] == pytest.approx(0.845, abs=0.001)
    assert wilson(12, 15) == pytest.approx([0.548, 0.930], abs=0.001)
    value, (low, high) = share(np.array([True] * 9 + [False]), np.array(list("aabbccddee")))
    assert value == 0.9
    assert low < 0.9 <= high


def test_alarms_of_one_minute_are_one_and_hours_are_those_of_everyday_trials(views: list[Moments]) -> None:
    own = views[0]
    learnt = learn(views[:1], np.ones(len(own.trials), dtype=bool), "waist", inner=2, trees=5)
    judged = judge_as_is(own, learnt.classifier)
    judged.alarm_moment["0.99"][:] = True
    said = false_per_hour(judged, "0.99")
    everyday = [number for number, trial in enumerate(own.trials) if not trial.is_fall]
    assert said["alarms"] == len({number for number in everyday if (own.trial == number).any()})
    assert said["ci95"][0] <= said["per_hour"] <= said["ci95"][1]
    assert said["hours"] == pytest.approx(sum(own.trials[number].hours for number in everyday), abs=0.01)


def test_a_recording_without_gravity_is_counted_as_unreadable_and_its_fall_as_missed() -> None:
    trials = [one for one in village() if one.subject == "Wang"]
    blind = replace(trials[0], xyz=trials[0].xyz * 0.01)
    said = figures(judge_as_is(moments([blind, *trials[1:]]), load("waist")), draws=20)
    assert said["unreadable_trials"] == 1
    assert said["per_fall_type"]["F1"]["found"] == 2
