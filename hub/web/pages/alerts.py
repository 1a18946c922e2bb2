"""One alert with its whole file, and the answers of a human to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from hub.accounts.permissions import Action, may
from hub.alerts import file, store
from hub.alerts.stages import Cause
from hub.errors import ConflictError
from hub.escalation import answers, handover
from hub.escalation.answers import Responder
from hub.language import N_, texts
from hub.places import contacts
from hub.storage.database import Connection
from hub.web import cards
from hub.web.aid import aid_of
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import AlertId, LongText, Text, local_path, what_it_was
from hub.web.moments import clock
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Answering = Annotated[Door, Depends(Allow(Action.ANSWER_ALERTS))]
Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Back = Annotated[Text, Form()]

_TAKEN = N_("{name} took it at {time}. Nothing was changed.")
_OVER = N_("This alert is resolved already. Nothing was changed.")
_CHANGED = N_("This alert has changed meanwhile. Nothing was changed: look at it again.")


@router.get("/alerts/{alert_id}")
def show(request: Request, alert_id: AlertId, door: Looking) -> Response:
    """Show everything about an alert."""
    with door.open() as visit:
        return _page(request, "alert.html", visit, alert_id)


@router.get("/alerts/{alert_id}/live")
def part(request: Request, alert_id: AlertId, door: Looking) -> Response:
    """Return the moving part of an alert's page."""
    with door.open() as visit:
        return _page(request, "_alert.html", visit, alert_id)


@router.get("/alerts/{alert_id}/file.json")
def export(alert_id: AlertId, door: Looking) -> JSONResponse:
    """Return the alert's file as a document that anybody can verify."""
    with door.open() as visit:
        visit.note("export_file", visit.home_id, alert=alert_id)
        content = file.export(alert_id, store.entries(visit.connection, alert_id))
    name = f'attachment; filename="anju-alert-{alert_id}.json"'
    return JSONResponse(content, headers={"Content-Disposition": name})


@router.post("/alerts/{alert_id}/acknowledge")
def acknowledge(request: Request, alert_id: AlertId, door: Answering, back: Back = "/") -> Response:
    """Take responsibility for an alert."""
    return _answer(request, alert_id, door, back, "acknowledge", answers.acknowledge)


@router.post("/alerts/{alert_id}/on-the-way")
def on_the_way(
    request: Request,
    alert_id: AlertId,
    door: Answering,
    eta_minutes: Annotated[Literal["", "5", "15", "30", "60"], Form()] = "",
    back: Back = "/",
) -> Response:
    """Say that one has set out, and perhaps in how many minutes one will be there."""
    eta = int(eta_minutes) if eta_minutes else None
    return _answer(request, alert_id, door, back, "on_the_way", partial(answers.on_the_way, eta_minutes=eta))


@router.post("/alerts/{alert_id}/on-site")
def on_site(request: Request, alert_id: AlertId, door: Answering, back: Back = "/") -> Response:
    """Say that one has arrived."""
    return _answer(request, alert_id, door, back, "on_site", answers.on_site)


@router.post("/alerts/{alert_id}/cannot")
def cannot(request: Request, alert_id: AlertId, door: Answering, back: Back = "/") -> Response:
    """Say that one cannot go after all: the next person is called."""
    return _answer(request, alert_id, door, back, "cannot", answers.cannot)


@router.post("/alerts/{alert_id}/resolve")
def resolve(
    request: Request,
    alert_id: AlertId,
    door: Answering,
    outcome: Annotated[Literal["", "real", "false", "self_ok", "test"], Form()] = "",
    cause: Annotated[Cause | Literal[""], Form()] = "",
    note: Annotated[LongText, Form()] = "",
    back: Back = "/",
) -> Response:
    """Close an alert with what it turned out to be; a cause alone says that it was a false one."""
    said = what_it_was(outcome, cause)

    def close(connection: Connection, alert: str, by: Responder, now: datetime) -> None:
        answers.resolve(connection, alert, by, said, note.strip(), now, cause=cause or None)

    return _answer(request, alert_id, door, back, "resolve", close)


def _answer(
    request: Request,
    alert_id: str,
    door: Door,
    back: str,
    action: str,
    carry_out: Callable[[Connection, str, Responder, datetime], None],
) -> Response:
    try:
        with door.open() as visit:
            carry_out(visit.connection, alert_id, _responder(visit), visit.now)
            visit.note(action, visit.home_id, alert=alert_id)
    except ConflictError:
        with door.open() as visit:
            return _too_late(request, visit, alert_id)
    if _by_script(request):
        return PlainTextResponse("ok")
    return RedirectResponse(local_path(back), 303)


def _too_late(request: Request, visit: Visit, alert_id: str) -> Response:
    """Say who was quicker, and show how it is now."""
    alert = store.get(visit.connection, alert_id)
    _ = texts(language_of(request, visit.account)).gettext
    if alert["status"] == "resolved":
        notice = _(_OVER)
    elif alert["acknowledged_by"]:
        notice = _(_TAKEN).format(
            name=alert["acknowledged_by"], time=clock(alert["acknowledged_at"], alert["zone"])
        )
    else:
        notice = _(_CHANGED)
    if _by_script(request):
        return PlainTextResponse(notice, 409)
    return _page(request, "alert.html", visit, alert_id, notice=notice, status=409)


def _page(
    request: Request, template: str, visit: Visit, alert_id: str, notice: str = "", status: int = 200
) -> Response:
    alert = store.get(visit.connection, alert_id)
    visit.look("view_alert", alert["home_id"])
    entries = store.entries(visit.connection, alert_id)
    cards.fill(visit.connection, [alert])
    facts: dict[str, Any] = {
        "alert": alert,
        "aid": aid_of(visit, alert, language_of(request, visit.account)),
        "entries": entries,
        "verdict": file.verify(alert_id, entries),
        "contacts": (
            contacts.of_organisation(visit.connection, alert["organisation_id"])
            if alert["home_id"] is None
            else contacts.of_home(visit.connection, alert["home_id"])
        ),
        "ringing": [alert] if alert["status"] == "triggered" and alert["severity"] == "emergency" else [],
        "targets": _targets(visit, alert),
        "back": f"/alerts/{alert_id}",
        "notice": notice,
    }
    return page(request, template, visit, status=status, **facts)


def _targets(visit: Visit, alert: dict[str, Any]) -> list[dict[str, str]]:
    """Whom this person may give the alert to; nobody once it is over."""
    if alert["status"] == "resolved" or not may(visit.account, Action.HAND_OVER):
        return []
    return handover.targets(visit.connection, alert["id"])


def _responder(visit: Visit) -> Responder:
    return Responder(visit.account.name, "web", visit.account.id)


def _by_script(request: Request) -> bool:
    return request.headers.get("x-requested-with") == "fetch"
