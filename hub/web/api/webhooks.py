"""Webhooks, for administrators. What they carry and how it is verified: docs/webhooks.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Created, Given
from hub.web.guard import Allow, Door
from hub.web.inputs import LongText, NewId, PlainId
from hub.web.parts import parts
from hub.webhooks import store

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"], responses=PROBLEMS)

Edits = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]
Kind = Literal[
    "alert.opened", "alert.escalated", "alert.acknowledged", "alert.on_the_way", "alert.on_site",
    "alert.resolved", "device.silent", "need.opened", "need.changed",
]  # fmt: skip


class NewWebhook(Given):
    """Where events of an organisation, and of all below it, are sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organisation": "east-street",
                "url": "https://platform.example.org/anju",
                "kinds": ["alert.opened", "alert.resolved"],
            }
        }
    )
    organisation: NewId
    url: LongText = Field(description="https://…, or http:// on this machine.")
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=20)]


class Webhook(BaseModel):
    """A webhook as it stands; the secret is never given out again."""

    id: str
    organisation: str
    url: str
    kinds: list[str]
    active: bool
    why_not: str = Field(description="Why it was stopped by itself.")
    sequence: int = Field(description="Of the last event that was owed to it.")
    waiting: int
    dead: int = Field(description="Events that never reached it; they can be sent again.")
    made_at: datetime
    made_by: str


class NewSecret(BaseModel):
    """A webhook's secret; it is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": "w-0f3b8c2d4e5a", "secret": "whsec_C2FVsBQIhrscChlQIMV"}}
    )  # fmt: skip
    id: str
    secret: str


class ActiveState(Given):
    """Whether a webhook is sent to."""

    model_config = ConfigDict(json_schema_extra={"example": {"active": False}})
    active: bool


class Delivery(BaseModel):
    """One event for one webhook, and what became of it."""

    id: str = Field(description="The same at every try: webhook-id.")
    sequence: int
    kind: str
    state: Literal["waiting", "delivered", "dead"]
    created_at: datetime
    next_at: datetime = Field(description="While it waits: when it is tried next.")
    tries: int
    tried_at: datetime | None
    status: int | None = Field(description="What the receiver answered.")
    reason: str = Field(description="Why it was not delivered.")
    body: str = Field(description="As it is signed.")


@router.get("")
def list_webhooks(door: Edits) -> list[Webhook]:
    """Return all webhooks."""
    with door.open() as visit:
        return [_shown(row) for row in store.everything(visit.connection)]


@router.post("", status_code=201)
def add_webhook(request: Request, new: NewWebhook, door: Edits) -> NewSecret:
    """Add a webhook; its secret is shown this once."""
    with door.open() as visit:
        made, secret = store.add(
            visit.connection, parts(request).seal,
            organisation_id=new.organisation, url=new.url, kinds=new.kinds,
            by=visit.account.login, now=visit.now,
        )  # fmt: skip
        visit.note("add_webhook", None, webhook=made, organisation=new.organisation)
        return NewSecret(id=made, secret=secret)


@router.delete("/{webhook_id}", status_code=204)
def remove_webhook(webhook_id: PlainId, door: Edits) -> None:
    """Forget a webhook and all that is owed to it."""
    with door.open() as visit:
        store.remove(visit.connection, webhook_id)
        visit.note("change_webhook", None, webhook=webhook_id, act="remove")


@router.put("/{webhook_id}/active")
def set_active(webhook_id: PlainId, change: ActiveState, door: Edits) -> Webhook:
    """Stop sending to a webhook, or start again: what waits is kept, nothing new is owed meanwhile."""
    with door.open() as visit:
        store.set_active(visit.connection, webhook_id, change.active)
        visit.note("change_webhook", None, webhook=webhook_id, act="start" if change.active else "stop")
        return _shown(store.find(visit.connection, webhook_id))


@router.post("/{webhook_id}/secret", status_code=201)
def rotate_secret(request: Request, webhook_id: PlainId, door: Edits) -> NewSecret:
    """Give a webhook another secret; for a day messages carry both signatures."""
    with door.open() as visit:
        secret = store.rotate(visit.connection, parts(request).seal, webhook_id, visit.now)
        visit.note("change_webhook", None, webhook=webhook_id, act="rotate")
        return NewSecret(id=webhook_id, secret=secret)


@router.post("/{webhook_id}/test", status_code=201)
def send_test(webhook_id: PlainId, door: Edits) -> Created:
    """Send a webhook an event of the kind `test`; return the delivery's id."""
    with door.open() as visit:
        made = store.test(visit.connection, webhook_id, visit.now)
        visit.note("change_webhook", None, webhook=webhook_id, act="test")
        return Created(id=made)


@router.get("/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: PlainId, door: Edits, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[Delivery]:
    """Return what was sent or is owed, the latest first; kept for 30 days."""
    with door.open() as visit:
        store.find(visit.connection, webhook_id)
        return [Delivery.model_validate(row) for row in store.deliveries(visit.connection, webhook_id, limit)]


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend", status_code=201)
def resend(webhook_id: PlainId, delivery_id: PlainId, door: Edits) -> Created:
    """Try a delivery again from the beginning, under the same id. 409 while it is being tried."""
    with door.open() as visit:
        store.resend(visit.connection, webhook_id, delivery_id, visit.now)
        visit.note("resend_webhook", None, webhook=webhook_id, delivery=delivery_id)
        return Created(id=delivery_id)


def _shown(row: dict[str, object]) -> Webhook:
    return Webhook.model_validate(row | {"organisation": row["organisation_id"]})
