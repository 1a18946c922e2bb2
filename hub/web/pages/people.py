"""The order in which people are called, and who is called no longer: of a home, and of an organisation."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse

from hub.accounts.permissions import Action
from hub.escalation import people
from hub.escalation.people import LastOneError
from hub.web.guard import Allow, Door
from hub.web.inputs import HomeId, OrganisationId, PlainId

router = APIRouter(include_in_schema=False)

OfHome = Annotated[Door, Depends(Allow(Action.EDIT_CONTACTS))]
OfArea = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]
Place = Annotated[int | None, Form(ge=1, le=1000)]
Active = Annotated[Literal["yes", "no"] | None, Form()]


@router.post("/homes/{home_id}/contacts/{contact_id}")
def change(
    home_id: HomeId, contact_id: PlainId, door: OfHome, place: Place = None, active: Active = None
) -> RedirectResponse:
    """Give somebody another place in a home's order of calling, or call them (no longer)."""
    back = f"/homes/{home_id}/calls"
    with suppress(LastOneError):
        with door.open() as visit:
            people.change(
                visit.connection,
                contact_id,
                home_id=home_id,
                place=place,
                active=None if active is None else active == "yes",
            )
            visit.note("change_contact", home_id, contact=contact_id, place=place, active=active)
        return RedirectResponse(back, 303)
    return RedirectResponse(f"{back}?said=last", 303)


@router.post("/organisations/{organisation_id}/contacts/{contact_id}")
def change_duty(
    organisation_id: OrganisationId,
    contact_id: PlainId,
    door: OfArea,
    place: Place = None,
    active: Active = None,
) -> RedirectResponse:
    """Give somebody another place in an organisation's order of calling, or call them (no longer)."""
    back = f"/organisations/{organisation_id}"
    with suppress(LastOneError):
        with door.open() as visit:
            visit.see_organisation(organisation_id)
            people.change(
                visit.connection,
                contact_id,
                organisation_id=organisation_id,
                place=place,
                active=None if active is None else active == "yes",
            )
            noted = {"contact": contact_id, "place": place, "active": active}
            visit.note("change_contact", None, organisation=organisation_id, **noted)
        return RedirectResponse(back, 303)
    return RedirectResponse(f"{back}?said=last", 303)
