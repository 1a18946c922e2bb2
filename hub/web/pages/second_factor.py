"""The second factor: the code after the password, and how somebody sets theirs up.

Only the sign-in asks for it. Whoever answers an alert by its signed link, or is signed in already, as a wall
screen is for weeks, never meets these pages.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import segno
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit, codes, second_factor, sessions, users
from hub.accounts.permissions import Action
from hub.accounts.second_factor import Verdict
from hub.language import N_, texts
from hub.storage.database import Connection
from hub.web.guard import COOKIE, Allow, Door, ForgedError, Visit, address_of, check_origin, language_of
from hub.web.inputs import PlainId, Text, local_path
from hub.web.moments import duration
from hub.web.pages.cookies import keep
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Own = Annotated[Door, Depends(Allow(Action.OWN_ACCOUNT))]
EditsUsers = Annotated[Door, Depends(Allow(Action.EDIT_USERS))]

_WRONG: Final = N_(
    "This code is not right, or it was used already. Wait for the next one, and check the telephone's clock."
)
_WAIT: Final = N_("Too many wrong codes. Try again in {duration}, or use a recovery code now.")
_UNREADABLE: Final = N_(
    "The hub's key has changed, so codes cannot be checked. Use a recovery code, or have an administrator"
    " reset it."
)


@router.get("/sign-in/code")
def ask(request: Request, next: Text = "/") -> Response:
    """Ask for the code, or show how to begin with a second factor where one is required."""
    with parts(request).pool.connection() as connection:
        return _step(request, connection, local_path(next))


@router.post("/sign-in/code")
def judge(
    request: Request,
    code: Annotated[Text, Form()] = "",
    csrf: Annotated[Text, Form()] = "",
    next: Annotated[Text, Form()] = "/",
) -> Response:
    """Let in whoever has the code; with the first code of a new app, show the recovery codes besides."""
    check_origin(request)
    app, back = parts(request), local_path(next)
    now, secret = app.clock.now(), request.cookies.get(COOKIE, "")
    with app.pool.connection() as connection:
        found = sessions.waiting(connection, secret, now)
        if found is None:
            return RedirectResponse("/sign-in", 303)
        if not secrets.compare_digest(found.csrf.encode(), csrf.encode()):
            raise ForgedError
        user_id, made = found.account.id, list[str]()
        if found.awaits == "enrolment":
            made = second_factor.confirm(connection, app.seal, user_id, code, now)
            verdict = Verdict(right=bool(made))
        else:
            verdict = second_factor.check(connection, app.seal, user_id, code, now)
        if not verdict.right:
            app.figures.sign_in_failures.inc()
            return _step(request, connection, back, verdict)
        sessions.end(connection, secret)
        opened = sessions.begin(connection, user_id, now)
        if made:
            audit.record(connection, now, user_id, "enrol_second_factor")
        audit.record(
            connection, now, user_id, "sign_in", None, address=address_of(request),
            second="recovery code" if verdict.recovery else "code",
        )  # fmt: skip
        left = second_factor.standing(connection, user_id).codes_left
        session = sessions.find(connection, opened, now)
    response: Response
    if made or verdict.recovery:
        response = page(
            request,
            "second_factor_codes.html",
            session,
            recovery=made,
            left=left,
            back=back,
            began=bool(made),
        )
    else:
        response = RedirectResponse(back, 303)
    keep(request, response, COOKIE, opened)
    return response


@router.get("/account/second-factor")
def show(request: Request, door: Own) -> Response:
    """Show what somebody has, or how to begin."""
    with door.open() as visit:
        return _own(request, visit)


@router.post("/account/second-factor")
def change(
    request: Request,
    door: Own,
    act: Annotated[Literal["begin", "confirm", "renew", "remove"], Form()] = "begin",
    code: Annotated[Text, Form()] = "",
) -> Response:
    """Begin, confirm the first code, make new recovery codes, or do without; the last two ask for a code."""
    app = parts(request)
    with door.open() as visit:
        user_id = visit.account.id
        if app.settings.second_factor == "off":
            return _own(request, visit)
        has = second_factor.standing(visit.connection, user_id).since is not None
        if act == "begin":
            if not has:
                second_factor.begin(visit.connection, app.seal, user_id, visit.now)
            return RedirectResponse("/account/second-factor", 303)
        if act == "confirm" and not has:
            made = second_factor.confirm(visit.connection, app.seal, user_id, code, visit.now)
            if not made:
                return _own(request, visit, Verdict())
            visit.note("enrol_second_factor")
            return _codes(request, visit, made, began=True)
        verdict = second_factor.check(visit.connection, app.seal, user_id, code, visit.now)
        if not verdict.right:
            return _own(request, visit, verdict)
        if act == "renew":
            visit.note("renew_recovery_codes")
            return _codes(request, visit, second_factor.renew_codes(visit.connection, user_id), began=False)
        if not second_factor.required(app.settings.second_factor, visit.account):
            second_factor.remove(visit.connection, user_id)
            visit.note("remove_second_factor")
    return RedirectResponse("/account/second-factor", 303)


@router.post("/admin/users/{user_id}/second-factor")
def administer(
    user_id: PlainId, door: EditsUsers, act: Annotated[Literal["reset", "screen", "person"], Form()]
) -> Response:
    """Take somebody's second factor away: they begin anew; or say that an account is a wall screen's."""
    with door.open() as visit:
        users.find(visit.connection, user_id)
        if act == "reset":
            second_factor.remove(visit.connection, user_id)
            visit.note("reset_second_factor", None, user=user_id)
        else:
            users.set_shared_screen(visit.connection, user_id, act == "screen")
            visit.note("set_shared_screen", None, user=user_id, shared=act == "screen")
    return RedirectResponse("/admin", 303)


def _step(request: Request, connection: Connection, back: str, verdict: Verdict | None = None) -> Response:
    app = parts(request)
    now = app.clock.now()
    found = sessions.waiting(connection, request.cookies.get(COOKIE, ""), now)
    if found is None:
        return RedirectResponse("/sign-in", 303)
    shown: dict[str, Any] = {"secret": "", "qr": ""}
    if found.awaits == "enrolment":
        shown = _new(connection, request, found.account.id, found.account.login, now)
    return page(
        request,
        "sign_in_code.html",
        status=200 if verdict is None else 429 if verdict.wait else 401,
        token=found.csrf,
        back=back,
        message=_said(request, verdict, language_of(request, found.account)),
        login=found.account.login,
        **shown,
    )


def _own(request: Request, visit: Visit, verdict: Verdict | None = None) -> Response:
    app, user_id = parts(request), visit.account.id
    has = second_factor.standing(visit.connection, user_id)
    begun = visit.connection.execute(
        "select 1 from second_factors where user_id = %s and confirmed_at is null", [user_id]
    ).fetchone()
    shown: dict[str, Any] = {"secret": "", "qr": ""}
    if begun:
        shown = _new(visit.connection, request, user_id, visit.account.login, visit.now)
    return page(
        request,
        "second_factor.html",
        visit,
        status=200 if verdict is None else 422,
        off=app.settings.second_factor == "off",
        must=second_factor.required(app.settings.second_factor, visit.account),
        has=has,
        message=_said(request, verdict, language_of(request, visit.account)),
        **shown,
    )


def _codes(request: Request, visit: Visit, made: list[str], *, began: bool) -> Response:
    return page(
        request, "second_factor_codes.html", visit,
        recovery=made, left=len(made), back="/account/second-factor", began=began,
    )  # fmt: skip


def _new(connection: Connection, request: Request, user_id: str, login: str, now: datetime) -> dict[str, str]:
    secret = second_factor.begin(connection, parts(request).seal, user_id, now)
    return {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": segno.make(codes.address(secret, login), error="m").svg_inline(
            border=4, light="white", omitsize=True
        ),
    }


def _said(request: Request, verdict: Verdict | None, language: str) -> str:
    if verdict is None:
        return ""
    gettext = texts(language).gettext
    if verdict.unreadable:
        return gettext(_UNREADABLE)
    if verdict.wait is not None:
        return gettext(_WAIT).format(duration=duration(verdict.wait, language))
    return gettext(_WRONG)
