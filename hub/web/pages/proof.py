"""Buttons of a home's page that ask for proof: a test call to one number, a drill of the whole home."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse

from hub.accounts.permissions import Action
from hub.proof import drills
from hub.web import number_tests
from hub.web.guard import Allow, Door
from hub.web.inputs import HomeId, PlainId

router = APIRouter(include_in_schema=False)


@router.post("/homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check")
def check_number(
    home_id: HomeId,
    contact_id: PlainId,
    method_id: PlainId,
    door: Annotated[Door, Depends(Allow(Action.CHECK_NUMBERS))],
) -> RedirectResponse:
    """Call a number for a test; while one is under way, nothing new is begun."""
    with door.open() as visit:
        number_tests.begin(visit, method_id, contact_id, home_id=home_id)
    return RedirectResponse(f"/homes/{home_id}", 303)


@router.post("/homes/{home_id}/drill")
def drill(home_id: HomeId, door: Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]) -> RedirectResponse:
    """Begin a drill of a home. 409 while one is under way or a real alert is open."""
    with door.open() as visit:
        alert_id = drills.start(visit.connection, visit.now, home_id=home_id, by=visit.account.name)
        visit.note("drill", home_id, alert=alert_id)
    return RedirectResponse(f"/alerts/{alert_id}", 303)
