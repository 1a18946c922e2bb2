"""Sessions of browsers and tokens of programs: secrets of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hub.accounts.passwords import WINDOW, wait
from hub.accounts.permissions import Account
from hub.storage.database import Connection

#: A session ends so long after it was last used; a board that listens is in use.
IDLE: Final = timedelta(hours=12)
#: Whose password was right has so long for the second factor.
OWING: Final = timedelta(minutes=15)
#: It is extended at most so often, to spare the database a write for every look.
_EXTEND_EVERY: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that signed in; `csrf` must come back with every form."""

    account: Account
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A browser whose password was right and that owes a code, or a second factor to begin with."""

    account: Account
    csrf: str
    awaits: str


def begin(connection: Connection, user_id: str, now: datetime, awaits: str = "") -> str:
    """Open a session and return its secret, which is kept by the browser alone.

    One that `awaits` something opens nothing (`waiting` finds it) and is short.
    """
    secret = secrets.token_urlsafe(32)
    connection.execute("delete from sessions where expires_at <= %s", [now])
    connection.execute(
        "insert into sessions (token_hash, user_id, csrf, created_at, expires_at, awaits)"
        " values (%s, %s, %s, %s, %s, %s)",
        [_hash(secret), user_id, secrets.token_urlsafe(24), now, now + (OWING if awaits else IDLE), awaits],
    )
    return secret


def find(connection: Connection, secret: str, now: datetime) -> Session | None:
    """Return the session of a secret while it lasts, and extend it."""
    row = _lasting(connection, secret, now)
    if row is None or row["awaits"]:
        return None
    expires_at: datetime = row["expires_at"]
    if expires_at < now + IDLE - _EXTEND_EVERY:
        expires_at = now + IDLE
        connection.execute(
            "update sessions set expires_at = %s where token_hash = %s", [expires_at, _hash(secret)]
        )
    return Session(account=_account(row), csrf=row["csrf"], expires_at=expires_at)


def waiting(connection: Connection, secret: str, now: datetime) -> Waiting | None:
    """Return who owes a second factor in this browser."""
    row = _lasting(connection, secret, now)
    if row is None or not row["awaits"]:
        return None
    return Waiting(account=_account(row), csrf=row["csrf"], awaits=row["awaits"])


def _lasting(connection: Connection, secret: str, now: datetime) -> dict[str, Any] | None:
    """The session of a secret with whose it is, whether or not it still awaits something."""
    return connection.execute(
        "select s.csrf, s.expires_at, s.awaits, u.id, u.login, u.name, u.role, u.organisation_id, u.language"
        " from sessions s join users u on u.id = s.user_id"
        " where s.token_hash = %s and s.expires_at > %s and u.active",
        [_hash(secret), now],
    ).fetchone()


def end(connection: Connection, secret: str) -> None:
    """Close the session of a secret."""
    connection.execute("delete from sessions where token_hash = %s", [_hash(secret)])


def issue_token(
    connection: Connection,
    user_id: str,
    name: str,
    now: datetime,
    expires_at: datetime | None = None,
    secret: str | None = None,
) -> str:
    """Make a bearer token for a program and return it; it cannot be shown again.

    A `secret` that was agreed on elsewhere is taken instead of a new one.
    """
    secret = secret or "anju_" + secrets.token_urlsafe(32)
    connection.execute(
        "insert into tokens (token_hash, user_id, name, created_at, expires_at) values (%s, %s, %s, %s, %s)"
        " on conflict (token_hash) do nothing",
        [_hash(secret), user_id, name, now, expires_at],
    )
    return secret


def bearer(connection: Connection, secret: str, now: datetime) -> Account | None:
    """Return whose token this is, while it is valid."""
    row = connection.execute(
        "select u.id, u.login, u.name, u.role, u.organisation_id, u.language"
        " from tokens t join users u on u.id = t.user_id"
        " where t.token_hash = %s and u.active and (t.expires_at is null or t.expires_at > %s)",
        [_hash(secret), now],
    ).fetchone()
    return None if row is None else _account(row)


def count_try(connection: Connection, login: str, address: str, now: datetime) -> timedelta | None:
    """Write a try to sign in down before it is judged, or return how long to wait first.

    A try counts as failed until `forgive` takes it back, so that many at once do not slip through.
    """
    connection.execute("delete from sign_in_failures where at <= %s", [now - WINDOW])
    rows = connection.execute(
        "select login, address, at from sign_in_failures where login = %s or address = %s order by at",
        [login, address],
    ).fetchall()
    pause = wait(
        [row["at"] for row in rows if row["login"] == login and row["address"] == address],
        [row["at"] for row in rows if row["address"] == address],
        [row["at"] for row in rows if row["login"] == login],
        now,
    )
    if pause is None:
        connection.execute(
            "insert into sign_in_failures (login, address, at) values (%s, %s, %s)", [login, address, now]
        )
    return pause


def forgive(connection: Connection, login: str, address: str) -> None:
    """Forget the failures of a person who signed in from this address."""
    connection.execute("delete from sign_in_failures where login = %s and address = %s", [login, address])


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _account(row: dict[str, Any]) -> Account:
    return Account(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        role=row["role"],
        organisation_id=row["organisation_id"],
        language=row["language"],
    )
