"""Where a home's key is: shown on its own page while an alert is open, and every look is written down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.web.aid import where_the_key_is
from hub.web.guard import Allow, Door
from hub.web.inputs import AlertId
from hub.web.render import page

router = APIRouter(include_in_schema=False)


@router.post("/alerts/{alert_id}/key-safe")
def show(
    request: Request, alert_id: AlertId, door: Annotated[Door, Depends(Allow(Action.ANSWER_ALERTS))]
) -> Response:
    """Show the note; by POST, so that nothing that follows links by itself ever opens it."""
    with door.open() as visit:
        alert, note = where_the_key_is(visit, alert_id)
        return page(request, "key_safe.html", visit, alert=alert, note=note)
