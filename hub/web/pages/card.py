"""The emergency card of an open emergency: opens at once, can be printed, and every look is written down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.alerts import store as alerts
from hub.care import card as cards
from hub.care.script import script
from hub.web.guard import Allow, Door, language_of
from hub.web.inputs import AlertId
from hub.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/alerts/{alert_id}/card")
def show(
    request: Request, alert_id: AlertId, door: Annotated[Door, Depends(Allow(Action.ANSWER_ALERTS))]
) -> Response:
    """Show the card, or say why there is none."""
    with door.open() as visit:
        try:
            found = cards.card(visit.connection, alert_id, visit.now)
        except cards.NoEmergencyError:
            alert = alerts.get(visit.connection, alert_id)
            return page(request, "no_card.html", visit, status=409, alert=alert)
        visit.note("view_card", visit.home_id, alert=alert_id)
        language = language_of(request, visit.account)
        languages = [language, "en" if language == "zh" else "zh"]
        return page(
            request,
            "card.html",
            visit,
            card=found,
            alert=found.alert,
            scripts=[(one, script(found, visit.account.name, one)) for one in languages],
        )
