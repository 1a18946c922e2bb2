"""Webhooks, for administrators: which programs are told what, whether they have it, and trying again."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.errors import NotFoundError
from hub.language import N_, texts
from hub.places import store as places
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import LongText, PlainId, Text
from hub.web.parts import parts
from hub.web.render import page
from hub.webhooks import rules, store
from hub.webhooks.rules import WebhookError

router = APIRouter(include_in_schema=False)

Edits = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]
_UNKNOWN: Final = N_("The organisation does not exist.")
Act = Literal["test", "rotate", "stop", "start", "remove"]


@router.get("/admin/webhooks")
def everything(request: Request, door: Edits) -> Response:
    """Show which programs are told."""
    with door.open() as visit:
        return _all(request, visit)


@router.post("/admin/webhooks")
def add(
    request: Request,
    door: Edits,
    organisation: Annotated[Text, Form()] = "",
    url: Annotated[LongText, Form()] = "",
    kinds: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Add a webhook, and show its secret this once."""
    chosen = kinds or []
    typed = {"organisation": organisation, "url": url, "kinds": chosen}
    wrong = ""
    with door.open() as visit:
        try:
            made, secret = store.add(
                visit.connection, parts(request).seal,
                organisation_id=organisation, url=url, kinds=chosen, by=visit.account.login, now=visit.now,
            )  # fmt: skip
            visit.note("add_webhook", None, webhook=made, organisation=organisation)
            return _one(request, visit, made, secret)
        except WebhookError as error:
            wrong = texts(language_of(request, visit.account)).gettext(error.detail or str(error))
        except NotFoundError:
            wrong = texts(language_of(request, visit.account)).gettext(_UNKNOWN)
        return _all(request, visit, typed=typed, wrong=wrong, status=422)


@router.get("/admin/webhooks/{webhook_id}")
def one(request: Request, webhook_id: PlainId, door: Edits) -> Response:
    """Show what was sent to a program, and what waits."""
    with door.open() as visit:
        return _one(request, visit, webhook_id)


@router.post("/admin/webhooks/{webhook_id}")
def change(request: Request, webhook_id: PlainId, door: Edits, act: Annotated[Act, Form()]) -> Response:
    """Send a test event, give another secret, stop, start or remove it."""
    with door.open() as visit:
        connection = visit.connection
        visit.note("change_webhook", None, webhook=webhook_id, act=act)
        if act == "rotate":
            secret = store.rotate(connection, parts(request).seal, webhook_id, visit.now)
            return _one(request, visit, webhook_id, secret)
        if act == "remove":
            store.remove(connection, webhook_id)
            return RedirectResponse("/admin/webhooks", 303)
        if act == "test":
            store.test(connection, webhook_id, visit.now)
        else:
            store.set_active(connection, webhook_id, act == "start")
    return RedirectResponse(f"/admin/webhooks/{webhook_id}", 303)


@router.post("/admin/webhooks/{webhook_id}/deliveries/{delivery_id}/resend")
def resend(webhook_id: PlainId, delivery_id: PlainId, door: Edits) -> RedirectResponse:
    """Try a delivery again, from the beginning."""
    with door.open() as visit:
        store.resend(visit.connection, webhook_id, delivery_id, visit.now)
        visit.note("resend_webhook", None, webhook=webhook_id, delivery=delivery_id)
    return RedirectResponse(f"/admin/webhooks/{webhook_id}", 303)


def _all(
    request: Request,
    visit: Visit,
    *,
    typed: dict[str, Any] | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "webhooks.html",
        visit,
        status=status,
        webhooks=store.everything(visit.connection),
        organisations=places.organisations(visit.connection),
        kinds=rules.KINDS,
        typed=typed or {},
        wrong=wrong,
    )


def _one(request: Request, visit: Visit, webhook_id: str, secret: str = "") -> Response:
    hook = store.find(visit.connection, webhook_id)
    zone = visit.connection.execute(
        "select zone from organisations where id = %s", [hook["organisation_id"]]
    ).fetchone()
    return page(
        request,
        "webhook.html",
        visit,
        hook=hook,
        secret=secret,
        deliveries=store.deliveries(visit.connection, webhook_id),
        kinds=rules.KINDS,
        zone=zone["zone"] if zone else "UTC",
    )
