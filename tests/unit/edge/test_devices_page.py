"""What `docs/devices.md` and the contract say of devices is so."""

from __future__ import annotations

import re

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.settings import Placement
from tests.conftest import ROOT
from tests.unit.edge.home import Home

PAGE = (ROOT / "docs" / "devices.md").read_text("utf-8")


def test_the_table_of_devices_is_the_catalogue() -> None:
    """Every model, its kinds and its heartbeat; recordings that are played back are no devices."""
    found = re.search(r"<!-- devices -->\n(.*?)\n<!-- end -->", PAGE, re.S)
    assert found
    written = {tuple(cell.strip() for cell in row.strip("|").split("|")) for row in found[1].splitlines()[2:]}
    known = {
        (
            f"`{row.ecosystem}`",
            row.vendor,
            row.model,
            ", ".join(f"`{kind}`" for kind in row.kinds),
            "" if row.heartbeat_s is None else f"{row.heartbeat_s / 60:g} min",
        )
        for row in CATALOGUE.values()
        if not row.model.startswith("recorded-")
    }
    assert written == known


def example() -> bytes:
    """The batch that the contract shows."""
    page = (ROOT / "docs" / "contract.md").read_text("utf-8").partition("## What is worn")[2]
    found = re.search(r"```json\n(.*?)\n```", page, re.S)
    assert found
    return found[1].encode()


def test_the_contracts_example_of_a_batch_reaches_the_fall_watch_where_somebody_wears_it() -> None:
    """With its rate, its unit and its own clock; and its battery is known."""
    home = Home(placements={"belt": Placement(position="waist", name="Belt")})
    home.hear("anju/wearable/belt/motion", example())
    (batch,) = home.intake.motions
    assert (batch.device, batch.rate, batch.unit, batch.start) == ("belt", 50, "g", 81250)
    assert batch.samples[0] == (0.02, -0.05, 1.01)
    assert [row.battery for row in home.intake.health() if row.id == "belt"] == [83]
    assert home.intake.rejected == 0


def test_what_nobody_has_placed_is_listed_and_not_judged() -> None:
    """Nor is a batch that the broker kept."""
    home = Home(placements={"belt": Placement(position="waist")})
    home.hear("anju/wearable/stranger/motion", example())
    home.hear("anju/wearable/belt/motion", example(), retained=True)
    assert home.intake.motions == []
    assert [row.id for row in home.intake.devices()[1]] == ["stranger"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rate": 50', b'"rate": 0'),
        (b'"rate": 50', b'"rate": 1e9'),
        (b'"unit": "g"', b'"unit": "furlong"'),
        (b"[0.02, -0.05, 1.01]", b"[0.02, -0.05]"),
        (b"[0.02, -0.05, 1.01]", b'[0.02, -0.05, "1"]'),
        (b"[0.02, -0.05, 1.01]", b"[0.02, -0.05, 1e30]"),
        (b'"samples": [[0.02, -0.05, 1.01], [0.03, -0.05, 1.0]]', b'"samples": []'),
    ],
)
def test_a_batch_that_makes_no_sense_is_counted(old: bytes, new: bytes) -> None:
    """And the next one is heard."""
    home = Home(placements={"belt": Placement(position="waist")})
    assert old in example()
    home.hear("anju/wearable/belt/motion", example().replace(old, new))
    assert (home.intake.motions, home.intake.rejected) == ([], 1)
    home.hear("anju/wearable/belt/motion", example())
    assert len(home.intake.motions) == 1
