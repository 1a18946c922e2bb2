"""What a home's edge agents run, which devices may tell anything, and what an agent is asked to do now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.places import commands, configuration
from hub.web.api.problems import PROBLEMS
from hub.web.guard import Allow, Door
from hub.web.inputs import DeviceId, EdgeId, HomeId, Name, Text

router = APIRouter(prefix="/api/v1/homes/{home_id}", tags=["edges"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Editing = Annotated[Door, Depends(Allow(Action.EDIT_EDGES))]


class Wanted(BaseModel):
    """A configuration, as the contract describes it: `devices`, `history`, `backlog_rate`."""

    model_config = ConfigDict(extra="forbid")

    settings: dict[str, Any] = Field(max_length=50)


class Configuration(BaseModel):
    """What an edge agent is to run, and what it says that it runs."""

    version: int = Field(description="0: nothing is wanted, its own file holds.")
    sha256: str
    settings: dict[str, Any]
    made_at: datetime | None
    made_by: str | None
    running: int = Field(description="The version that the agent says it runs.")
    refused: int = Field(description="A version that it will not run; 0: none.")
    note: str = Field(description="Why not.")


class NewConsent(BaseModel):
    """Whether a device may tell anything."""

    model_config = ConfigDict(extra="forbid")

    given: bool
    why: Text = ""


class Consent(BaseModel):
    """A device, and whether it may tell anything."""

    edge: str
    device: str
    name: str
    room: str
    given: bool
    why: str
    changed_at: datetime | None
    changed_by: str | None
    on_its_way: bool | None = Field(description="The edge agent has not yet said that it keeps it.")


class NewCommand(BaseModel):
    """Something to do now, within a minute or not at all."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="siren {seconds}, say {text, language}, identify {device}, config")
    arguments: dict[str, Any] = Field(default={}, max_length=10)


class Command(BaseModel):
    """A command and what became of it."""

    id: str
    name: str
    arguments: dict[str, Any]
    made_at: datetime
    made_by: str
    expires_at: datetime
    sent_at: datetime | None
    ok: bool | None = Field(description="What the agent said; null: nothing yet.")
    detail: str
    answered_at: datetime | None


@router.get("/consents")
def list_consents(home_id: HomeId, door: Looking) -> list[Consent]:
    """Return every device of a home with whether it may tell anything."""
    with door.open() as visit:
        visit.look("view_devices", home_id)
        return [Consent.model_validate(row) for row in configuration.consents(visit.connection, home_id)]


@router.put("/edges/{edge_id}/devices/{device_id}/consent")
def set_consent(
    home_id: HomeId, edge_id: EdgeId, device_id: DeviceId, change: NewConsent, door: Editing
) -> list[Consent]:
    """Let a device tell, or keep it from telling anything: from then on nothing of it leaves the home."""
    with door.open() as visit:
        configuration.consent(
            visit.connection, home_id, edge_id, device_id,
            given=change.given, why=change.why, now=visit.now, by=visit.account.login,
        )  # fmt: skip
        visit.note("set_consent", home_id, edge=edge_id, device=device_id, given=change.given, why=change.why)
        return [Consent.model_validate(row) for row in configuration.consents(visit.connection, home_id)]


@router.get("/edges/{edge_id}/config")
def get_config(home_id: HomeId, edge_id: EdgeId, door: Looking) -> Configuration:
    """Return what an edge agent is to run, and what it runs."""
    with door.open() as visit:
        visit.look("view_edges", home_id)
        return Configuration.model_validate(configuration.wanted_of(visit.connection, home_id, edge_id))


@router.put("/edges/{edge_id}/config")
def set_config(home_id: HomeId, edge_id: EdgeId, wanted: Wanted, door: Editing) -> Configuration:
    """Say what an edge agent is to run, when no alert is going; it goes back when it cannot start with it."""
    with door.open() as visit:
        found = configuration.want(
            visit.connection, home_id, edge_id, wanted.settings, visit.now, visit.account.login
        )
        visit.note("set_config", home_id, edge=edge_id, version=found["version"])
        return Configuration.model_validate(found)


@router.get("/edges/{edge_id}/commands")
def list_commands(home_id: HomeId, edge_id: EdgeId, door: Looking) -> list[Command]:
    """Return the latest commands and what became of them, newest first."""
    with door.open() as visit:
        visit.look("view_edges", home_id)
        return [Command.model_validate(row) for row in commands.latest(visit.connection, home_id, edge_id)]


@router.post("/edges/{edge_id}/commands", status_code=201)
def give_command(home_id: HomeId, edge_id: EdgeId, new: NewCommand, door: Editing) -> Command:
    """Ask an edge agent to do something now; what became of it can be read a moment later."""
    with door.open() as visit:
        row = commands.ask(
            visit.connection, home_id, edge_id, new.name, new.arguments, visit.now, visit.account.login
        )
        visit.note("give_command", home_id, edge=edge_id, command=new.name)
        return Command.model_validate(row)
