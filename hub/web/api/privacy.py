"""What is held of a home's people: who they are, taking it all, erasing somebody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from hub.accounts.permissions import Action
from hub.privacy import erasing, people
from hub.web import erasures
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Given
from hub.web.erasures import Kind, PersonId
from hub.web.guard import Allow, Door
from hub.web.inputs import HomeId, LongText, Text

router = APIRouter(prefix="/api/v1/homes/{home_id}", tags=["privacy"], responses=PROBLEMS)

SeesContacts = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
Exporting = Annotated[Door, Depends(Allow(Action.EXPORT_PERSONS))]
Erasing = Annotated[Door, Depends(Allow(Action.ERASE_PERSONS))]


class Somebody(BaseModel):
    """A person of a home."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "contact", "id": "c-1f", "name": "王芳"}}
    )
    kind: str = Field(description="resident, contact or user")
    id: str
    name: str
    last_resident: bool = Field(description="Nobody else lives there: erasing them closes the home.")


class Confirmation(Given):
    """Who is to be erased, named again, and why."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "王芳", "reason": "She asked for it."}})
    name: Text = Field(description="The person's name exactly as it stands.")
    reason: LongText = Field(description="Kept, without names.")


class Erasure(BaseModel):
    """What erasing somebody does, or did."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "王芳", "goes": {"contacts": 1, "contact_methods": 2}, "nameless": {"attempts": 14},
                "contacts": ["王芳"], "users": [], "edges": [], "open_alerts": 0,
            }
        }
    )  # fmt: skip
    name: str
    goes: dict[str, int] = Field(description="Rows that go, by table.")
    nameless: dict[str, int] = Field(description="Rows that are kept for three years, without names.")
    contacts: list[str]
    users: list[str]
    edges: list[str] = Field(description="Accounts of edge agents that are taken away.")
    open_alerts: int = Field(description="Nothing is erased before they are resolved.")


_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A ZIP: index.html to read; each table as CSV and JSON.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/people")
def list_people(home_id: HomeId, door: SeesContacts) -> list[Somebody]:
    """Return everybody of whom something is held at this home, each once."""
    with door.open() as visit:
        visit.look("view_contacts", home_id)
        return [
            Somebody(kind=one.kind, id=one.id, name=one.name, last_resident=one.last_resident)
            for one in people.of_home(visit.connection, home_id)
        ]


@router.get("/people/{kind}/{person_id}/export", response_class=Response, responses=_ZIP)
def export(request: Request, home_id: HomeId, kind: Kind, person_id: PersonId, door: Exporting) -> Response:
    """Send everything held of somebody; of a resident, everything of the home."""
    with door.open() as visit:
        return erasures.archive(request, visit, people.find(visit.connection, kind, person_id, home_id))


@router.get("/people/{kind}/{person_id}/erasure")
def preview(home_id: HomeId, kind: Kind, person_id: PersonId, door: Erasing) -> Erasure:
    """Count what erasing somebody would do; changes nothing."""
    with door.open() as visit:
        person = people.find(visit.connection, kind, person_id, home_id)
        return _shown(erasing.preview(visit.connection, person))


@router.post("/people/{kind}/{person_id}/erasure", response_model=Erasure)
def erase(
    request: Request, home_id: HomeId, kind: Kind, person_id: PersonId, who: Confirmation, door: Erasing
) -> Response:
    """Erase somebody for good. 409 while an alert of the home is open; 404 once they are gone."""
    with door.open() as visit:
        person = people.find(visit.connection, kind, person_id, home_id)
        done = _shown(erasures.erase(request, visit, person, who.reason, who.name))
    return JSONResponse(jsonable_encoder(done), background=erasures.afterwards(request, person))


def _shown(found: erasing.Preview) -> Erasure:
    return Erasure(
        name=found.person.name, goes=dict(found.goes), nameless=dict(found.nameless),
        contacts=list(found.contacts), users=list(found.users), edges=list(found.edges),
        open_alerts=found.open_alerts,
    )  # fmt: skip
