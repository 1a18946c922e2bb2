"""The set-up of a Raspberry Pi, as far as another machine can show it: what is written, and that it holds."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from edge_agent.cli import main
from edge_agent.doctor import examine
from edge_agent.status import TROUBLE, tell_trouble
from tests.brokers import free_port, program, wait_for_port
from tests.conftest import ROOT, missing
from tests.unit.edge.test_doctor import WELL

FOLDER = ROOT / "edge_agent" / "install"
UNIT = FOLDER / "anju-agent.service"


def install(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the script to its end."""
    return subprocess.run(
        ["sh", str(FOLDER / "install.sh"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def written(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_script_writes_what_the_service_needs_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = install("--root", str(tmp_path))
    assert first.returncode == 0, first.stderr
    files = written(tmp_path)
    assert files["etc/systemd/system/anju-agent.service"] == UNIT.read_bytes()
    assert files["etc/mosquitto/conf.d/anju.conf"] == (FOLDER / "mosquitto.conf").read_bytes()
    assert "anju-agent pair URL CODE" in first.stdout
    second = install("--root", str(tmp_path))
    assert written(tmp_path) == files
    assert "written:" not in second.stdout
    assert second.stdout.count("as it should be:") == len(files)


def test_what_somebody_wrote_stays_and_what_is_ours_is_brought_up_to_date(tmp_path: Path) -> None:
    own = tmp_path / "opt/zigbee2mqtt/data/configuration.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("serial: {port: /dev/ttyACM0}\n")
    settings = tmp_path / "etc/anju/agent.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('home = "wang"\n')
    unit = tmp_path / "etc/systemd/system/anju-agent.service"
    unit.parent.mkdir(parents=True)
    unit.write_text("# of an older version\n")
    done = install("--root", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert own.read_text() == "serial: {port: /dev/ttyACM0}\n"
    assert settings.read_text() == 'home = "wang"\n'
    assert unit.read_bytes() == UNIT.read_bytes()
    assert unit.with_suffix(".service.before").read_text() == "# of an older version\n"
    assert (
        "After=mosquitto.service anju-agent.service"
        in (tmp_path / "etc/systemd/system/zigbee2mqtt.service.d/anju.conf").read_text()
    )
    assert "anju-agent doctor" in done.stdout


def test_a_dry_run_says_everything_and_does_nothing(tmp_path: Path) -> None:
    done = install("--dry-run", "--root", str(tmp_path))
    assert done.returncode == 0
    for part in ("apt-get install", "pip install", "adduser", "anju-agent.service", "mosquitto/conf.d"):
        assert re.search(rf"would (run|write): .*{part}", done.stdout), part
    assert written(tmp_path) == {}


def test_nothing_is_started_anew_while_somebody_may_need_help(tmp_path: Path) -> None:
    """The agent's word for it is a file; the script says that it waits, and goes on when it is gone."""
    settings = tmp_path / "etc/anju/agent.toml"
    trouble = tmp_path / "run/anju-agent" / TROUBLE
    for path in (settings, trouble):
        path.parent.mkdir(parents=True)
        path.touch()
    command = ["sh", FOLDER / "install.sh", "--root", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as script:
        assert script.stdout is not None
        said = next(line for line in script.stdout if "need help" in line)
        assert "Waiting" in said
        assert script.poll() is None
        tell_trouble(False, trouble.parent, {})
        assert "Done." in script.stdout.read()
    assert script.returncode == 0


def version(folder: Path, name: str, *, starts: bool = True, whole: bool = True) -> Path:
    """A version of the agent: whether its program runs, and whether its service comes up."""
    program_ = folder / name / "bin" / "anju-agent"
    program_.parent.mkdir(parents=True)
    program_.write_text(f"#!/bin/sh\n[ $1 = --version ] && exit {int(not whole)}\nexit {int(not starts)}\n")
    program_.chmod(0o755)
    return folder / name


def switch(folder: Path, new: Path) -> int:
    """Let it run, "restarting" by calling the program behind the link."""
    command = ["sh", FOLDER / "switch.sh", folder, new, folder / "anju" / "bin" / "anju-agent", "run"]
    return subprocess.run(command, check=False, timeout=30, capture_output=True).returncode


def test_an_update_runs_whole_or_not_at_all_and_goes_back_when_it_does_not_start(tmp_path: Path) -> None:
    link, first = tmp_path / "anju", version(tmp_path, "anju-1")
    assert switch(tmp_path, first) == 0
    assert link.resolve() == first
    assert switch(tmp_path, version(tmp_path, "anju-2", whole=False)) == 1
    assert link.resolve() == first, "a half copied version is not touched"
    assert switch(tmp_path, version(tmp_path, "anju-3", starts=False)) == 1
    assert link.resolve() == first, "the one before runs again"
    fourth = version(tmp_path, "anju-4")
    assert switch(tmp_path, fourth) == 0
    assert link.resolve() == fourth
    assert sorted(path.name for path in tmp_path.glob("anju-*")) == ["anju-1", "anju-4"]


def test_a_first_installation_that_was_a_folder_is_kept_as_the_way_back(tmp_path: Path) -> None:
    version(tmp_path, "anju")
    new = version(tmp_path, "anju-2")
    assert switch(tmp_path, new) == 0
    assert (tmp_path / "anju").resolve() == new
    assert (tmp_path / "anju-first" / "bin" / "anju-agent").exists()


def test_a_word_that_it_does_not_know_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    done = install("--rot", str(tmp_path))
    assert done.returncode == 2
    assert "'--rot' is not known" in done.stderr


def test_the_script_has_no_trap_of_the_shell() -> None:
    beside = Path(sys.executable).with_name("shellcheck")
    checker = str(beside) if beside.exists() else shutil.which("shellcheck")
    if checker is None:
        missing("shellcheck")
    done = subprocess.run([str(checker), *FOLDER.glob("*.sh")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The service, with a program that exists here, and what is added where there are groups for it."""
    text = UNIT.read_text("utf-8").replace("/opt/anju/bin/anju-agent", "/bin/true")
    path = tmp_path / "anju-agent.service"
    path.write_text(text, "utf-8")
    return path


def test_systemd_accepts_the_service_and_finds_little_that_it_could_do_beyond_its_work(unit: Path) -> None:
    analyze = program("systemd-analyze")
    verified = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    secured = subprocess.run(
        [analyze, "security", "--offline=yes", "--no-pager", "--threshold=20", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert secured.returncode == 0, "exposure of 2.0 at most: " + secured.stdout[-400:]


def test_the_service_may_still_ask_whether_the_clock_is_right() -> None:
    """ProtectClock would forbid it, and every event would be of a clock that nobody keeps."""
    text = UNIT.read_text("utf-8")
    assert "adjtimex" in text
    assert not re.search(r"^ProtectClock=yes", text, re.M)


def test_the_service_calls_the_program_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    [line] = re.findall(r"^ExecStart=\S+/anju-agent (.*)$", UNIT.read_text("utf-8"), re.M)
    command, flag, path = line.split()
    assert (flag, path) == ("--config", "/etc/anju/agent.toml")
    assert main([command, flag, "/not/there/agent.toml"]) == 2


def test_mosquitto_takes_its_settings_beside_debians_and_listens_to_this_machine_only(tmp_path: Path) -> None:
    port = free_port()
    text = (FOLDER / "mosquitto.conf").read_text("utf-8")
    assert text.count("listener 1883 127.0.0.1") == 1
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "anju.conf").write_text(text.replace("listener 1883", f"listener {port}"))
    main_file = tmp_path / "mosquitto.conf"
    main_file.write_text(
        f"user {getpass.getuser()}\npersistence true\npersistence_location {tmp_path}/\nlog_dest stderr\n"
        f"include_dir {tmp_path}/conf.d\n"
    )
    with (tmp_path / "log").open("w") as log:
        broker = subprocess.Popen([program("mosquitto"), "-c", main_file], stderr=log, stdout=log)
    try:
        wait_for_port(port, broker)
    finally:
        broker.terminate()
        broker.wait(10)
    assert not (tmp_path / "mosquitto.db").exists(), "nothing is kept on the card"


def test_the_doctor_finds_nothing_in_zigbee2mqtts_settings_of_the_kit() -> None:
    """What the script writes and what the doctor asks for are one."""
    config = yaml.safe_load((FOLDER / "zigbee2mqtt.yaml").read_text("utf-8"))
    info = {"version": "2.1.3", "permit_join": False, "network": {"pan_id": 50321}, "config": config}
    assert {c.state for c in examine(replace(WELL, bridge=info)) if c.name == "Zigbee2MQTT"} == {"well"}
    assert config["advanced"]["network_key"] == config["advanced"]["pan_id"] == "GENERATE"
