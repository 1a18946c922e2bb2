"""A carrier that lets one call a minute through to a number is not asked for a second one.

Somebody else is called instead, at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.notify.capability import Capability, Limit
from simulators.telephones.person import OnCall
from tests.hub_rig import PRESSES_1
from tests.two_carriers import TwoCarriers, two_carriers
from tests.village import CENTRE, DAUGHTER, SON, STATION, fall

LIMITED = Capability(provider="first", medium="voice", keys=True, limits=(Limit(1, timedelta(minutes=1)),))


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[TwoCarriers]:
    with two_carriers(database, tmp_path) as made:
        made.choose(made.provider("first", capabilities=(LIMITED,)))
        yield made


def acknowledged(town: TwoCarriers, alert: str) -> str:
    town.rig.until(lambda: town.rig.alert(alert)["status"] == "acknowledged", "acknowledged")
    return str(town.rig.alert(alert)["acknowledged_by"])


def test_a_second_alert_within_the_minute_calls_the_next_person_at_once(town: TwoCarriers) -> None:
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    town.person(SON, "王强", [PRESSES_1])
    acknowledged(town, town.rig.finding(fall()))
    alert = town.rig.finding(fall(room="厨房"))
    assert acknowledged(town, alert) == "王强"
    assert town.called() == [("first", DAUGHTER), ("first", SON)]
    first, _ = town.attempts(alert)
    assert (first["status"], first["error_code"], first["provider"]) == ("failed", "limit_reached", "")
    (refused,) = (entry["data"] for entry in town.rig.entries(alert) if entry["data"].get("code"))
    reason = refused["reason"]
    said = reason["text"].format(**reason["values"])
    assert said == "The carrier takes no more to this number for now: 1/1 min."


def test_after_the_minute_the_first_person_is_called_again(town: TwoCarriers) -> None:
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    acknowledged(town, town.rig.finding(fall()))
    town.rig.clock.move(timedelta(minutes=1))
    assert acknowledged(town, town.rig.finding(fall(room="厨房"))) == "王芳"


def test_another_provider_has_a_limit_of_its_own(town: TwoCarriers) -> None:
    town.choose(town.provider("first", capabilities=(LIMITED,)), town.provider("second", town.second.url))
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    for room in ("浴室", "厨房"):
        assert acknowledged(town, town.rig.finding(fall(room=room))) == "王芳"
    assert town.called() == [("first", DAUGHTER), ("second", DAUGHTER)]


def test_the_rounds_go_on_until_the_limit_lets_somebody_be_called(town: TwoCarriers) -> None:
    for number in (DAUGHTER, SON, STATION, CENTRE):
        town.person(number, "", [OnCall(does="busy"), PRESSES_1])
    alert = town.rig.finding(fall())
    town.rig.until(lambda: len(town.called()) == 4 and town.rig.attempts(alert)[-1][1] == "busy", "a round")
    town.rig.clock.move(timedelta(seconds=25))
    for _ in range(12):
        town.rig.turn()
    assert len(town.called()) == 4, "the second round's calls would all be refused"
    town.rig.clock.move(timedelta(seconds=40))
    assert acknowledged(town, alert) == "王芳"
    assert town.called()[4:] == [("first", DAUGHTER)]
