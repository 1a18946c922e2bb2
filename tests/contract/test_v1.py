"""What was published under contract v1 keeps its meaning for ever.

`v1/` holds recorded messages: the bytes' content (`wire`), and every value that they meant when they were
recorded (`means`), defaults included. A failing test here means that an edge agent in some home, or a hub
that nobody has updated yet, would be misunderstood. Recordings are added, never changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from models import cli
from models.contract import codec
from models.contract.errors import ContractError
from models.contract.messages import MESSAGES
from tests.conftest import ROOT

HERE = Path(__file__).parent
RECORDED = sorted((HERE / "v1").glob("*.json"))


def recorded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def everything(value: Any) -> Any:
    """Return a message with all its fields, also those that are not written because they are usual."""
    if isinstance(value, msgspec.Struct):
        return {name: everything(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [everything(part) for part in value]
    return value


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_message_means_the_very_same(path: Path) -> None:
    """Field by field, defaults included."""
    record = recorded(path)
    message = codec.decode(json.dumps(record["wire"]).encode(), MESSAGES[record["message"]])
    meant = everything(message)
    assert {name: meant[name] for name in record["means"]} == record["means"]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_message_survives_being_written_again(path: Path) -> None:
    """What this program writes, it reads as the same."""
    record = recorded(path)
    kind = MESSAGES[record["message"]]
    message = codec.decode(json.dumps(record["wire"]).encode(), kind)
    assert codec.decode(codec.encode(message), kind) == message


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_published_schema_takes_every_recorded_message(path: Path) -> None:
    """An integrator who checks with the schema refuses nothing that is valid."""
    record = recorded(path)
    schema = json.loads((HERE / "schema" / f"{record['message']}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(record["wire"])


def test_every_type_of_message_has_a_recording() -> None:
    """No message of the contract is without its promise."""
    assert {recorded(path)["message"] for path in RECORDED} == set(MESSAGES)


def test_every_field_of_every_message_has_been_recorded_away_from_its_default() -> None:
    """A field that no recording sets could change its meaning unseen."""
    unseen = {leaf: set(kind.__struct_fields__) for leaf, kind in MESSAGES.items()}
    for path in RECORDED:
        record = recorded(path)
        unseen[record["message"]] -= set(record["wire"])
    assert not {leaf: fields for leaf, fields in unseen.items() if fields}


def test_the_committed_schema_is_that_of_the_contract() -> None:
    """`anju-models schema` was run after the last change."""
    committed = {path.name: path.read_text("utf-8") for path in (HERE / "schema").glob("*.json")}
    assert committed == cli.schemas()


def test_the_schema_command_says_when_the_files_differ(tmp_path: Path) -> None:
    """`--check` fails on a changed file and passes on what the command itself wrote."""
    cli.schema(out=tmp_path, check=False)
    cli.schema(out=tmp_path, check=True)
    (tmp_path / "ack.json").write_text("{}", "utf-8")
    with pytest.raises(cli.typer.Exit):
        cli.schema(out=tmp_path, check=True)
    assert (ROOT / cli.SCHEMA_FOLDER).is_dir()


@pytest.mark.parametrize(
    ("leaf", "change"),
    [
        ("events", {"events": []}),
        ("events", {"stream": "Not An Id"}),
        ("ack", {"upto": -1}),
        ("ack", {"ranges": [[1]]}),
        ("state", {"state": "asleep"}),
        ("health", {"outbox": "many"}),
        ("command", {"expires_at": None}),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(leaf: str, change: dict[str, Any]) -> None:
    """The schema and the decoder draw the same line."""
    path = next(path for path in RECORDED if recorded(path)["message"] == leaf)
    wire = recorded(path)["wire"] | change
    schema = json.loads((HERE / "schema" / f"{leaf}.json").read_text("utf-8"))
    with pytest.raises(ContractError):
        codec.decode(json.dumps(wire).encode(), MESSAGES[leaf])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(wire)
