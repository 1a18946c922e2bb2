"""Administration: who may sign in, tokens for programs, what was done by whom, and homes from a table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit, sessions, users
from hub.accounts.passwords import PasswordError
from hub.accounts.permissions import ROLES, Action
from hub.accounts.users import UserError
from hub.errors import ConflictError, NotFoundError
from hub.language import N_, texts
from hub.places import roster_file
from hub.places import store as places
from hub.web import intake, rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import PlainId, Table, Text
from hub.web.render import page

router = APIRouter(include_in_schema=False)

EditsUsers = Annotated[Door, Depends(Allow(Action.EDIT_USERS))]
EditsHomes = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
LOOKS: Final = 200  #: lines of one page of the log
_TAKEN: Final = N_("This login is taken.")
_UNKNOWN: Final = N_("The organisation or one of the homes does not exist.")


@router.get("/admin")
def people(request: Request, door: EditsUsers) -> Response:
    """Show who may sign in."""
    with door.open() as visit:
        return _people(request, visit)


@router.post("/admin/users")
def create_user(
    request: Request,
    door: EditsUsers,
    login: Annotated[Text, Form()] = "",
    name: Annotated[Text, Form()] = "",
    role: Annotated[Text, Form()] = "family",
    password: Annotated[Text, Form()] = "",
    organisation: Annotated[Text, Form()] = "",
    homes: Annotated[Text, Form()] = "",
    language: Annotated[Literal["zh", "en"], Form()] = "zh",
) -> Response:
    """Let somebody in."""
    typed = {
        "login": login, "name": name, "role": role, "organisation": organisation, "homes": homes,
        "language": language,
    }  # fmt: skip
    wrong = ""
    try:
        with door.open() as visit:
            made = users.create(
                visit.connection,
                login=login.strip(),
                name=name.strip(),
                role=role,
                password=password,
                organisation_id=organisation or None,
                homes=homes.replace(",", " ").replace("，", " ").split(),
                language=language,
                now=visit.now,
            )
            visit.note("create_user", None, user=made)
    except ConflictError:
        wrong = _TAKEN
    except NotFoundError:
        wrong = _UNKNOWN
    except (UserError, PasswordError) as error:
        wrong = error.detail or str(error)
    if wrong:
        with door.open() as visit:
            return _people(request, visit, typed=typed, wrong=_say(request, visit, wrong), status=422)
    return RedirectResponse("/admin", 303)


@router.post("/admin/users/{user_id}/active")
def set_active(
    user_id: PlainId, door: EditsUsers, active: Annotated[Literal["yes", "no"], Form()]
) -> Response:
    """Let somebody in again, or shut them out at once."""
    with door.open() as visit:
        users.set_active(visit.connection, user_id, active == "yes")
        visit.note("set_active", None, user=user_id, active=active == "yes")
    return RedirectResponse("/admin", 303)


@router.post("/admin/users/{user_id}/token")
def issue_token(
    request: Request, user_id: PlainId, door: EditsUsers, name: Annotated[Text, Form()] = "program"
) -> Response:
    """Make a token with which a program acts for this user for a year; it is shown this once."""
    with door.open() as visit:
        user = users.find(visit.connection, user_id)
        token = sessions.issue_token(
            visit.connection, user_id, name.strip() or "program", visit.now, visit.now + timedelta(days=365)
        )
        visit.note("issue_token", None, user=user_id, name=name.strip())
        return _people(request, visit, token=token, token_of=user["name"])


@router.get("/admin/log")
def log(
    request: Request,
    door: EditsUsers,
    user: Annotated[Text, Query()] = "",
    home: Annotated[str, Query(pattern=r"^[a-z0-9-]{0,32}$")] = "",
    until: Annotated[date | None, Query()] = None,
) -> Response:
    """Show who looked at which home and who changed what, the latest first."""
    with door.open() as visit:
        end = visit.now + timedelta(seconds=1)
        if until is not None:
            end = rounds.end_of_day(until, rounds.find_station(visit, None)["zone"])
        found = audit.lines(visit.connection, before=end, user=user.strip(), home=home, limit=LOOKS + 1)
        return page(
            request,
            "admin_log.html",
            visit,
            lines=found[:LOOKS],
            more=len(found) > LOOKS,
            typed={"user": user, "home": home, "until": until},
            zone=rounds.find_station(visit, None)["zone"] if rounds.stations(visit) else "UTC",
        )


@router.get("/admin/import")
def import_form(request: Request, door: EditsHomes) -> Response:
    """Show where a table of homes is pasted."""
    with door.open() as visit:
        return _import(request, visit, "", None)


@router.post("/admin/import")
def import_homes(
    request: Request,
    door: EditsHomes,
    table: Annotated[Table, Form()] = "",
    take: Annotated[Text, Form()] = "",
) -> Response:
    """Judge a table of homes; with `take`, and nothing wrong, take all of it over."""
    with door.open() as visit:
        found = intake.judge(visit, table)
        if not take or found.problems or not found.rows:
            return _import(request, visit, table, found, status=422 if found.problems else 200)
        taken = intake.take(visit, found.rows, language_of(request, visit.account))
        return _import(request, visit, "", None, taken=len(taken))


def _import(
    request: Request,
    visit: Visit,
    table: str,
    found: roster_file.Table | None,
    *,
    taken: int = 0,
    status: int = 200,
) -> Response:
    return page(
        request,
        "admin_import.html",
        visit,
        status=status,
        table=table,
        found=found,
        problems=intake.said(found, language_of(request, visit.account)) if found else [],
        columns=roster_file.COLUMNS,
        needed=roster_file.NEEDED,
        stations=rounds.stations(visit),
        taken=taken,
    )


def _people(
    request: Request,
    visit: Visit,
    *,
    typed: dict[str, Any] | None = None,
    wrong: str = "",
    token: str = "",
    token_of: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "admin.html",
        visit,
        status=status,
        users=users.everybody(visit.connection),
        organisations=places.organisations(visit.connection),
        roles=ROLES,
        typed=typed or {},
        wrong=wrong,
        token=token,
        token_of=token_of,
    )


def _say(request: Request, visit: Visit, text: str) -> str:
    return texts(language_of(request, visit.account)).gettext(text)
