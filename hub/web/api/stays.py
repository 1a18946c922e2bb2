"""Absences and visits that people tell of a home."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.places import stays
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Given
from hub.web.guard import Allow, Door
from hub.web.inputs import HomeId, PlainId

router = APIRouter(prefix="/api/v1", tags=["homes"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Telling = Annotated[Door, Depends(Allow(Action.TELL_STAYS))]


class NewStay(Given):
    """Nobody is at home, or somebody visits, from when until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "away",
                "since": "2026-11-22T08:00:00+08:00",
                "until": "2026-11-24T20:00:00+08:00",
            }
        }
    )
    kind: Literal["away", "visitor"]
    since: AwareDatetime | None = Field(None, description="Without it: now.")
    until: AwareDatetime = Field(description="At most 90 days of absence, 30 of a visit.")


class Stay(BaseModel):
    """What holds now or is to come."""

    id: int
    kind: Literal["away", "visitor"]
    since: datetime
    until: datetime
    by: str


@router.get("/homes/{home_id}/stays")
def list_stays(home_id: HomeId, door: Looking) -> list[Stay]:
    """Return the absences and visits of a home that hold now or are to come."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        return [Stay.model_validate(row) for row in stays.current(visit.connection, home_id, visit.now)]


@router.post("/homes/{home_id}/stays", status_code=201)
def tell_stay(home_id: HomeId, new: NewStay, door: Telling) -> list[Stay]:
    """Tell of an absence or a visit. It explains what the sensors see, and quiets no emergency."""
    with door.open() as visit:
        stays.tell(
            visit.connection,
            home_id,
            new.kind,
            since=new.since or visit.now,
            until=new.until,
            by=visit.account.name,
            now=visit.now,
        )
        visit.note("tell_stay", home_id, kind=new.kind)
        return [Stay.model_validate(row) for row in stays.current(visit.connection, home_id, visit.now)]


@router.post("/homes/{home_id}/stays/{number}/end", status_code=204)
def end_stay(home_id: HomeId, number: PlainId, door: Telling) -> None:
    """End one before its time. 409 when it is over."""
    with door.open() as visit:
        stays.end(visit.connection, home_id, stays.number_of(number), visit.now)
        visit.note("end_stay", home_id, stay=number)
