"""The door of every route: who is it, may they do this, is the home theirs, and did they mean it.

A route that touches the database gets its connection here and nowhere else, so that none can forget to ask.
A home or alert that is not in scope does not exist for the one who asks.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg
from fastapi import Request

from hub.accounts import audit, scope, sessions, sharing
from hub.accounts.permissions import Account, Action, may
from hub.errors import HubError, NotAllowedError, NotFoundError
from hub.storage.database import Connection
from hub.web.parts import parts
from models.language import closest

COOKIE: Final = "anju_session"
LANGUAGE_COOKIE: Final = "anju_language"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class NotSignedInError(HubError):
    """Sign in first."""


class ForgedError(HubError):
    """This form did not come from our own page: open the page again and repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of somebody who may make it, inside one transaction."""

    account: Account
    connection: Connection
    now: datetime
    csrf: str  #: goes into every form; empty for programs
    home_id: str | None = None  #: the home that the route speaks of; it is in scope

    def homes(self) -> list[str] | None:
        """Return the ids of the homes in scope, or None for all of them."""
        return scope.visible_homes(self.connection, self.account)

    def organisations(self) -> list[str]:
        """Return the ids of the organisations in scope by name; empty for who sees all, and for families."""
        return scope.visible_organisations(self.connection, self.account) or []

    def look(self, action: str, home_id: str | None) -> None:
        """Write down that this person looked at a home; what is about an area shows nobody's home."""
        if home_id is None:
            return
        audit.record_look(self.connection, self.now, self.account.id, action, home_id)

    def sees(self, purpose: sharing.Purpose, home_id: str) -> bool:
        """Whether the residents let this person see what serves a purpose."""
        return purpose in sharing.sees(self.connection, self.account, home_id)

    def note(self, action: str, home_id: str | None = None, **detail: object) -> None:
        """Write down that this person changed something."""
        audit.record(self.connection, self.now, self.account.id, action, home_id, **detail)

    def see_organisation(self, organisation_id: str) -> None:
        """Raise NotFoundError unless an organisation is in scope."""
        if not scope.sees_area(self.connection, self.account, organisation_id):
            raise NotFoundError(f"Organisation '{organisation_id}'.")


@dataclass(frozen=True, slots=True)
class Door:
    """A request before its database connection is opened."""

    request: Request
    action: Action
    form_token: str

    @contextmanager
    def open(self) -> Iterator[Visit]:
        """Check everything and give a visit whose transaction ends with the block.

        Raises NotSignedInError, ForgedError, NotAllowedError, NotFoundError.
        """
        app = parts(self.request)
        now = app.clock.now()
        with app.pool.connection() as connection:
            account, csrf = self._who(connection, now)
            if not may(account, self.action):
                raise NotAllowedError
            yield Visit(
                account=account,
                connection=connection,
                now=now,
                csrf=csrf,
                home_id=self._home(connection, account),
            )

    def _who(self, connection: Connection, now: datetime) -> tuple[Account, str]:
        kind, _, secret = self.request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            account = sessions.bearer(connection, secret.strip(), now)
            if account is None:
                raise NotSignedInError("This token is not valid.")
            return account, ""
        session = sessions.find(connection, self.request.cookies.get(COOKIE, ""), now)
        if session is None:
            raise NotSignedInError
        if self.request.method not in SAFE:
            check_origin(self.request)
            if not secrets.compare_digest(session.csrf.encode(), self.form_token.encode()):
                raise ForgedError
        return session.account, session.csrf

    def _home(self, connection: Connection, account: Account) -> str | None:
        home_id: str | None = self.request.path_params.get("home_id")
        alert_id = self.request.path_params.get("alert_id")
        if alert_id is not None:
            row = connection.execute(
                "select home_id, organisation_id, handed_to from alerts where id = %s", [alert_id]
            ).fetchone()
            if row is None:
                raise NotFoundError
            home_id = row["home_id"]
            if self._was_given(connection, account, row["handed_to"]):
                return home_id
            if home_id is None and not scope.sees_area(connection, account, row["organisation_id"]):
                raise NotFoundError
        if home_id is not None and not scope.sees_home(connection, account, home_id):
            raise NotFoundError
        return home_id

    @staticmethod
    def _was_given(connection: Connection, account: Account, organisation_id: str | None) -> bool:
        """Whether an alert was given to an organisation in scope: that alert is theirs, its home is not."""
        return organisation_id is not None and scope.sees_area(connection, account, organisation_id)


class Allow:
    """A route's dependency: `Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]`."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Door:
        """Return the door; the form's token is read here, because only this part may wait for the body."""
        return Door(request, self.action, await form_token(request))


async def form_token(request: Request) -> str:
    """Return the token that came with a form, or with a script's request as a header."""
    header = request.headers.get("x-csrf-token")
    if header is not None:
        return header
    kind = request.headers.get("content-type", "")
    if request.method in SAFE or not kind.startswith(FORMS):
        return ""
    value = (await request.form()).get("csrf")
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def session_of(request: Request) -> sessions.Session | None:
    """Return whose browser this is, for a page that belongs to no route; None where it cannot be known."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    app = parts(request)
    try:
        with app.pool.connection() as connection:
            return sessions.find(connection, secret, app.clock.now())
    except psycopg.Error:
        return None


def check_origin(request: Request) -> None:
    """Raise ForgedError for a request that another site's page made."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ForgedError
        return
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise ForgedError


def language_of(request: Request, account: Account | None = None) -> str:
    """Return the reader's language: as switched, else as kept, else as the browser asks."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("zh", "en"):
        return chosen
    return account.language if account is not None else closest(request.headers.get("accept-language"))


def address_of(request: Request) -> str:
    """Return the network address that a request came from."""
    return request.client.host if request.client else ""
