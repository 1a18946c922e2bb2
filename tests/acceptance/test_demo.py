"""`anju-sim demo` from this checkout: its story comes true, it is there once, and nothing is left running."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT
from tests.processes import until

DEMO = [sys.executable, "-m", "simulators.cli", "demo"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own account can enter, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="anju-demo-", ignore_cleanup_errors=True) as path:
        yield Path(path)


def test_the_demo_plays_its_story_and_leaves_nothing_running(folder: Path) -> None:
    done = subprocess.run(
        [*DEMO, "--check"],
        cwd=ROOT,
        env=_environment(TMPDIR=str(folder)),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["ok"], figures
    assert done.returncode == 0
    assert figures["events_sent"] == figures["events_stored"]
    assert figures["alert_file_verified"]
    assert _programs_that_name(str(folder)) == []


def test_one_demo_runs_in_a_folder_and_a_closed_terminal_ends_all_of_it(folder: Path) -> None:
    town, words = folder / "town", folder / "words"
    terminal, seat = os.openpty()
    with words.open("wb") as said:
        demo = subprocess.Popen(
            [*DEMO, "--folder", str(town)],
            cwd=ROOT,
            env=_environment(),
            stdin=seat,
            stderr=said,
            start_new_session=True,
            # Whoever runs the tests deaf to a closed terminal (nohup) does not mean this one.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
    os.close(seat)
    try:
        until(
            lambda: b"Ctrl-C ends" in words.read_bytes(), "it is there", lambda: words.read_text("utf-8"), 90
        )
        for path in ("town.toml", "secrets.json", "agents/zhou.toml", "agents/zhou.password"):
            assert stat.S_IMODE((town / path).stat().st_mode) == 0o600, path
        before = {path: path.stat().st_mtime_ns for path in town.glob("*") if path.is_file()}
        second = subprocess.run(
            [*DEMO, "--folder", str(town)],
            cwd=ROOT,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 2
        assert f"(process {demo.pid})" in " ".join(second.stderr.split())
        assert {path: path.stat().st_mtime_ns for path in before} == before
        os.write(terminal, b"fall\nfall\n")
        until(lambda: b"already on the floor" in words.read_bytes(), "the second fall is refused")
        os.close(terminal)
        demo.send_signal(signal.SIGHUP)
        assert demo.wait(60) == 0, words.read_text("utf-8")
    finally:
        demo.kill()
        demo.wait()
    assert _programs_that_name(str(folder)) == []


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "ANJU_LANGUAGE": "en", **more}


def _programs_that_name(folder: str) -> list[str]:
    """The command lines of what runs and was started with something in `folder`, by argument or setting."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            told = " ".join([*process.cmdline(), *process.environ().values()])
            if folder in told:
                found.append(" ".join(process.cmdline()))
    return found
