"""Signing in and out, and how this browser shows pages: the language, the size, light or dark."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit, second_factor, sessions, users
from hub.accounts.passwords import is_right
from hub.accounts.permissions import Action
from hub.language import N_, texts
from hub.web import display
from hub.web.guard import (
    COOKIE,
    LANGUAGE_COOKIE,
    Allow,
    Door,
    ForgedError,
    address_of,
    check_origin,
    language_of,
)
from hub.web.inputs import Text, local_path
from hub.web.moments import duration
from hub.web.pages.cookies import keep
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

_FORM_COOKIE = "anju_form"  #: before there is a session, a form proves with it that it is ours

_WRONG = N_("The login or the password is wrong.")
_WAIT = N_("Too many tries. Try again in {duration}.")


@router.get("/sign-in")
def show(request: Request, next: Text = "/") -> Response:
    """Show the form."""
    return _form(request, local_path(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Annotated[Text, Form()],
    password: Annotated[Text, Form()],
    csrf: Annotated[Text, Form()] = "",
    next: Annotated[Text, Form()] = "/",
) -> Response:
    """Open a session for who knows the password; wrong tries are counted and slowed down."""
    check_origin(request)
    cookie = request.cookies.get(_FORM_COOKIE, "")
    if not cookie or not secrets.compare_digest(cookie.encode(), csrf.encode()):
        raise ForgedError
    app = parts(request)
    now, login, address = app.clock.now(), login.strip(), address_of(request)
    language, back = language_of(request), local_path(next)
    with app.pool.connection() as connection:
        pause = sessions.count_try(connection, login, address, now)
        user = users.by_login(connection, login)
    if pause is not None:
        message = texts(language).gettext(_WAIT).format(duration=duration(pause, language))
        answer = _form(request, back, login=login, message=message, status=429)
        answer.headers["Retry-After"] = str(int(pause.total_seconds()) + 1)
        return answer
    # No connection is held meanwhile: this is slow on purpose.
    if not is_right(user["password_hash"] if user else None, password) or user is None:
        app.figures.sign_in_failures.inc()
        return _form(request, back, login=login, message=texts(language).gettext(_WRONG), status=401)
    with app.pool.connection() as connection:
        sessions.forgive(connection, login, address)
        sessions.end(connection, request.cookies.get(COOKIE, ""))
        owed = second_factor.owed(
            app.settings.second_factor,
            user["role"],
            user["shared_screen"],
            second_factor.standing(connection, user["id"]),
        )
        secret = sessions.begin(connection, user["id"], now, owed)
        if not owed:
            audit.record(connection, now, user["id"], "sign_in", None, address=address)
    response = RedirectResponse(f"/sign-in/code?next={quote(back, safe='/')}" if owed else back, 303)
    keep(request, response, COOKIE, secret)
    # Who could read the form goes on in its language; the one kept with the user is for calls and messages.
    keep(request, response, LANGUAGE_COOKIE, language, days=365)
    response.delete_cookie(_FORM_COOKIE)
    return response


@router.post("/sign-out")
def sign_out(request: Request, door: Annotated[Door, Depends(Allow(Action.OWN_ACCOUNT))]) -> RedirectResponse:
    """Close the session."""
    with door.open() as visit:
        sessions.end(visit.connection, request.cookies.get(COOKIE, ""))
        visit.note("sign_out")
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


@router.post("/language")
def choose_language(
    request: Request, language: Annotated[Literal["zh", "en"], Form()], back: Annotated[Text, Form()] = "/"
) -> RedirectResponse:
    """Remember the language of this browser; changes nothing else, so anybody may."""
    check_origin(request)
    response = RedirectResponse(local_path(back), 303)
    keep(request, response, LANGUAGE_COOKIE, language, days=365)
    return response


@router.post("/display")
def choose_display(
    request: Request,
    size: Annotated[Literal["", "normal", "large", "larger"], Form()] = "",
    theme: Annotated[Literal["", "device", "light", "dark"], Form()] = "",
    back: Annotated[Text, Form()] = "/",
) -> RedirectResponse:
    """Remember how this browser shows pages; what is empty stays as it is. Anybody may."""
    check_origin(request)
    now = display.display_of(request)
    chosen = display.Display(
        size=now.size if not size else "" if size == "normal" else size,
        theme=now.theme if not theme else "" if theme == "device" else theme,
    )
    response = RedirectResponse(local_path(back), 303)
    keep(request, response, display.COOKIE, chosen.cookie, days=365)
    return response


def _form(request: Request, back: str, *, login: str = "", message: str = "", status: int = 200) -> Response:
    token = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(24)
    response = page(
        request, "sign_in.html", status=status, form_token=token, back=back, login=login, message=message
    )
    keep(request, response, _FORM_COOKIE, token)
    return response
