"""A thousand power cuts, kills and rotten cards: is an event lost, a number given twice, does it start?"""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.parts import tell
from tests.power_cuts import Verdict, cut, kill, quick_folder, rot

SHARES = ((cut, 500), (kill, 300), (rot, 200))


def measure(rounds: int) -> dict[str, Any]:
    """Return the counts. Raises AssertionError when the promise was broken."""
    logging.disable(logging.CRITICAL)
    verdict = Verdict()
    with tempfile.TemporaryDirectory(dir=quick_folder()) as made:
        for story, runs in SHARES:
            tell(f"{runs} times: {story.__name__}")
            for seed in range(runs * max(1, rounds)):
                folder = Path(made) / "run"
                story(folder, seed, verdict)
                shutil.rmtree(folder)
    assert verdict.fine, verdict.why
    return {
        "runs": verdict.runs,
        "events": verdict.events,
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "not_started": verdict.not_started,
        "in_part": verdict.in_part,
        "set_aside": verdict.set_aside,
    }
