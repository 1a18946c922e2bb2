"""The command line: it helps without loading everything, speaks Chinese, and names trouble in one line."""

from __future__ import annotations

import importlib
import inspect
import io
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from typer.testing import CliRunner

from simulators import cli

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "simulators/language/zh/LC_MESSAGES/anju.po"
OURS = (
    "list", "home", "run", "historic", "compare", "replay", "record", "conform", "console", "town", "demo",
)  # fmt: skip


def told() -> set[str]:
    """Every text of the simulated homes and of the demo that a person may read."""
    texts = {line for name, _, line in cli._COMMANDS} | {cli._ABOUT}
    for name, module, _ in cli._COMMANDS:
        if name in OURS:
            command = getattr(importlib.import_module(module), "listing" if name == "list" else name)
            texts.add(inspect.cleandoc(command.__doc__))
    for path in (ROOT / "simulators").rglob("*.py"):
        if "telephones" not in path.parts:
            texts |= {str(found[1]) for found in extract_from_file("python", str(path), keywords={"_": None})}
    return texts


def test_every_text_is_there_in_chinese_with_the_same_places() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    texts = told()
    assert len(texts) > 50
    for text in texts:
        message = catalogue.get(text)
        assert message is not None, text
        assert message.string, text
        assert not message.fuzzy, text
        assert not list(message.check(catalogue)), text


def test_the_catalogue_can_be_compiled() -> None:
    with CATALOGUE.open("rb") as file:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(file, locale="zh"))
    assert compiled.getvalue()[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")


def test_help_names_the_commands_and_teaches_by_example() -> None:
    outcome = CliRunner().invoke(cli.build(), ["--help"])
    assert outcome.exit_code == 0
    assert all(name in outcome.output for name in OURS)
    assert "anju-sim run sos" in outcome.output
    assert "http://localhost:8000" in outcome.output  # where a hub is unless told otherwise


def test_the_version_is_the_packages() -> None:
    outcome = CliRunner().invoke(cli.build(), ["--version"])
    assert (outcome.exit_code, outcome.output) == (0, f"anju-sim {version('anju')}\n")


@pytest.mark.parametrize("name", OURS)
def test_every_command_has_help_of_its_own(name: str) -> None:
    outcome = CliRunner().invoke(cli.build(name), [name, "--help"])
    assert outcome.exit_code == 0
    assert name in ("list", "demo") or "anju-sim " + name in outcome.output


def test_help_loads_neither_brokers_nor_web_clients() -> None:
    code = (
        "import sys; sys.argv = ['anju-sim', '--help']\n"
        "from simulators import cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', [name for name in ('paho', 'httpx', 'numpy', 'fastapi') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "LOADED []"


def test_the_list_shows_scenarios_and_homes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    outcome = CliRunner().invoke(cli.build("list"), ["list", "--long"])
    assert outcome.exit_code == 0
    assert all(word in outcome.output for word in ("link_lost", "village-house", "周桂兰"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "deluge"], "link_lost"),
        (["home", "--plan", "castle"], "village-house"),
        (["run", "sos", "--broker", "nowhere:99999"], "host:port"),
        (["run", "link_lost", "--broker", "127.0.0.1:9"], "--cable"),
        (["replay", "x.csv", "--map", "none.csv"], "none.csv"),
    ],
)
def test_trouble_is_told_in_one_line_with_status_2(words: list[str], said: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "simulators.cli", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
