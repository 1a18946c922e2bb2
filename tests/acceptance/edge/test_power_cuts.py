"""Whatever becomes of the power: the agent starts, and no event on its disk is lost or numbered twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.power_cuts import Verdict, cut, kill, quick_folder, rot

CUTS, KILLS, ROTS = 25, 15, 10


def test_fifty_power_cuts_kills_and_rotten_cards() -> None:
    """The nightly run has a thousand."""
    verdict = Verdict()
    with tempfile.TemporaryDirectory(dir=quick_folder()) as made:
        for story, runs in ((cut, CUTS), (kill, KILLS), (rot, ROTS)):
            for seed in range(runs):
                story(Path(made) / f"{story.__name__}-{seed}", seed, verdict)
    assert verdict.runs == 50
    assert verdict.events > 1000
    assert verdict.set_aside
    assert verdict.fine, verdict.why
