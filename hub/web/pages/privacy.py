"""What is told of a home and to whom: each sensor, each purpose, each person who may look, and who did."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit, sharing
from hub.accounts.permissions import Action
from hub.places import configuration, contacts
from hub.places import store as places
from hub.privacy import people as held
from hub.retention import EVENTS
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import DeviceId, EdgeId, HomeId, Text
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Deciding = Annotated[Door, Depends(Allow(Action.EDIT_EDGES))]
Yes = Annotated[Literal["yes", "no"], Form()]


@router.get("/homes/{home_id}/privacy")
def show(request: Request, home_id: HomeId, door: Looking) -> Response:
    """Show what is told of a home, what others see, and who looked."""
    with door.open() as visit:
        return page(request, "privacy.html", visit, **_facts(visit, home_id))


@router.post("/homes/{home_id}/privacy/sensors/{edge_id}/{device_id}")
def let_sensor(
    home_id: HomeId,
    edge_id: EdgeId,
    device_id: DeviceId,
    door: Deciding,
    given: Yes,
    why: Annotated[Text, Form()] = "",
) -> Response:
    """Let a sensor tell, or keep it from telling anything."""
    with door.open() as visit:
        configuration.consent(
            visit.connection,
            home_id,
            edge_id,
            device_id,
            given=given == "yes",
            why=why.strip(),
            now=visit.now,
            by=visit.account.login,
        )
        visit.note("set_consent", home_id, edge=edge_id, device=device_id, given=given == "yes")
    return RedirectResponse(f"/homes/{home_id}/privacy", 303)


@router.post("/homes/{home_id}/privacy/sharing")
def let_see(
    home_id: HomeId,
    door: Deciding,
    purpose: Annotated[sharing.Purpose, Form()],
    receiver: Annotated[sharing.Receiver, Form()],
    given: Yes,
    why: Annotated[Text, Form()] = "",
) -> Response:
    """Let somebody see what serves a purpose, or keep it from them."""
    with door.open() as visit:
        sharing.let(
            visit.connection,
            home_id,
            purpose,
            receiver,
            given=given == "yes",
            why=why.strip(),
            now=visit.now,
            by=visit.account.login,
        )
        visit.note("set_sharing", home_id, purpose=purpose, receiver=receiver, given=given == "yes")
    return RedirectResponse(f"/homes/{home_id}/privacy", 303)


def _facts(visit: Visit, home_id: str) -> dict[str, Any]:
    visit.look("view_home", home_id)
    told = sharing.of_home(visit.connection, home_id)
    return {
        "home": places.home(visit.connection, home_id, visit.now),
        "sensors": configuration.consents(visit.connection, home_id),
        "purposes": sharing.PURPOSES,
        "receivers": sharing.RECEIVERS,
        "told": {(one["purpose"], one["receiver"]): one for one in told},
        "people": sharing.people(visit.connection, home_id),
        "contacts": [one for one in contacts.of_home(visit.connection, home_id) if one["active"]],
        "held_of": held.of_home(visit.connection, home_id),
        "looks": audit.of_home(visit.connection, home_id, limit=50),
        "kept_days": EVENTS.days,
    }
