"""Giving an alert to another organisation, from its page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse

from hub.accounts.permissions import Action
from hub.escalation import handover
from hub.web.guard import Allow, Door
from hub.web.inputs import AlertId, LongText, NewId

router = APIRouter(include_in_schema=False)


@router.post("/alerts/{alert_id}/give")
def give(
    alert_id: AlertId,
    door: Annotated[Door, Depends(Allow(Action.HAND_OVER))],
    organisation: Annotated[NewId, Form()],
    note: Annotated[LongText, Form()] = "",
) -> RedirectResponse:
    """Let another organisation's people be called first, see the alert and answer it."""
    with door.open() as visit:
        handover.give(
            visit.connection, alert_id, organisation, by=visit.account.name, note=note.strip(), now=visit.now
        )
        visit.note("give", visit.home_id, alert=alert_id, organisation=organisation)
    return RedirectResponse(f"/alerts/{alert_id}", 303)
