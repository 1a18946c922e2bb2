"""The page behind a one-tap link: whoever was told of an alert answers it there, without signing in.

To look changes nothing, because mail scanners look at every link; only a form that is sent does. It shows the
home to who goes there or still may, and hardly more than "it is over" afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit
from hub.alerts import store as alerts
from hub.alerts import takers
from hub.alerts.stages import Cause
from hub.errors import ConflictError
from hub.escalation import answers, asking
from hub.escalation.answers import Responder
from hub.language import N_, texts
from hub.notify import last_activity, link_keys, links, wording
from hub.notify import store as notifications
from hub.storage.database import Connection
from hub.web import linked
from hub.web.guard import LANGUAGE_COOKIE, language_of
from hub.web.inputs import LongText, what_it_was
from hub.web.linked import RefusedError
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(max_length=200)]
Act = Literal["go", "cannot", "there", "over", "fine", "help"]

#: Minutes among which whoever goes can choose; they can also say nothing.
TIMES: Final = (5, 15, 30)
_STALE: Final = N_("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class _Visit:
    """A valid link within one transaction."""

    connection: Connection
    attempt: dict[str, Any]
    alert: dict[str, Any]
    now: datetime


@router.get("/a/{token}")
def show(request: Request, token: Token, said: str = "") -> Response:
    """Show what happened and the answers that are possible now; changes nothing."""
    try:
        with _opened(request, token) as visit:
            audit.record_look(
                visit.connection, visit.now, _who(visit.attempt), "view_alert", visit.alert["home_id"]
            )
            return _page(request, visit, said)
    except RefusedError as refused:
        return linked.refusal(request, refused)


@router.post("/a/{token}")
def answer(
    request: Request,
    token: Token,
    act: Annotated[Act, Form()],
    eta: Annotated[int | None, Form(ge=1, le=240)] = None,
    outcome: Annotated[Literal["", "real", "false", "self_ok", "test"], Form()] = "",
    cause: Annotated[Cause | Literal[""], Form()] = "",
    note: Annotated[LongText, Form()] = "",
) -> Response:
    """Take an answer, and lead back to the page, which says what became of it."""
    try:
        with _opened(request, token) as visit:
            said = _carry_out(visit, act, eta, outcome, cause, note.strip())
            audit.record(
                visit.connection,
                visit.now,
                _who(visit.attempt),
                "answer_by_link",
                visit.alert["home_id"],
                alert=visit.alert["id"],
                act=act,
                said=said,
            )
    except RefusedError as refused:
        return linked.refusal(request, refused)
    return RedirectResponse(f"/a/{token}?said={said}", 303, headers=linked.HEADERS)


def _carry_out(
    visit: _Visit,
    act: Act,
    eta: int | None,
    outcome: str,
    cause: Cause | Literal[""],
    note: str,
) -> str:
    connection, attempt, now = visit.connection, visit.attempt, visit.now
    if attempt["purpose"] == "ask" or act in ("fine", "help"):
        if attempt["purpose"] != "ask" or act not in ("fine", "help"):
            return "too_late"
        return asking.press(connection, attempt["id"], "1" if act == "fine" else "2", now)
    if act == "cannot":
        return answers.decline(connection, attempt, "link", now)
    if act in ("go", "there"):
        return answers.take(connection, attempt, "link", now, eta_minutes=eta, arrived=act == "there")
    if visit.alert["status"] != "triggered" and not answers.stands(connection, attempt):
        return "too_late"
    by = Responder(attempt["contact_name"], "link", attempt["contact_id"])
    try:
        with connection.transaction():
            answers.resolve(
                connection,
                attempt["alert_id"],
                by,
                what_it_was(outcome, cause),
                note,
                now,
                cause=cause or None,
            )
    except ConflictError:
        return "too_late"
    return "over"


@contextmanager
def _opened(request: Request, token: str) -> Iterator[_Visit]:
    """Open a link within one transaction; raises RefusedError for one that opens nothing."""
    app = parts(request)
    now = app.clock.now()
    with app.pool.connection() as connection:
        found = links.opened(link_keys.known(connection), token, now)
        if not found.why:
            row = connection.execute(
                "select alert_id from attempts where id = %s", (found.attempt_id,)
            ).fetchone()
            if row is not None:
                alert = alerts.get(connection, row["alert_id"])
                yield _Visit(connection, notifications.get(connection, found.attempt_id), alert, now)
                return
        refused = linked.refused(request, connection, found.why, now)
    raise refused


def _page(request: Request, visit: _Visit, said: str) -> Response:
    alert, attempt = visit.alert, visit.attempt
    language = _language(request, attempt)
    goes = answers.stands(visit.connection, attempt)
    asks = attempt["purpose"] == "ask"
    is_open = alert["status"] != "resolved"
    may_go = is_open and not asks and (goes or alert["status"] == "triggered")
    last = last_activity.of_alert(visit.connection, alert) if may_go else None
    words = wording.reply_for_resident if asks else wording.reply
    known = {"taken", "taken_more_needed", "declined", "left", "left_others_go", "too_late", "fine",
             "fine_but_contradicted", "help"}  # fmt: skip
    notice = words(said, alert, language) if said in known and not (said == "taken" and not goes) else ""
    if said == "too_late":
        notice += " " + texts(language).gettext(_STALE)
    response = page(
        request,
        "answer.html",
        None,
        language=language,
        alert=alert,
        attempt=attempt,
        asks=asks,
        asking=asks and alert["status"] == "triggered",
        goes=goes,
        may_go=may_go,
        enough=len(takers.standing(visit.connection, alert["id"])) >= takers.needed(alert),
        summary=wording.summary(alert, language),
        state=wording.state(alert, language),
        activity=wording.activity(last, alert, language),
        question=wording.question_for_resident(alert, language)[:-1] if asks else [],
        notice=notice,
        times=TIMES,
    )
    response.headers.update(linked.HEADERS)
    return response


def _language(request: Request, attempt: dict[str, Any]) -> str:
    """The language of the person who was told, unless they switched to another on this page."""
    if request.cookies.get(LANGUAGE_COOKIE) in ("zh", "en"):
        return language_of(request)
    return str(attempt["language"])


def _who(attempt: dict[str, Any]) -> str:
    return f"contact:{attempt['contact_id']}"
