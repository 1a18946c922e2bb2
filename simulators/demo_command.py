"""`anju-sim demo`: the whole way on one machine, to look at or, with `--check`, to prove."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from simulators.demo.ending import at_the_end, interrupt
from simulators.demo.play import live
from simulators.demo.stage import Stage, Wishes
from simulators.demo.story import play
from simulators.texts import _

console = Console(stderr=True, highlight=False)


def demo(
    check: Annotated[
        bool, typer.Option("--check", help=_("Play the story unattended, check it, print one JSON object."))
    ] = False,
    folder: Annotated[
        Path, typer.Option("--folder", help=_("Where everything it makes is kept from start to start."))
    ] = Path(".anju/demo"),
) -> None:
    """Run the whole way: four homes with an agent each, the hub, and telephones that ring.

    It brings its own broker and database, prints the addresses and what to try, and runs until Ctrl-C.
    With `--check` it plays a story on free ports, from an empty folder, and exits with 0 only if all of it
    happened. To begin anew, delete the folder.
    """
    at_the_end(interrupt)
    if not check:
        wishes = Wishes(folder=folder.resolve(), by_themselves=False, any_port=False, residents=True)
        with Stage(wishes, _tell) as stage:
            live(stage, console)
        return
    place = Path(tempfile.mkdtemp(prefix="anju-demo-"))
    happened = False
    try:
        with Stage(Wishes(folder=place, by_themselves=True, any_port=True, residents=False), _tell) as stage:
            result = play(stage, _tell)
        happened = bool(result["ok"])
    finally:
        if happened:
            shutil.rmtree(place, ignore_errors=True)
        else:
            _tell(_("It failed; the programs' logs are kept in {folder}").format(folder=place / "logs"))
    print(json.dumps(result, ensure_ascii=False))  # noqa: T201
    sys.exit(0 if happened else 1)


def _tell(what: str) -> None:
    console.print(f"  · {what}", soft_wrap=True)  # a path stays in one piece
