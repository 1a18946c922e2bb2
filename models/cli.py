"""`anju-models`: the contract as JSON Schema, and the table of measurements, for integrators."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from models.commands.falls import card_falls, evaluate_falls, train_falls
from models.commands.routines import card_routines, evaluate_routines, train_routines
from models.contract import VERSION
from models.contract.measurements import MEASUREMENTS
from models.contract.messages import MESSAGES

SCHEMA_FOLDER = Path("tests/contract/schema")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
evaluate = typer.Typer(no_args_is_help=True, help="Measure the detectors on recorded people and homes.")
app.add_typer(evaluate, name="evaluate")
evaluate.command("routines")(evaluate_routines)
evaluate.command("falls")(evaluate_falls)
train = typer.Typer(no_args_is_help=True, help="Learn from recordings; writes artefacts.")
app.add_typer(train, name="train")
train.command("falls")(train_falls)
train.command("routines")(train_routines)
card = typer.Typer(no_args_is_help=True, help="Say what was learnt from what, and how good it is.")
app.add_typer(card, name="card")
card.command("falls")(card_falls)
card.command("routines")(card_routines)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anju-models {version('anju')}")
        raise typer.Exit


@app.callback(help=__doc__)
def options(
    show: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Say which version this is."),
    ] = False,
) -> None:
    """Only what holds for every command; the text of the help is the program's."""


def schemas() -> dict[str, str]:
    """Return the JSON Schema of every message, by file name, as it is committed."""
    _, components = msgspec.json.schema_components(MESSAGES.values(), ref_template="#/$defs/{name}")
    files = {}
    for leaf, message in MESSAGES.items():
        name = message.__name__
        needed = _needed(name, components)
        schema = {
            "$schema": DIALECT,
            "title": f"Anju contract v{VERSION}: {leaf}",
            "$ref": f"#/$defs/{name}",
            "$defs": {part: components[part] for part in sorted(needed)},
        }
        files[f"{leaf}.json"] = json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return files


def _needed(name: str, components: dict[str, Any]) -> set[str]:
    """The component and all that it refers to."""
    needed: set[str] = set()
    ahead = [name]
    while ahead:
        part = ahead.pop()
        if part not in needed:
            needed.add(part)
            ahead += [other for other in components if f'"#/$defs/{other}"' in json.dumps(components[part])]
    return needed


@app.command()
def schema(
    out: Annotated[Path, typer.Option(help="The folder of the schema files.")] = SCHEMA_FOLDER,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if the files differ.")] = False,
) -> None:
    """Write the JSON Schema of every message of the contract, one file per topic."""
    files = schemas()
    present = {path.name: path.read_text("utf-8") for path in out.glob("*.json")} if out.is_dir() else {}
    if check:
        different = sorted(
            name for name in files.keys() | present.keys() if files.get(name) != present.get(name)
        )
        if different:
            typer.echo(f"Not as the contract is: {', '.join(different)}. Run: anju-models schema --out {out}")
            raise typer.Exit(1)
        typer.echo(f"{len(files)} schema files agree with the contract.")
        return
    out.mkdir(parents=True, exist_ok=True)
    for name in present.keys() - files.keys():
        (out / name).unlink()
    for name, text in files.items():
        (out / name).write_text(text, "utf-8")
    typer.echo(f"{len(files)} schema files are in {out}.")


@app.command()
def kinds() -> None:
    """Print the table of measurements: every kind of event, and what its value means."""
    typer.echo(f"{'kind':<15}{'group':<13}{'leaves':<9}{'range':<14}value")
    for row in MEASUREMENTS.values():
        leaves = "at once" if row.urgent else "in 1 s"
        limits = f"{row.minimum:g}..{row.maximum:g}"
        unit = f" ({row.unit})" if row.unit else ""
        typer.echo(f"{row.kind:<15}{row.group:<13}{leaves:<9}{limits:<14}{row.value}{unit}")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
