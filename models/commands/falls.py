"""`anju-models train|evaluate|card falls`: learn to tell falls, measure it, say what was learnt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

Data = Annotated[Path | None, typer.Option(help="The folder of the public sets of recordings.")]


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _stop(error: Exception) -> typer.Exit:
    _say(str(error))
    return typer.Exit(1)


def evaluate_falls(
    data: Data = None,
    csv: Annotated[
        Path | None, typer.Option(help="A folder with trials.csv and samples.csv (docs/falls.md).")
    ] = None,
    artefact: Annotated[
        str,
        typer.Option(help="`shipped`, or a folder of falls-<place>.npz made here: what --csv is judged by."),
    ] = "shipped",
    quick: Annotated[
        bool, typer.Option("--quick", help="A few people and folds only, for a first look.")
    ] = False,
    figures: Annotated[Path | None, typer.Option(help="Write pictures into this folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Only the JSON object on standard output.")] = False,
) -> None:
    """Measure how many falls are found, and what alarms for nothing.

    Sets of --data are judged by nested learning, so that nobody is judged by what was learnt from them;
    recordings of --csv by what is shipped, and nothing is learnt from them.
    """
    from models.detection.falls.artefacts import load, read, shipped
    from models.detection.falls.errors import FallsError
    from models.detection.falls.position import POSITIONS
    from models.training.errors import TrainingError

    if (data is None) == (csv is None):
        raise typer.BadParameter("Give one of --data and --csv.")
    try:
        from models.training.falls.evaluation import cost, evaluate_as_is, evaluate_sets
        from models.training.falls.plain_csv import read_csv

        if artefact == "shipped":
            files = {position: shipped(position) for position in POSITIONS}
            classifiers = {position: load(position, file) for position, file in files.items()}
        else:
            files = {
                position: (Path(artefact) / f"falls-{position}.npz").read_bytes() for position in POSITIONS
            }
            classifiers = {position: read(file) for position, file in files.items()}
        if data is not None:
            said, judged = evaluate_sets(data, classifiers, quick=quick, progress=_say)
        else:
            said, judged = evaluate_as_is(read_csv(csv or Path()), classifiers, _say)
    except ModuleNotFoundError as error:
        raise _stop(RuntimeError(f"{error.name} is missing: pip install 'anju[training]'.")) from error
    except (FallsError, TrainingError, OSError) as error:
        raise _stop(error) from error
    said["artefact"] = artefact
    said["window_us"] = cost(classifiers)
    said["artefact_bytes"] = {position: len(file) for position, file in files.items()}
    said["false_per_scripted_hour"] = {
        position: said[position]["false_per_scripted_hour"] for position in POSITIONS if position in said
    }
    if figures is not None:
        from models.training.falls.drawing import draw

        for path in draw(judged, figures):
            _say(f"{path} is written.")
    if not as_json:
        _table(said)
    typer.echo(json.dumps(said))


def _table(said: dict[str, Any]) -> None:
    typer.echo(
        f"{'place':<7}{'falls':>6}{'others':>8}{'asked':>8}{'found':>8}   {'interval':<18}{'quiet':>7}"
    )
    for position in ("waist", "wrist"):
        one: dict[str, Any] = said.get(position, {})
        for key in ("95", "98", "99", "995") if one else ():
            low, high = one["ci95"][f"sensitivity_at_{key}"]
            found, quiet = one[f"sensitivity_at_{key}"], one[f"specificity_at_{key}"]
            row = f"{position:<7}{one['falls']:>6}{one['everyday_trials']:>8}{'.' + key:>8}"
            interval = "-" if low is None else f"{low:.3f}-{high:.3f}"
            row += "".join(f"{'-' if value is None else format(value, '.3f'):>8}" for value in (found,))
            typer.echo(f"{row}   {interval:<18}{'-' if quiet is None else format(quiet, '.3f'):>7}")


def train_falls(
    data: Data = None,
    csv: Annotated[Path | None, typer.Option(help="A folder with trials.csv and samples.csv.")] = None,
    out: Annotated[Path, typer.Option(help="Where the artefacts are written.")] = Path("models/artefacts"),
) -> None:
    """Learn from all recordings that are given and write one artefact for each place on the body.

    What is written is used only after its SHA-256 is entered in the reviewed list.
    """
    from models.training.errors import TrainingError

    if (data is None) == (csv is None):
        raise typer.BadParameter("Give one of --data and --csv.")
    try:
        from models.training.falls.evaluation import read_positions
        from models.training.falls.plain_csv import read_csv
        from models.training.falls.sets import ABOUT
        from models.training.falls.shipping import fingerprint, learn_all, packed

        if data is not None:
            given = read_positions(data)
            sources = {
                place: [name for name, one in ABOUT.items() if one["place"] == place] for place in given
            }
        else:
            given = {}
            for trial in read_csv(csv or Path()):
                given.setdefault(trial.position, []).append(trial)
            sources = {place: [str(csv)] for place in given}
        out.mkdir(parents=True, exist_ok=True)
        for position, trials in given.items():
            _say(f"{position}: {len(trials)} trials")
            content = packed(learn_all(trials, position, sources[position]).classifier)
            path = out / f"falls-{position}.npz"
            path.write_bytes(content)
            typer.echo(f"{path}  {len(content)} bytes  {fingerprint(content)}")
    except ModuleNotFoundError as error:
        raise _stop(RuntimeError(f"{error.name} is missing: pip install 'anju[training]'.")) from error
    except (TrainingError, OSError) as error:
        raise _stop(error) from error


def card_falls(
    evaluated: Annotated[
        Path | None, typer.Option(help="What `evaluate falls --json` printed: make the cards anew from it.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where cards are written.")] = Path("models/artefacts"),
) -> None:
    """Print the model cards of what is shipped, or make them anew from the figures of an evaluation."""
    from importlib.resources import files

    from models.detection.falls.artefacts import REVIEWED, load, shipped
    from models.detection.falls.position import POSITIONS

    if evaluated is None:
        for position in POSITIONS:
            typer.echo((files("models") / "artefacts" / f"falls-{position}.md").read_text("utf-8"))
        return
    try:
        from models.training.falls.cards import card
        from models.training.falls.sets import ABOUT
    except ModuleNotFoundError as error:
        raise _stop(RuntimeError(f"{error.name} is missing: pip install 'anju[training]'.")) from error
    figures = json.loads(evaluated.read_text("utf-8").strip().splitlines()[-1])
    for position in POSITIONS:
        text = card(
            load(position),
            figures[position],
            ABOUT,
            len(shipped(position)),
            REVIEWED[position],
            figures["window_us"][position],
        )
        (out / f"falls-{position}.md").write_text(text, "utf-8")
        _say(f"{out / f'falls-{position}.md'} is written.")
