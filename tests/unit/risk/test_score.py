"""A home's risk can be added up by anybody, and says what would lower it."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from models.detection.risk.facts import HomeFacts
from models.detection.risk.score import HIGH_FROM, RAISED_FROM, Contribution, assess
from models.detection.risk.sentences import ADDS
from models.detection.wording import render

#: By fact: from harmless to worst.
WORSE: dict[str, tuple[Any, ...]] = {
    "ability": (0, 1, 2, 3, 4),
    "age": (70, 78, 90, 99),
    "lives_alone": (False, True),
    "walking_aid": (False, True),
    "night_light": (True, False),
    "grab_rail": (True, False),
    "falls_90d": (0, 1, 2, 5),
    "night_toilet": (0.0, 1.0, 2.0, 3.0, 6.0),
    "restless_nights_30d": (0, 1, 3, 20),
    "declining": (False, True),
    "coldest": (21.0, 17.0, 14.0, 3.0),
    "hottest": (24.0, 31.0, 40.0),
    "silent_days_30d": (0, 1, 4, 30),
    "sensors": (8,),
    "sensors_out": (0, 1, 8),
    "bed_sensor": (True, False),
    "days_since_visit": (0, 14, 30, 200),
    "contacts": (3, 2, 1, 0),
}
SOUND = HomeFacts(**{name: values[0] for name, values in WORSE.items()})
WORST = HomeFacts(**{name: values[-1] for name, values in WORSE.items()})


def said(one: Contribution) -> tuple[str, str]:
    """What adds and what lowers, in English; nothing is left open in either language."""
    for reason in (one.reason, one.lower):
        for language in ("en", "zh"):
            assert "{" not in render(reason, language, "Asia/Shanghai")
    return render(one.reason, "en", "Asia/Shanghai"), render(one.lower, "en", "Asia/Shanghai")


def test_every_fact_is_in_the_table_of_this_test() -> None:
    assert set(WORSE) == {one.name for one in dataclasses.fields(HomeFacts)}


def test_a_sound_home_has_no_points_and_the_worst_has_all_of_them() -> None:
    assert assess(SOUND).points == 0
    assert assess(SOUND).band == "low"
    worst = assess(WORST)
    assert {one.what for one in worst.contributions} == set(ADDS)
    assert worst.band == "high"
    for one in worst.contributions:
        said(one)


@pytest.mark.parametrize("seed", range(20))
def test_more_of_anything_bad_never_lowers_the_risk(seed: int) -> None:
    chance = random.Random(seed)
    facts = HomeFacts(**{name: chance.choice(values) for name, values in WORSE.items()})
    for name, values in WORSE.items():
        points = [assess(dataclasses.replace(facts, **{name: value})).points for value in values]
        assert points == sorted(points), name


@pytest.mark.parametrize("seed", range(20))
def test_points_add_up_and_the_three_largest_come_first(seed: int) -> None:
    chance = random.Random(seed)
    facts = HomeFacts(**{name: chance.choice([None, *values]) for name, values in WORSE.items()})
    found = assess(facts)
    assert found.points == pytest.approx(sum(one.points for one in found.contributions), abs=0.06)
    points = [one.points for one in found.contributions]
    assert points == sorted(points, reverse=True)
    assert found.largest == found.contributions[:3]
    assert all(0 <= one.saves <= one.points for one in found.contributions)


def test_what_is_not_known_is_named_and_not_counted() -> None:
    found = assess(HomeFacts(age=84))
    assert [one.what for one in found.contributions] == ["age"]
    assert "falls_90d" in found.unknown
    assert "age" not in found.unknown


def test_a_fall_raises_and_a_fall_with_an_aid_is_high() -> None:
    assert assess(HomeFacts(falls_90d=1)).band == "raised"
    assert assess(HomeFacts(falls_90d=1, walking_aid=True)).band == "high"
    assert RAISED_FROM < HIGH_FROM


def test_prevention_is_advised_where_it_is_missing() -> None:
    facts = HomeFacts(night_toilet=3.0, night_light=False, falls_90d=2, grab_rail=False, coldest=13.5)
    without = assess(facts)
    assert {said(one)[1].split()[0] for one in without.largest} == {"Fit", "Heat", "Put"}
    reasons = " ".join(said(one)[0] for one in without.largest)
    assert all(number in reasons for number in ("3 visits", "13.5 °C", "18 °C", "2 falls"))
    lit = assess(HomeFacts(night_toilet=3.0, night_light=True))
    assert "light" not in said(lit.largest[0])[1]
    assert lit.points < without.points
    assert "bed sensor" in said(assess(HomeFacts(restless_nights_30d=2, bed_sensor=False)).largest[0])[1]


def test_nothing_is_said_of_medicine() -> None:
    words = " ".join(text for one in assess(WORST).contributions for text in said(one)).lower()
    assert not any(word in words for word in ("patient", "diagnos", "treat", "medic", "disease", "%"))
