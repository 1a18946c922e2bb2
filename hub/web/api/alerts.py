"""Alerts, their files, and answers to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.alerts import file, store, takers
from hub.errors import NotFoundError
from hub.escalation import answers, handover
from hub.escalation.answers import Responder
from hub.notify import store as notifications
from hub.places import addresses
from hub.storage.database import Connection
from hub.web.aid import where_the_key_is
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import (
    Alert,
    AlertInFull,
    AlertStatus,
    Attempt,
    Gift,
    Key,
    Resolution,
    SettingOut,
    Taker,
    Verdict,
    alert_fields,
)
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import ID_PATTERN, AlertId
from hub.web.words import reason_text

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Answering = Annotated[Door, Depends(Allow(Action.ANSWER_ALERTS))]


@router.get("")
def list_alerts(
    request: Request,
    door: Looking,
    home: Annotated[str | None, Query(pattern=ID_PATTERN, description="Of this home, newest first.")] = None,
    status: Annotated[
        AlertStatus | Literal["open"] | None,
        Query(
            description="In this stage; `open`: not resolved. Without a home, resolved ones are not given."
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[Alert]:
    """Return alerts of one home, or what is open in all homes in scope."""
    with door.open() as visit:
        if home is not None:
            if not scope.sees_home(visit.connection, visit.account, home):
                raise NotFoundError
            visit.look("view_alert", home)
            rows = store.of_home(visit.connection, home, limit)
        else:
            rows = store.open_alerts(visit.connection, visit.homes(), visit.organisations())
        chosen = [
            row
            for row in rows
            if status is None or row["status"] == status or (status == "open" and row["status"] != "resolved")
        ]
        return [Alert.model_validate(_fields(request, visit, row)) for row in chosen[:limit]]


@router.get("/{alert_id}")
def get_alert(request: Request, alert_id: AlertId, door: Looking) -> AlertInFull:
    """Return one alert with every attempt to tell somebody."""
    with door.open() as visit:
        row = store.get(visit.connection, alert_id)
        visit.look("view_alert", row["home_id"])
        return _in_full(request, visit, row)


@router.get("/{alert_id}/file")
def get_file(alert_id: AlertId, door: Looking) -> dict[str, Any]:
    """Return the alert's file: every entry, with the chain of hashes and the rule that made it."""
    with door.open() as visit:
        visit.note("export_file", visit.home_id, alert=alert_id)
        return file.export(alert_id, store.entries(visit.connection, alert_id))


@router.get("/{alert_id}/verify")
def verify_file(alert_id: AlertId, door: Looking) -> Verdict:
    """Check that the file is complete and unchanged."""
    with door.open() as visit:
        verdict = file.verify(alert_id, store.entries(visit.connection, alert_id))
        return Verdict(ok=verdict.ok, entries=verdict.entries, broken_at=verdict.broken_at)


@router.post("/{alert_id}/key-safe")
def open_key_safe(alert_id: AlertId, door: Answering) -> Key:
    """Return where the home's key is, while its alert is open; every look is written down."""
    with door.open() as visit:
        return Key(note=where_the_key_is(visit, alert_id)[1])


@router.post("/{alert_id}/acknowledge")
def acknowledge(request: Request, alert_id: AlertId, door: Answering) -> AlertInFull:
    """Take responsibility: nobody further is called. 409 when somebody was quicker."""
    return _answer(request, alert_id, door, "acknowledge", answers.acknowledge)


@router.post("/{alert_id}/on-the-way")
def on_the_way(
    request: Request, alert_id: AlertId, door: Answering, given: SettingOut | None = None
) -> AlertInFull:
    """Say that somebody has set out; with a time, they are missed soon after it."""
    eta = given.eta_minutes if given else None
    return _answer(request, alert_id, door, "on_the_way", partial(answers.on_the_way, eta_minutes=eta))


@router.post("/{alert_id}/cannot")
def cannot(request: Request, alert_id: AlertId, door: Answering) -> AlertInFull:
    """Say that one cannot go after all: the next person is called. 409 for who had not taken it."""
    return _answer(request, alert_id, door, "cannot", answers.cannot)


@router.post("/{alert_id}/on-site")
def on_site(request: Request, alert_id: AlertId, door: Answering) -> AlertInFull:
    """Say that somebody has arrived."""
    return _answer(request, alert_id, door, "on_site", answers.on_site)


@router.post("/{alert_id}/give")
def give(
    request: Request,
    alert_id: AlertId,
    given: Gift,
    door: Annotated[Door, Depends(Allow(Action.HAND_OVER))],
) -> AlertInFull:
    """Let another organisation's people be called first, see the alert and answer it."""
    with door.open() as visit:
        by = visit.account.name
        handover.give(
            visit.connection, alert_id, given.organisation, by=by, note=given.note.strip(), now=visit.now
        )
        visit.note("give", visit.home_id, alert=alert_id, organisation=given.organisation)
        return _in_full(request, visit, store.get(visit.connection, alert_id))


@router.post("/{alert_id}/resolve")
def resolve(request: Request, alert_id: AlertId, given: Resolution, door: Answering) -> AlertInFull:
    """Close an alert with what it turned out to be."""

    def close(connection: Connection, alert: str, by: Responder, now: datetime) -> None:
        answers.resolve(connection, alert, by, given.outcome, given.note.strip(), now, cause=given.cause)

    return _answer(request, alert_id, door, "resolve", close)


def _answer(
    request: Request,
    alert_id: str,
    door: Door,
    action: str,
    carry_out: Callable[[Connection, str, Responder, datetime], None],
) -> AlertInFull:
    with door.open() as visit:
        by = Responder(visit.account.name, "api", visit.account.id)
        carry_out(visit.connection, alert_id, by, visit.now)
        visit.note(action, visit.home_id, alert=alert_id)
        return _in_full(request, visit, store.get(visit.connection, alert_id))


def _fields(request: Request, visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    language = language_of(request, visit.account)
    return alert_fields(row, reason_text(row["reason"], language, row["zone"]))


def _in_full(request: Request, visit: Visit, row: dict[str, Any]) -> AlertInFull:
    attempts = [
        Attempt(
            id=attempt["id"],
            contact=attempt["contact_name"],
            channel=attempt["channel"],
            address=addresses.shown(attempt["channel"], attempt["address"]),
            purpose=attempt["purpose"],
            status=attempt["status"],
            error_code=attempt["error_code"],
            created_at=attempt["created_at"],
            ended_at=attempt["ended_at"],
        )
        for attempt in notifications.of_alert(visit.connection, row["id"])
    ]
    taken = [
        Taker(name=t["name"], via=t["via"], tier=t["tier"], at=t["at"], left_at=t["left_at"])
        for t in takers.everybody(visit.connection, row["id"])
    ]
    return AlertInFull(
        **_fields(request, visit, row),
        answers_needed=takers.needed(row),
        takers=taken,
        attempts=attempts,
    )
