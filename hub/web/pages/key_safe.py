"""Where a home's key is: shown on its own page while an alert is open, and every look is written down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.alerts import store as alerts
from hub.errors import NotFoundError
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
        alert = alerts.get(visit.connection, alert_id)
        if alert["home_id"] is None or alert["status"] == "resolved":
            raise NotFoundError
        row = visit.connection.execute(
            "select key_safe from homes where id = %s", [alert["home_id"]]
        ).fetchone()
        visit.note("view_key_safe", alert["home_id"], alert=alert_id)
        return page(request, "key_safe.html", visit, alert=alert, note=row["key_safe"] if row else "")
