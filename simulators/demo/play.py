"""The demo for a person: says where everything is, and lets things happen in the homes at a keypress."""

from __future__ import annotations

import contextlib
import select
import sys

from rich.console import Console
from rich.table import Table

from simulators.demo.doings import Doings
from simulators.demo.ending import told_to_end
from simulators.demo.stage import Stage
from simulators.demo.town import TOWN
from simulators.texts import _


def live(stage: Stage, console: Console) -> None:
    """Serve until Ctrl-C, SIGTERM or the terminal is closed; what is typed happens in the first home."""
    home = TOWN[0].home
    doings = Doings(home, stage.homes[home], stage.cables[home])
    _greet(stage, console, doings)
    ending = told_to_end()
    listening = sys.stdin.isatty()
    while not ending.wait(0 if listening else 0.5):
        stage.check()
        try:
            if listening and select.select([sys.stdin], [], [], 0.5)[0]:
                line = sys.stdin.readline()
                listening = bool(line)  # empty: nobody types any more
                if line.strip():
                    console.print(f"  · {doings.happen(line.strip().lower())}")
        except OSError:
            listening = False  # the terminal is gone; its signal follows
    with contextlib.suppress(OSError):
        console.print(_("Ending; nothing is left running."))


def _greet(stage: Stage, console: Console, doings: Doings) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_row(_("Station board"), stage.hub_url)
    table.add_row(_("  sign in as"), f"station / {stage.secrets.password}")
    table.add_row(_("  administrator"), f"admin / {stage.secrets.password}")
    table.add_row(_("Telephones"), stage.telephones.url)
    table.add_row(_("API"), f"{stage.hub_url}/api/v1/openapi.json")
    table.add_row(_("Command line"), f"ANJU_DATA_DIR={stage.hub_folder} anju-hub --help")
    table.add_row(_("Logs"), str(stage.logs))
    console.print()
    console.print(table)
    console.print()
    console.print(_("Try it: open the station board and the telephones side by side. Then type, and Enter:"))
    for word, meaning in doings.words().items():
        console.print(f"  [bold]{word:8}[/bold] {meaning}")
    console.print(
        _("A telephone rings: answer it on its page and press 1, or let it ring and see who is next.")
    )
    console.print(
        _("A home of your own: as administrator, Homes, A new home; then {command}").format(
            command=f".venv/bin/anju-sim box {stage.hub_url} CODE"
        )
    )
    console.print(_("Ctrl-C ends everything."))
