"""Homes from a table, who lives in a home, and how far its installation has come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.care.intervals import Group
from hub.places import intake as homes
from hub.places import store as places
from hub.proof import commissioning
from hub.proof import commissioning_store as rows
from hub.web import inputs, intake
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Created, Given
from hub.web.guard import Allow, Door
from hub.web.inputs import HomeId, Name, PlainId, Table

router = APIRouter(prefix="/api/v1/homes", tags=["homes"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Editing = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
Installing = Annotated[Door, Depends(Allow(Action.EDIT_EDGES))]
Capability = Annotated[int, Field(ge=0, le=4, description="0: unimpaired, 4: entirely dependent.")]


class HomesTable(Given):
    """A table of homes: values separated by commas, semicolons or tabs; its first line names the columns."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "table": "organisation,resident,address\neast-street,李四,东街3号",
                "take": False,
            }
        }
    )
    table: Table
    take: bool = Field(False, description="Without it the table is only judged.")


class TableProblem(BaseModel):
    """What is wrong in one line."""

    line: int
    what: str


class Taken(BaseModel):
    """What was, or would be, taken over: all of a table, or nothing of it."""

    homes: int = Field(description="Lines that can be taken over.")
    problems: list[TableProblem]
    taken: list[str] = Field(description="The ids of the homes that were added now.")


class NewResident(Given):
    """Somebody who lives in a home."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "王桂兰", "born_on": "1941-03-08", "circumstances": ["lives_alone"]}
        }
    )
    name: Name
    born_on: inputs.Born | None = None
    capability: Capability | None = None
    circumstances: list[Group] = Field([], max_length=6)


class ResidentChange(Given):
    """What is to be corrected; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"example": {"capability": 2}})
    name: Name | None = None
    born_on: inputs.Born | None = None
    capability: Capability | None = None
    circumstances: list[Group] | None = Field(None, max_length=6)


class Resident(BaseModel):
    """Somebody who lives in a home."""

    id: str
    name: str
    born_on: date | None
    capability: int | None
    circumstances: list[str]


class InstalledSensor(BaseModel):
    """A sensor, and whether it was triggered since the walk test began."""

    id: str
    name: str
    room: str
    kinds: list[str]
    placed: bool
    heard_at: datetime | None
    triggered_at: datetime | None


class Installation(BaseModel):
    """The steps of a home's installation in their order; each is proven by what happened."""

    status: str
    steps: dict[Literal["home", "people", "paired", "sensors", "walked", "tested", "live"], bool]
    unproven: list[str] = Field(description="What has to be shown before the home is live.")
    responders: int = Field(description="People who help and can be called.")
    responders_proven: int = Field(description="Of them: a human has answered at one of their numbers.")
    responders_needed: int
    walk_began_at: datetime | None
    test_answered_at: datetime | None
    sensors: list[InstalledSensor]


@router.post("/import")
def import_homes(sent: HomesTable, door: Editing) -> Taken:
    """Judge a table of homes; with `take`, and nothing wrong, take all of it over."""
    with door.open() as visit:
        language = visit.account.language
        found = intake.judge(visit, sent.table)
        taken = intake.take(visit, found.rows, language) if sent.take and not found.problems else []
        return Taken(
            homes=len(found.rows),
            problems=[TableProblem(line=line, what=what) for line, what in intake.said(found, language)],
            taken=taken,
        )


@router.get("/{home_id}/residents")
def list_residents(home_id: HomeId, door: Looking) -> list[Resident]:
    """Return who lives in a home."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        return [_resident(row) for row in places.residents(visit.connection, home_id)]


@router.post("/{home_id}/residents", status_code=201)
def add_resident(home_id: HomeId, new: NewResident, door: Editing) -> Created:
    """Add somebody who lives in a home."""
    with door.open() as visit:
        places.home(visit.connection, home_id, visit.now)
        made = homes.add_resident(visit.connection, home_id, **new.model_dump())
        visit.note("add_resident", home_id, resident=made)
        return Created(id=made)


@router.put("/{home_id}/residents/{resident_id}")
def correct_resident(
    home_id: HomeId, resident_id: PlainId, change: ResidentChange, door: Editing
) -> Resident:
    """Correct what is known of somebody. A value that is sent as null is forgotten, but for the name."""
    with door.open() as visit:
        sent = change.model_dump(exclude_unset=True)
        if sent.get("name", "") is None:
            del sent["name"]
        if sent.get("circumstances", ()) is None:
            sent["circumstances"] = []
        homes.correct_resident(visit.connection, home_id, resident_id, sent)
        visit.note("correct_resident", home_id, resident=resident_id, fields=sorted(sent))
        found = places.residents(visit.connection, home_id)
        return next(_resident(row) for row in found if row["id"] == resident_id)


@router.get("/{home_id}/installation")
def get_installation(home_id: HomeId, door: Installing) -> Installation:
    """Return how far a home's installation has come."""
    with door.open() as visit:
        visit.look("view_setup", home_id)
        facts = rows.facts(visit.connection, home_id, visit.now)
        return Installation(
            status=facts.status,
            steps={step.name: step.done for step in commissioning.steps(facts, visit.now)},
            unproven=list(commissioning.unproven(facts, visit.now)),
            responders=facts.responders,
            responders_proven=facts.proven,
            responders_needed=commissioning.RESPONDERS,
            walk_began_at=facts.walk_began_at,
            test_answered_at=facts.test_answered_at,
            sensors=[
                InstalledSensor(
                    id=sensor.id,
                    name=sensor.name,
                    room=sensor.room,
                    kinds=list(sensor.kinds),
                    placed=sensor.placed,
                    heard_at=sensor.heard_at,
                    triggered_at=sensor.triggered_at,
                )
                for sensor in facts.sensors
            ],
        )


@router.post("/{home_id}/walk-test", status_code=204)
def begin_walk(home_id: HomeId, door: Installing) -> None:
    """Begin the walk test, or begin it anew: from now on every sensor has to be triggered once."""
    with door.open() as visit:
        places.home(visit.connection, home_id, visit.now)
        rows.begin_walk(visit.connection, home_id, visit.account.name, visit.now)
        visit.note("walk_test", home_id)


def _resident(row: dict[str, Any]) -> Resident:
    return Resident.model_validate({name: row[name] for name in Resident.model_fields})
