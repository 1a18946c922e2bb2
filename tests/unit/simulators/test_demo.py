"""The demo in parts: one at a time in a folder, its programs end with it, and what a word does is said."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from simulators.demo import town
from simulators.demo.doings import Doings
from simulators.demo.folder import DemoRunsError, secrets_of, taken, write_private
from simulators.demo.street_broker import StreetBroker
from simulators.demo.town import TOWN
from simulators.faults.cable import Cable
from simulators.home import plan as plans
from simulators.street import LiveHome
from tests.brokers import free_port
from tests.conftest import ROOT


@pytest.fixture
def doings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Doings]:
    """The home of Zhou Guilan, which nobody lives in but the person at the demo."""
    monkeypatch.setenv("ANJU_LANGUAGE", "en")
    port = free_port()
    with StreetBroker(port), Cable(("127.0.0.1", port)) as cable:
        home = LiveHome(plans.load(TOWN[0].plan), port=port, resident=False)
        home.start()
        yield Doings("zhou", home, cable)
        home.stop()


def test_who_lies_on_the_floor_cannot_fall_again_before_getting_up(doings: Doings) -> None:
    said = [doings.happen(word) for word in ("up", "fall", "fall", "up", "fall")]
    assert said[0] == "nobody is on the floor"
    assert "the radar needs 10 s to be sure" in said[1]
    assert said[2] == "already on the floor: type up first"
    assert said[3].startswith("up again")
    assert said[4] == said[1]


def test_a_cut_says_when_the_hub_reports_it(doings: Doings) -> None:
    said = [doings.happen(word) for word in ("mend", "cut", "cut", "mend")]
    assert said[0] == "the line is whole"
    assert "90 s after the broker has seen it break (3 min, where it has not)" in said[1]
    assert said[2] == "the line is cut already: type mend"
    assert said[3].startswith("the line is mended")


def test_every_word_that_is_offered_does_something(doings: Doings) -> None:
    assert doings.happen("dance") == f"Known words: {', '.join(doings.words())}"
    assert {doings.happen(word) for word in ("sos", "smoke")} == {
        "the button is pressed",
        "smoke reaches the alarm",
    }


def test_a_folder_is_taken_once_and_free_again_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with taken(folder), pytest.raises(DemoRunsError, match=rf"process {os.getpid()}\)"), taken(folder):
        pass
    with taken(folder):
        assert (folder / "demo.lock").read_text("ascii") == f"{os.getpid()}\n"


def test_only_the_owner_reads_what_was_made_up_also_where_others_could(tmp_path: Path) -> None:
    old = tmp_path / "town.toml"
    old.write_text("old", "utf-8")
    old.chmod(0o644)
    write_private(old, "new")
    made = secrets_of(tmp_path)
    assert secrets_of(tmp_path) == made
    assert old.read_text("utf-8") == "new"
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_telephones_say_whose_they_are_in_both_languages() -> None:
    of = {family.home: plans.load(family.plan) for family in TOWN}
    notes = [person.note for person in town.people(of, by_themselves=False)]
    assert notes[0] == "周桂兰家 · 家属 family"
    assert notes[-2:] == ["村站 station", "镇中心 centre"]
    assert any(note.endswith("邻居 neighbour") for note in notes)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program that its parent was killed")
def test_a_program_ends_when_the_demo_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from simulators.demo.programs import Program\n"
        "sleeper = Program('sleeper', [sys.executable, '-c', 'import time; time.sleep(300)'], {},"
        " Path(sys.argv[1]))\n"
        "print(sleeper.process.pid, flush=True); sleeper.process.wait()"
    )
    demo = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with demo:
        assert demo.stdout is not None
        sleeper = psutil.Process(int(demo.stdout.readline()))
        demo.send_signal(signal.SIGKILL)
    gone, alive = psutil.wait_procs([sleeper], timeout=20)
    for process in alive:
        process.kill()
    assert gone


def test_a_check_that_fails_says_where_the_logs_are_kept(tmp_path: Path) -> None:
    """Here because the programs of the house are not beside the Python that runs it."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(Path(sys.executable).resolve())
    done = subprocess.run(
        [str(python), "-m", "simulators.cli", "demo", "--check"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *(path for path in sys.path if path)]),
            "ANJU_LANGUAGE": "en",
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    (kept,) = tmp_path.glob("anju-demo-*/logs")
    assert done.returncode == 2
    assert f"the programs' logs are kept in {kept}" in done.stderr
    assert "anju-hub is missing" in done.stderr
