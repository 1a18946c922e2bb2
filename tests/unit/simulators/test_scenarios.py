"""Scenarios: readable, playable in their home, and judged by their truth."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from models.detection.finding import Risk
from simulators.demo.town import TOWN
from simulators.errors import ScenarioError
from simulators.faults.fault import OfTheAir, OfTheMachine
from simulators.home.sensors import Sensors
from simulators.hub import alerts_in
from simulators.scenarios import script as scripts
from simulators.scenarios.judge import HubAlert, judge
from simulators.scenarios.script import OF_THE_BELT, OF_THE_BRIDGE, OF_THE_CABLE, Script
from tests.conftest import ROOT


@pytest.fixture(params=scripts.names())
def script(request: pytest.FixtureRequest) -> Script:
    return scripts.load(request.param)


def alert(risk: str, at: int, number: str = "1") -> HubAlert:
    return HubAlert(id=number, risk=risk, severity="emergency", status="triggered", triggered_at=at)


def test_the_foundation_has_its_five_scenarios() -> None:
    assert {"fall", "sos", "smoke", "no_movement", "link_lost"} <= set(scripts.names())


def test_every_act_is_felt_by_a_sensor_of_the_home(script: Script) -> None:
    sensors = Sensors(script.plan_of(), 1, 0)
    for _, act, room in script.schedule():
        if act not in OF_THE_CABLE | OF_THE_BRIDGE | OF_THE_BELT:
            assert sensors.feelers(act, room)


def test_everything_fits_into_its_time(script: Script) -> None:
    first = script.happenings()
    assert all(second < script.lasts_s for second, _, _ in script.schedule())
    whole_days = {"lie_in", "no_nap"}
    assert all(0 <= second < script.lasts_s for what, second in first.items() if what not in whole_days)
    assert all(first[must.after] + must.not_before_s < script.lasts_s for must in script.must)
    assert all(must.not_before_s < must.within_s for must in script.must)


#: What no scenario can require, and why.
NOT_OF_A_HOME: dict[str, str] = {
    "fall_suspected": "evidence of a fall, which is raised as `fall`",
    "power_cut": "told by a power supply on a pin of the Raspberry Pi; pins are not simulated",
    "area_power_cut": "the same",
    "needs_overdue": "of a station's requests",
    "nobody_verified": "the hub's own readiness",
    "rota_gap": "the hub's own readiness",
    "number_check": "the hub's own readiness",
    "drill": "the hub's own readiness",
}


def test_every_risk_that_a_detector_can_raise_is_required_by_a_scenario() -> None:
    required = {must.risk for name in scripts.names() for must in scripts.load(name).must}
    assert required == set(get_args(Risk)) - set(NOT_OF_A_HOME)


def test_the_documentation_names_one_for_each_of_these_risks_in_a_home_of_the_demo() -> None:
    told = (ROOT / "docs" / "simulators.md").read_text("utf-8")
    named = dict(re.findall(r"(\w+): `(\w+)`(?: ·|\n)", told.split("One finding of each kind")[1]))
    assert set(named) == set(get_args(Risk)) - set(NOT_OF_A_HOME)
    homes = {family.plan for family in TOWN}
    for risk, name in named.items():
        script = scripts.load(name)
        assert risk in {must.risk for must in script.must}
        assert script.plan in homes


def test_every_usual_false_alarm_is_among_them() -> None:
    """A third of them or nearly so say that nothing may be raised."""
    told = [scripts.load(name) for name in scripts.names()]
    benign = {
        "visitor", "carer", "weekend_away", "lie_in", "nap", "dead_sensor", "clock_change", "hub_offline",
        "missed_door", "door_ajar", "dropped_belt", "smoke_test", "stumble", "ordinary_days", "long_bath",
        "glass_of_water",
    }  # fmt: skip
    assert benign <= set(scripts.names())
    assert sum(not one.must for one in told) >= len(told) * 0.3
    assert len(told) >= 25
    faults = {fault.what for one in told for fault in one.faults}
    assert faults == {name for kind in (OfTheAir, OfTheMachine) for name in get_args(kind)} - {
        "line_away",
        "bridge_lost",
    }


def test_it_is_told_in_both_languages(script: Script) -> None:
    for texts in (script.title, script.story):
        assert texts.en.isascii()
        assert not texts.zh.isascii()


def test_a_cable_that_is_cut_is_whole_again_at_the_end(script: Script) -> None:
    acts = [act for _, act, _ in script.schedule() if act in OF_THE_CABLE]
    assert not acts or acts[-1] == "cable_whole"
    assert script.needs_cable == bool(acts)


def test_in_time_and_nothing_else_passes() -> None:
    script = scripts.load("fall")
    score = judge(script, {"fall": 10_000}, [alert("fall_suspected", 1_000), alert("fall", 12_500, "2")])
    assert score.passed
    assert score.figures()["found"] == [
        {"risk": "fall", "within_s": 5.0, "not_before_s": 0.0, "delay_s": 2.5, "in_time": True}
    ]


def test_too_late_does_not_pass() -> None:
    score = judge(scripts.load("fall"), {"fall": 10_000}, [alert("fall", 15_001)])
    assert not score.passed
    assert score.found[0].delay_s == pytest.approx(5.001)


def test_not_at_all_does_not_pass() -> None:
    score = judge(scripts.load("sos"), {"sos": 10_000}, [])
    assert not score.passed
    assert score.found[0].delay_s is None


def test_something_without_cause_does_not_pass() -> None:
    score = judge(scripts.load("sos"), {"sos": 1_000}, [alert("sos", 1_100), alert("inactivity", 1_200, "2")])
    assert [each.risk for each in score.false_alarms] == ["inactivity"]
    assert not score.passed


@pytest.mark.parametrize(
    ("after_h", "severity", "passes"),
    [(12.1, "warning", True), (11.9, "warning", False), (12.1, "emergency", False)],
)
def test_what_may_be_raised_may_have_its_time_and_its_loudest(
    after_h: float, severity: str, passes: bool
) -> None:
    """Somebody who was seen to leave is asked for after half a day, and no station is called."""
    asked = HubAlert(
        id="1", risk="inactivity", severity=severity, status="triggered", triggered_at=round(after_h * 3.6e6)
    )
    assert judge(scripts.load("weekend_away"), {"away": 0}, [asked]).passed is passes


def test_the_same_thing_twice_is_one_too_many() -> None:
    score = judge(scripts.load("sos"), {"sos": 1_000}, [alert("sos", 1_100), alert("sos", 3_000, "2")])
    assert [each.id for each in score.false_alarms] == ["2"]


def test_alerts_are_read_from_the_hubs_answer() -> None:
    row = {
        "id": 7,
        "risk": "sos",
        "severity": "emergency",
        "status": "triggered",
        "triggered_at": "2026-11-21T08:00:00.250+08:00",
        "occurred_at": None,
        "room": "kitchen",
    }
    (found,) = alerts_in([row])
    assert (found.id, found.triggered_at, found.occurred_at) == ("7", 1_795_219_200_250, None)


@pytest.mark.parametrize("answer", [{}, None, [{}], [{"id": 1, "risk": "sos", "triggered_at": "2026-01-01"}]])
def test_an_answer_without_alerts_is_refused(answer: object) -> None:
    with pytest.raises((TypeError, KeyError, ValueError)):
        alerts_in(answer)


def test_a_truth_that_follows_nothing_is_a_mistake_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'plan = "lane-flat"\ntitle = { en = "a", zh = "一" }\nstory = { en = "a", zh = "一" }\n'
        '[[acts]]\nafter_s = 1\nact = "move"\nroom = "kitchen"\n'
        '[[must]]\nrisk = "smoke"\nafter = "smoke"\nwithin_s = 5\n'
    )
    with pytest.raises(ScenarioError, match="never happens"):
        scripts.load(str(path))
    path.write_text(path.read_text().replace('act = "move"', 'act = "dance"'))
    with pytest.raises(ScenarioError, match="dance"):
        scripts.load(str(path))


def test_an_unknown_scenario_lists_those_that_there_are() -> None:
    with pytest.raises(ScenarioError, match="link_lost"):
        scripts.load("deluge")
