"""`anju-sim demo --check` from this checkout: the whole story comes true, and nothing is left running."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile

import psutil

from tests.conftest import ROOT


def test_the_demo_plays_its_story_and_leaves_nothing_running() -> None:
    # Not pytest's folder: PostgreSQL's own account must be able to enter.
    with tempfile.TemporaryDirectory(prefix="anju-demo-", ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "simulators.cli", "demo", "--check"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": folder},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        left = _programs_that_name(folder)
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["ok"], figures
    assert done.returncode == 0
    assert figures["events_sent"] == figures["events_stored"]
    assert figures["alert_file_verified"]
    assert left == []


def _programs_that_name(folder: str) -> list[str]:
    """The command lines of what runs and was started with something in `folder`, by argument or setting."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            told = " ".join([*process.cmdline(), *process.environ().values()])
            if folder in told:
                found.append(" ".join(process.cmdline()))
    return found
