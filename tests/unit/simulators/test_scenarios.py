"""Scenarios: readable, playable in their home, and judged by their truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.errors import ScenarioError
from simulators.home import plan as plans
from simulators.home.sensors import Sensors
from simulators.hub import alerts_in
from simulators.scenarios import script as scripts
from simulators.scenarios.judge import HubAlert, judge
from simulators.scenarios.script import OF_THE_BRIDGE, OF_THE_CABLE, Script


@pytest.fixture(params=scripts.names())
def script(request: pytest.FixtureRequest) -> Script:
    return scripts.load(request.param)


def alert(risk: str, at: int, number: str = "1") -> HubAlert:
    return HubAlert(id=number, risk=risk, severity="emergency", status="triggered", triggered_at=at)


def test_the_foundation_has_its_five_scenarios() -> None:
    assert {"fall", "sos", "smoke", "no_movement", "link_lost"} <= set(scripts.names())


def test_every_act_is_felt_by_a_sensor_of_the_home(script: Script) -> None:
    sensors = Sensors(plans.load(script.plan), 1, 0)
    for _, act, room in script.schedule():
        if act not in OF_THE_CABLE | OF_THE_BRIDGE:
            assert sensors.feelers(act, room)


def test_everything_fits_into_its_time(script: Script) -> None:
    first = {act: second for second, act, _ in reversed(script.schedule())}
    assert script.schedule()[-1][0] < script.lasts_s
    assert script.must
    assert all(first[must.after] + must.within_s <= script.lasts_s for must in script.must)


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
    assert score.figures()["found"] == [{"risk": "fall", "within_s": 5.0, "delay_s": 2.5, "in_time": True}]


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
        scripts.load("flood")
