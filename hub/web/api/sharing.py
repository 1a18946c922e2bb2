"""What the residents of a home let whom see, and what each person sees of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts import sharing
from hub.accounts.permissions import Action
from hub.accounts.sharing import Purpose, Receiver, What, When
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Given
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import HomeId, Text

router = APIRouter(prefix="/api/v1/homes/{home_id}/sharing", tags=["homes"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Deciding = Annotated[Door, Depends(Allow(Action.EDIT_EDGES))]


class Choice(Given):
    """What somebody may see from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"purpose": "day", "receiver": "area", "given": False, "why": "王奶奶的意思"}
        }
    )
    purpose: Purpose
    receiver: Receiver
    given: bool
    why: Text = ""


class Shared(BaseModel):
    """Whether a receiver may see what serves a purpose. An emergency opens it to those who answer."""

    purpose: Purpose
    receiver: Receiver
    given: bool
    why: str
    changed_at: datetime | None = Field(description="null: nobody has changed it.")
    changed_by: str | None


class Onlooker(BaseModel):
    """Somebody who may sign in and see this home."""

    name: str
    role: str
    organisation: str | None
    receiver: Receiver
    sees: dict[When, list[What]] = Field(description="What they see always, and what an alert adds.")


class Sharing(BaseModel):
    """What is let and to whom it applies."""

    consents: list[Shared]
    people: list[Onlooker]


@router.get("")
def get_sharing(home_id: HomeId, door: Looking) -> Sharing:
    """Return what the residents let whom see, and what each person sees for that reason."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        return _sharing(visit, home_id)


@router.put("")
def put_sharing(home_id: HomeId, choice: Choice, door: Deciding) -> Sharing:
    """Let somebody see what serves a purpose, or keep it from them; it holds from the next look on."""
    with door.open() as visit:
        sharing.let(
            visit.connection,
            home_id,
            choice.purpose,
            choice.receiver,
            given=choice.given,
            why=choice.why.strip(),
            now=visit.now,
            by=visit.account.login,
        )
        visit.note(
            "set_sharing", home_id, purpose=choice.purpose, receiver=choice.receiver, given=choice.given
        )
        return _sharing(visit, home_id)


def _sharing(visit: Visit, home_id: str) -> Sharing:
    return Sharing(
        consents=[Shared.model_validate(row) for row in sharing.of_home(visit.connection, home_id)],
        people=[
            Onlooker.model_validate({name: row[name] for name in Onlooker.model_fields})
            for row in sharing.people(visit.connection, home_id)
        ],
    )
