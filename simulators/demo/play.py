"""The demo for a person: says where everything is, and lets things happen in the homes at a keypress."""

from __future__ import annotations

import contextlib
import select
import signal
import sys
import threading
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from simulators.demo.stage import Stage
from simulators.demo.town import TOWN
from simulators.errors import SimulatorError
from simulators.texts import _


def live(stage: Stage, console: Console) -> None:
    """Serve until Ctrl-C or SIGTERM; what is typed happens in the first home."""
    _greet(stage, console)
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_arguments: ending.set())
    while not ending.wait(0 if sys.stdin.isatty() else 0.5):
        stage.check()
        if sys.stdin.isatty() and select.select([sys.stdin], [], [], 0.5)[0]:
            _happen(stage, console, sys.stdin.readline().strip().lower())
    console.print(_("Ending; nothing is left running."))


def _greet(stage: Stage, console: Console) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_row(_("Station board"), stage.hub_url)
    table.add_row(_("  sign in as"), f"station / {stage.secrets.password}")
    table.add_row(_("  administrator"), f"admin / {stage.secrets.password}")
    table.add_row(_("Telephones"), stage.telephones.url)
    table.add_row(_("API"), f"{stage.hub_url}/api/v1/openapi.json")
    table.add_row(_("Logs"), str(stage.logs))
    console.print()
    console.print(table)
    console.print()
    console.print(_("Try it: open the station board and the telephones side by side. Then type, and Enter:"))
    for word, meaning in _words().items():
        console.print(f"  [bold]{word:8}[/bold] {meaning}")
    console.print(
        _("A telephone rings: answer it on its page and press 1, or let it ring and see who is next.")
    )
    console.print(_("Ctrl-C ends everything."))


def _words() -> dict[str, str]:
    home = TOWN[0].home
    return {
        "fall": _("somebody falls in the home of {home}").format(home=home),
        "up": _("and gets up again"),
        "sos": _("the button is pressed"),
        "smoke": _("smoke reaches the alarm"),
        "cut": _("the line of the home is cut"),
        "mend": _("and mended: what happened meanwhile arrives"),
    }


def _happen(stage: Stage, console: Console, word: str) -> None:
    home, cable = stage.homes[TOWN[0].home], stage.cables[TOWN[0].home]
    deeds: dict[str, Callable[[], object]] = {
        "fall": home.fall,
        "up": home.get_up,
        "sos": home.sos,
        "smoke": home.smoke,
        "cut": cable.cut,
        "mend": cable.restore,
    }
    if not word:
        return
    if word not in deeds:
        console.print(_("Known words: {words}").format(words=", ".join(deeds)))
        return
    with contextlib.suppress(SimulatorError):
        deeds[word]()
        console.print(f"  · {_words()[word]}")
