"""`anju-models evaluate routines`: how well the routines' detectors do on recorded homes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def evaluate_routines(
    data: Annotated[Path | None, typer.Option(help="The folder of the public recordings.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="A folder of homes as plain CSV (docs/routines.md).")
    ] = None,
    artefact: Annotated[
        str, typer.Option(help="`shipped`: judged by what is shipped; `others`: by the other homes given.")
    ] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Fewer injections, for a first look.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Only the JSON object on standard output.")] = False,
) -> None:
    """Measure how soon a collapse is found in recorded homes, and how often somebody is called for nothing.

    Homes from --data are judged by what the other homes show, homes from --csv by what is shipped.
    """
    # The learning parts are heavy: no other command loads them.
    from models.detection.routines.shipped import shipped
    from models.training.errors import DataError
    from models.training.routines import loaders, plain_csv
    from models.training.routines.report import evaluate
    from models.training.routines.rolling import Home
    from models.training.routines.table import table

    if (data is None) == (csv is None):
        raise typer.BadParameter("Give one of --data and --csv.")
    chosen = artefact or ("others" if data is not None else "shipped")
    if chosen not in ("shipped", "others"):
        raise typer.BadParameter("--artefact is 'shipped' or 'others'.")
    try:
        recordings = loaders.load(data) if data is not None else plain_csv.load_folder(csv or Path())
    except DataError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    homes = [Home(one) for one in recordings]
    for home in homes:
        if not home.judged:
            typer.echo(f"{home.recording.name}: too short to be judged, left out", err=True)
    homes = [home for home in homes if home.judged]
    if not homes:
        typer.echo("No home is long enough: three whole days are needed.", err=True)
        raise typer.Exit(1)
    figures = evaluate(
        homes,
        shipped=shipped() if chosen == "shipped" else None,
        quick=quick,
        say=lambda line: typer.echo(line, err=True),
    )
    figures["artefact"] = chosen
    if not as_json:
        typer.echo(table(figures))
    typer.echo(json.dumps(figures))
