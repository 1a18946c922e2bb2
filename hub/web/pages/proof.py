"""Buttons of a home's page that ask for proof: a test call to one number, a drill of the whole home."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse

from hub.accounts.permissions import Action
from hub.errors import ConflictError, NotFoundError
from hub.places import contacts
from hub.proof import drills, number_checks
from hub.web.guard import Allow, Door, Visit
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
        begin_check(visit, method_id, contact_id, home_id=home_id)
    return RedirectResponse(f"/homes/{home_id}", 303)


@router.post("/homes/{home_id}/drill")
def drill(home_id: HomeId, door: Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]) -> RedirectResponse:
    """Begin a drill of a home. 409 while one is under way or a real alert is open."""
    with door.open() as visit:
        alert_id = drills.start(visit.connection, visit.now, home_id=home_id, by=visit.account.name)
        visit.note("drill", home_id, alert=alert_id)
    return RedirectResponse(f"/alerts/{alert_id}", 303)


def begin_check(
    visit: Visit,
    method_id: str,
    contact_id: str,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
) -> str | None:
    """Begin the check of a number that belongs to this place; return its alert, or None while one runs."""
    known = (
        contacts.of_home(visit.connection, home_id)
        if home_id is not None
        else contacts.of_organisation(visit.connection, organisation_id or "")
    )
    if not any(
        method["id"] == method_id and contact["id"] == contact_id
        for contact in known
        for method in contact["methods"]
    ):
        raise NotFoundError
    try:
        alert_id = number_checks.start(visit.connection, method_id, visit.account.name, visit.now)
    except ConflictError:
        return None
    visit.note("check_number", home_id, contact=contact_id, method=method_id, alert=alert_id)
    return alert_id
