"""Asking for silence on a home's page, and ending it there."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse

from hub.accounts.permissions import Action
from hub.escalation.noise import silences
from hub.web.guard import Allow, Door
from hub.web.inputs import HomeId, LongText, PlainId, Text

router = APIRouter(include_in_schema=False)

Silencing = Annotated[Door, Depends(Allow(Action.SILENCE_HOMES))]
#: What the form offers, in hours.
HOURS: Final = (2, 8, 24, 168, 720)


@router.post("/homes/{home_id}/silences")
def add(
    home_id: HomeId,
    door: Silencing,
    why: Annotated[LongText, Form()],
    hours: Annotated[int, Form(ge=1, le=720)] = HOURS[0],
    risk: Annotated[Text, Form()] = "",
) -> RedirectResponse:
    """Hold back lesser alerts of a home for so many hours."""
    with door.open() as visit:
        number = silences.create(
            visit.connection,
            home_id=home_id,
            risks=[risk] if risk else [],
            until=visit.now + timedelta(hours=hours),
            by=visit.account.name,
            why=why,
            now=visit.now,
        )
        visit.note("silence", home_id, silence=number)
    return RedirectResponse(f"/homes/{home_id}", 303)


@router.post("/homes/{home_id}/silences/{silence_id}/end")
def end(home_id: HomeId, silence_id: PlainId, door: Silencing) -> RedirectResponse:
    """End a home's silence before its time."""
    with door.open() as visit:
        silences.end(visit.connection, silence_id, visit.account.name, visit.now, home_id=home_id)
        visit.note("end_silence", home_id, silence=silence_id)
    return RedirectResponse(f"/homes/{home_id}", 303)
