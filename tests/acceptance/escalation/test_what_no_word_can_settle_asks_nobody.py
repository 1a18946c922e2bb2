"""Smoke, fumes, water, a fall that a sensor is sure of, a call for help: no question costs a minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.detection.finding import Risk, Severity
from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.resident_rig import FINE, RESIDENT, move_in, trouble
from tests.village import DAUGHTER


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        move_in(rig)
        rig.telephones.person(RESIDENT, "王秀英", [FINE])
        rig.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
        yield rig


@pytest.mark.parametrize(
    ("risk", "severity"),
    [
        ("smoke", "emergency"),
        ("co", "emergency"),
        ("gas", "emergency"),
        ("sos", "emergency"),
        ("fall", "emergency"),
        ("inactivity", "emergency"),
        ("leak", "warning"),
        ("smoke", "warning"),
    ],
)
def test_it_asks_nobody(hub: HubRig, risk: Risk, severity: Severity) -> None:
    alert = hub.finding(trouble(risk, severity))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert hub.called() == [DAUGHTER]
