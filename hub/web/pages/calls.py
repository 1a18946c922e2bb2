"""Who would be called for a home, at any hour, in plain words: the engine's own decisions, played ahead."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.escalation import plans, preview
from hub.places import store as places
from hub.web.guard import Allow, Door, language_of
from hub.web.inputs import HomeId
from hub.web.render import page

router = APIRouter(include_in_schema=False)

#: What can be tried out: a risk with the severity that it usually has.
KINDS: Final = {
    "fall": "emergency",
    "sos": "emergency",
    "smoke": "emergency",
    "inactivity": "warning",
    "door_open": "warning",
    "home_silent": "warning",
}


@router.get("/homes/{home_id}/calls")
def show(
    request: Request,
    home_id: HomeId,
    door: Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))],
    at: Annotated[datetime | None, Query()] = None,
    risk: Annotated[
        Literal["fall", "sos", "smoke", "inactivity", "door_open", "home_silent"], Query()
    ] = "fall",
) -> Response:
    """Show who would be called when, if nobody answered."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        moment = plans.moment_of(visit.connection, home_id, at or visit.now).replace(second=0, microsecond=0)
        severity: Literal["emergency", "warning"] = "emergency" if KINDS[risk] == "emergency" else "warning"
        policy = plans.policy_then(visit.connection, home_id, severity=severity, risk=risk, at=moment)
        lines = preview.told(preview.ahead(policy, moment), moment, language_of(request, visit.account))
        return page(
            request,
            "calls.html",
            visit,
            home=places.home(visit.connection, home_id, visit.now),
            kept=plans.plan_of(visit.connection, home_id, None),
            lines=lines,
            at=moment,
            risk=risk,
            risks=list(KINDS),
        )
