"""When something cannot be done: a page for people, a problem document (RFC 9457) for programs.

What went wrong inside stays in the log: nobody outside sees a trace, a statement or a value that they sent.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from hub.accounts.passwords import PasswordError
from hub.accounts.users import UserError
from hub.broker.dynamic_security import RegisterError
from hub.care.card import NoEmergencyError
from hub.care.emergency_numbers import NumberError
from hub.care.errors import CareError
from hub.errors import ConflictError, HubError, NotAllowedError, NotFoundError
from hub.escalation.handover import NobodyThereError
from hub.escalation.noise.silences import SilenceError
from hub.escalation.plan import PlanError
from hub.escalation.plans import UnacceptedError
from hub.escalation.rota_store import RotaChangeError, RotaError
from hub.language import N_, texts
from hub.places.addresses import AddressError
from hub.places.commands import CommandError
from hub.places.configuration import ConfigurationError
from hub.places.facts import FactError
from hub.places.pairing_codes import (
    ExpiredCodeError,
    ForeignAccountsError,
    TooManyTriesError,
    UsedCodeError,
    WrongCodeError,
)
from hub.places.stays import StayError
from hub.privacy.erasing import UnconfirmedError
from hub.proof.drill_plans import DrillPlanError
from hub.web.guard import SAFE, ForgedError, NotSignedInError, language_of, session_of
from hub.web.inputs import UnsaidError
from hub.web.render import page
from hub.webhooks.rules import WebhookError

log = structlog.get_logger("web")

_STATUS: dict[type[HubError], int] = {
    NotSignedInError: 401,
    NotAllowedError: 403,
    ForgedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    NobodyThereError: 409,
    UnacceptedError: 409,
    PlanError: 422,
    DrillPlanError: 422,
    RotaChangeError: 409,
    RotaError: 422,
    NoEmergencyError: 409,
    CareError: 422,
    NumberError: 422,
    PasswordError: 422,
    UserError: 422,
    UnconfirmedError: 422,
    WebhookError: 422,
    SilenceError: 422,
    AddressError: 422,
    WrongCodeError: 403,
    UsedCodeError: 409,
    ExpiredCodeError: 410,
    TooManyTriesError: 429,
    ForeignAccountsError: 501,
    RegisterError: 503,
    ConfigurationError: 422,
    CommandError: 422,
    UnsaidError: 422,
    StayError: 422,
    FactError: 422,
}

#: What people read, by status.
_TITLES = {
    401: N_("Please sign in"),
    403: N_("You may not do this"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("Somebody was quicker"),
    413: N_("This is too large"),
    422: N_("This cannot be right"),
    429: N_("Too many tries"),
    500: N_("Something went wrong here"),
    503: N_("The hub cannot reach its database"),
}
_ADVICE = {
    401: N_("Your session has ended. Sign in again."),
    403: N_("Your role does not allow it, or the form was too old. Open the page again."),
    404: N_("The page does not exist, or it belongs to a home that is not yours."),
    409: N_("Look at it again: somebody has changed it meanwhile."),
    422: N_("Check what you wrote and try again."),
    429: N_("Wait a while before the next try."),
    500: N_("Nothing was saved. Try again; if it stays, call your supervisor."),
    503: N_("Nothing was saved. Alerts that were raised are still being called. Try again in a minute."),
}


def handle_errors(app: FastAPI) -> None:
    """Teach an application how to say that something cannot be done."""

    @app.exception_handler(HubError)
    def _ours(request: Request, error: HubError) -> Response:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
        if status == 500:
            log.error("request failed", error=repr(error))
            return answer(request, 500)
        if status == 401 and _is_page_look(request):
            return RedirectResponse(f"/sign-in?next={quote(request.url.path, safe='/')}", 303)
        pause = (
            {"Retry-After": str(int(error.pause.total_seconds()) + 1)}
            if isinstance(error, TooManyTriesError)
            else {}
        )
        return answer(request, status, str(error), headers=pause)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        found = [
            {"where": ".".join(str(part) for part in item["loc"])[:200], "what": str(item["msg"])[:200]}
            for item in error.errors()[:20]
        ]
        missing_home = any(item["loc"][0] == "path" for item in error.errors() if item["loc"])
        return answer(request, 404 if missing_home else 422, "", errors=found)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code, headers=dict(error.headers or {}))

    @app.exception_handler(psycopg.DataError)
    def _unstorable(request: Request, error: psycopg.DataError) -> Response:
        log.warning("a value that cannot be stored", error=type(error).__name__)
        return answer(request, 422)

    @app.exception_handler(psycopg.OperationalError)
    def _no_database(request: Request, error: psycopg.OperationalError) -> Response:
        log.error("the database is not reachable", error=str(error))
        return answer(request, 503, headers={"Retry-After": "5"})

    @app.exception_handler(PoolTimeout)
    def _busy(request: Request, error: PoolTimeout) -> Response:
        log.error("no connection to the database is free", error=str(error))
        return answer(request, 503, headers={"Retry-After": "5"})

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> Response:
        return answer(request, 500)


def answer(
    request: Request,
    status: int,
    detail: str = "",
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Return a page or a problem document that says what cannot be done and what to do."""
    if _is_program(request):
        return problem(status, detail, headers=headers, errors=errors)
    session = session_of(request) if status < 500 else None
    _ = texts(language_of(request, session.account if session else None)).gettext
    title = _(_TITLES.get(status, _TITLES[500] if status >= 500 else _TITLES[422]))
    advice = _(_ADVICE[status]) if status in _ADVICE else ""
    if request.headers.get("x-requested-with") == "fetch":  # our own script shows it on the page
        return PlainTextResponse(f"{title}. {advice}", status, headers=headers)
    response = page(request, "error.html", session, status=status, title=title, advice=advice)
    response.headers.update(headers or {})
    return response


def problem(
    status: int,
    detail: str = "",
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """Return a problem document."""
    content: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        content["detail"] = detail
    if errors:
        content["errors"] = errors
    extra = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(
        content, status, media_type="application/problem+json", headers=extra | (headers or {})
    )


def _is_program(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _is_page_look(request: Request) -> bool:
    asked_by_script = request.headers.get("x-requested-with") == "fetch"
    return request.method in SAFE and not _is_program(request) and not asked_by_script
