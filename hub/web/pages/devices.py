"""Push messages to the device that somebody holds: the page, its two buttons, and the service worker."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.errors import ConflictError, NotFoundError
from hub.notify.channels.push.keys import private_key, public_key
from hub.places import devices
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import LongText, Text
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Own = Annotated[Door, Depends(Allow(Action.OWN_ACCOUNT))]


@router.get("/push")
def show(request: Request, door: Own, said: Text = "") -> Response:
    """Show whose device this may be."""
    with door.open() as visit:
        facts: dict[str, Any] = {
            "people": _people(visit),
            "key": public_key(private_key(parts(request).settings)),
            "said": said if said in ("on", "off") else "",
        }
        return page(request, "push.html", visit, **facts)


@router.post("/push/subscribe")
def subscribe(
    door: Own, subscription: Annotated[LongText, Form()] = "", contact: Annotated[Text, Form()] = ""
) -> RedirectResponse:
    """Tell a contact at this browser too; without a contact, the only one that it can be."""
    with door.open() as visit:
        ids = [row["id"] for row in _people(visit)]
        if not contact and len(ids) != 1:
            raise ConflictError("Say whose device this is.")
        chosen = contact or ids[0]
        if chosen not in ids:
            raise NotFoundError
        method = devices.attach(visit.connection, chosen, subscription)
        visit.note("add_device", None, contact=chosen, method=method)
    return RedirectResponse("/push?said=on", 303)


@router.post("/push/unsubscribe")
def unsubscribe(door: Own, subscription: Annotated[LongText, Form()] = "") -> RedirectResponse:
    """Tell nobody at this browser any more: only the browser itself knows its subscription."""
    with door.open() as visit:
        devices.detach(visit.connection, subscription)
        visit.note("remove_device")
    return RedirectResponse("/push?said=off", 303)


@router.get("/sw.js")
def service_worker() -> Response:
    """Return the service worker; at the root, because it may only speak for what lies below it."""
    script = (files("hub.web") / "static" / "sw.js").read_bytes()
    return Response(script, media_type="text/javascript")


def _people(visit: Visit) -> list[dict[str, Any]]:
    """A family's device is a contact's of their homes, staff's is one of their organisation."""
    account = visit.account
    if account.role in ("family", "integrator"):
        return devices.people(visit.connection, homes=visit.homes(), organisations=[])
    own = None if account.organisation_id is None else [account.organisation_id]
    return devices.people(visit.connection, homes=[], organisations=own)
