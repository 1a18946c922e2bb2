"""`anju-models … routines`: what recorded homes teach, how well it does, and what is shipped."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import models

if TYPE_CHECKING:
    from models.training.routines.rolling import Home

ARTEFACTS = Path(models.__file__).parent / "artefacts"


def evaluate_routines(
    data: Annotated[Path | None, typer.Option(help="The folder of the public recordings.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="A folder of homes as plain CSV (docs/routines.md).")
    ] = None,
    artefact: Annotated[
        str, typer.Option(help="`shipped`: judged by what is shipped; `others`: by the other homes given.")
    ] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Fewer injections, for a first look.")] = False,
    figures: Annotated[Path | None, typer.Option(help="Write pictures into this folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Only the JSON object on standard output.")] = False,
) -> None:
    """Measure how soon a collapse is found in recorded homes, and how often somebody is called for nothing.

    Homes from --data are judged by what the other homes show, homes from --csv by what is shipped.
    """
    _needs_training()  # heavy parts: no other command loads them
    from models.detection.routines.shipped import shipped
    from models.training.routines.report import evaluate
    from models.training.routines.table import table

    if (data is None) == (csv is None):
        raise typer.BadParameter("Give one of --data and --csv.")
    chosen = artefact or ("others" if data is not None else "shipped")
    if chosen not in ("shipped", "others"):
        raise typer.BadParameter("--artefact is 'shipped' or 'others'.")
    found = evaluate(
        _homes(data, csv),
        shipped=shipped() if chosen == "shipped" else None,
        quick=quick,
        drawn=figures is not None,
        say=_say,
    )
    found["artefact"] = chosen
    if figures is not None:
        _draw(found, figures)
    if not as_json:
        typer.echo(table(found))
    typer.echo(json.dumps(found))


def train_routines(
    data: Annotated[Path, typer.Option(help="The folder of the public recordings.")],
    out: Annotated[Path, typer.Option(help="Where the artefact and its card go.")] = ARTEFACTS,
    quick: Annotated[bool, typer.Option("--quick", help="Figures from fewer injections.")] = False,
) -> None:
    """Learn what every home starts from, and write it with its card and its figures.

    What is written is used only after its SHA-256 is entered in the reviewed list.
    """
    _needs_training()
    from models.training.routines.report import evaluate
    from models.training.routines.ship import ship

    homes = _homes(data, None)
    digest = ship(homes, out, evaluate(homes, quick=quick, say=_say))
    typer.echo(f"The artefact of {len(homes)} homes is in {out}: routines.npz {digest}")


def card_routines() -> None:
    """Say what the shipped artefact was learnt from, and its figures on homes that it had not seen."""
    _needs_training()
    from models.training.routines.table import table

    typer.echo((ARTEFACTS / "routines.md").read_text("utf-8"))
    typer.echo(table(json.loads((ARTEFACTS / "routines.json").read_text("utf-8"))["figures"]))


def _homes(data: Path | None, csv: Path | None) -> list[Home]:
    """Return the homes that are long enough; ends the command with a sentence when there are none."""
    from models.training.errors import DataError
    from models.training.routines import loaders, plain_csv
    from models.training.routines.rolling import Home

    try:
        recordings = loaders.load(data) if data is not None else plain_csv.load_folder(csv or Path())
    except DataError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    homes = [Home(one) for one in recordings]
    for home in homes:
        if not home.judged:
            _say(f"{home.recording.name}: too short to be judged, left out")
    homes = [home for home in homes if home.judged]
    if not homes:
        _say("No home is long enough: three whole days are needed.")
        raise typer.Exit(1)
    return homes


def _draw(figures: dict[str, Any], folder: Path) -> None:
    try:
        from models.training.routines.drawing import draw
    except ModuleNotFoundError as error:
        _say(f"{error.name} is missing: pip install 'anju[training]'.")
        raise typer.Exit(1) from error
    for path in draw(figures, folder):
        _say(f"{path} is written.")


def _needs_training() -> None:
    if find_spec("numpy") is None:
        _say("numpy is missing: pip install 'anju[training]'.")
        raise typer.Exit(1)


def _say(line: str) -> None:
    typer.echo(line, err=True)
