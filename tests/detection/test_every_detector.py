"""What every detector promises, whichever it is: the same battery runs over all of them."""

from __future__ import annotations

import inspect
import random
from pathlib import Path

import pytest

import models.detection.learnt as learnt
import models.detection.rules as rules
from models.contract.measurements import MEASUREMENTS
from models.detection.detector import Detector
from models.detection.finding import Finding
from models.detection.judge import Judge
from models.detection.learnt import all_detectors
from models.detection.routines.shipped import shipped
from models.detection.state import HomeState
from models.detection.view import View
from models.detection.wording import render
from tests.unit.detection.lane import DEVICES, EDGE, HOUR, Lane

EVERY = all_detectors(shipped())
IDS = [type(detector).__name__ for detector in EVERY]


def upset_home(seed: int) -> Lane:
    """A home in which many things go wrong in an order of their own."""
    chance = random.Random(seed)
    lane = Lane("2026-03-10 21:00", detectors=all_detectors(shipped()), up_by=480)
    for _ in range(60):
        name = chance.choice(sorted(DEVICES))
        kind = chance.choice(sorted(DEVICES[name].kinds))
        value = {"temperature": chance.choice([5.0, 14.0, 21.0, 38.0])}.get(kind, chance.choice([0.0, 1.0]))
        lane.says(name, kind, value)
        if chance.random() < 0.1:
            lane.mute = set(chance.sample(sorted(DEVICES), 6))
        if chance.random() < 0.1:
            lane.speaking = not lane.speaking
        lane.passes(minutes=chance.choice([0.1, 1, 4, 30, 240]))
    return lane


def test_every_file_of_the_rules_and_of_what_is_learnt_is_in_use() -> None:
    files = {path for folder in (rules, learnt) for path in Path(str(folder.__file__)).parent.glob("*.py")}
    texts = {path: path.read_text("utf-8") for path in files}
    with_detectors = {
        path for path, text in texts.items() if "    def abstains(" in text and "(ABC)" not in text
    }
    assert {Path(inspect.getfile(type(detector))) for detector in EVERY} == with_detectors
    assert len(EVERY) == len(with_detectors) == 13


@pytest.mark.parametrize("detector", EVERY, ids=IDS)
def test_it_starts_only_by_kinds_that_the_contract_knows(detector: Detector) -> None:
    assert set(detector.kinds) <= set(MEASUREMENTS)
    assert all(lasting >= 0 for lasting in detector.kinds.values())


@pytest.mark.parametrize("detector", EVERY, ids=IDS)
def test_it_says_nothing_of_a_home_that_has_just_begun(detector: Detector) -> None:
    lane = Lane()
    view = View(lane.profile, HomeState.fresh(lane.now), lane.now)
    assert list(detector.score(view, None)) == []


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("detector", EVERY, ids=IDS)
def test_it_asks_for_a_later_look_and_stays_silent_until_then(detector: Detector, seed: int) -> None:
    lane = upset_home(seed)
    view = View(lane.profile, lane.state, lane.now)
    said = list(detector.score(view, None))
    assert [one for one in said if isinstance(one, Finding)] == []
    due = detector.due(view)
    assert due is None or due > lane.now
    if due is not None and due - lane.now > 1:
        almost = View(lane.profile, lane.state, due - 1)
        assert [one for one in detector.score(almost, None) if isinstance(one, Finding)] == []


@pytest.mark.parametrize("detector", EVERY, ids=IDS)
def test_alone_it_says_what_it_says_in_company(detector: Detector) -> None:
    """Detectors do not lean on each other: each one's first word is the same without the others."""
    in_company, alone = (Lane("2026-03-10 08:00", detectors=EVERY) for _ in range(2))
    alone.judge = Judge([detector])
    for lane in (in_company, alone):
        lane.lives(hours=2)
        lane.says("front-door", "contact", 1.0)
        lane.says("thermometer", "temperature", 9.0)
        lane.says("smoke-hall", "smoke")
        lane.passes(hours=6)
    mine = {one.risk for one in alone.findings}
    assert mine <= {one.risk for one in in_company.findings}


@pytest.mark.parametrize("seed", range(12))
def test_every_reason_can_be_said_in_both_languages_with_its_own_numbers(seed: int) -> None:
    lane = upset_home(seed)
    assert len(lane.told) > 3
    for outcome in lane.told:
        for language in ("en", "zh"):
            text = render(outcome.reason, language, "Asia/Shanghai", lane.now)
            assert "{" not in text
            assert "()" not in text
            assert "（）" not in text
        if "temperature" in outcome.reason.values:
            assert str(outcome.reason.values["temperature"]).removesuffix(".0") in text


def test_a_home_that_is_not_live_is_left_alone_by_all_of_them() -> None:
    lane = Lane("2026-03-10 21:00", status="commissioning", detectors=EVERY)
    for name, one in DEVICES.items():
        for kind in one.kinds:
            lane.says(name, kind, 0.0 if kind == "mains" else 38.0 if kind == "temperature" else 1.0)
    lane.speaking = False
    assert lane.passes(hours=40) == []
    assert lane.told == []
    assert lane.state.edges[EDGE].devices["smoke-hall"].heard_at == lane.now - 40 * HOUR
