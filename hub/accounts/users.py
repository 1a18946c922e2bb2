"""The people who may sign in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import psycopg

from hub.accounts.passwords import hash_password
from hub.accounts.permissions import ROLES
from hub.errors import ConflictError, HubError, NotFoundError
from hub.language import N_
from hub.storage.database import Connection

#: What others may know of a user.
_SHOWN: Final = """id, login, name, role, organisation_id, language, active, created_at, shared_screen,
    exists (
        select from second_factors f where f.user_id = u.id and f.confirmed_at is not null
    ) as second_factor"""


class UserError(HubError):
    """This user cannot be kept."""


def create(
    connection: Connection,
    *,
    login: str,
    name: str,
    role: str,
    password: str,
    now: datetime,
    organisation_id: str | None = None,
    homes: Sequence[str] = (),
    language: str = "zh",
) -> str:
    """Add a user and return the id.

    Raises UserError or PasswordError with what to do, ConflictError for a login that is taken, NotFoundError
    for an organisation or home that does not exist.
    """
    _check(login, name, role, organisation_id, homes, language)
    _check_known(connection, organisation_id, homes)
    user_id = f"u-{secrets.token_hex(6)}"
    try:
        with connection.transaction():
            connection.execute(
                "insert into users (id, login, name, role, organisation_id, password_hash, language,"
                " created_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [user_id, login, name, role, organisation_id, hash_password(password), language, now],
            )
            for home_id in homes:
                give_home(connection, user_id, home_id)
    except psycopg.errors.UniqueViolation as error:
        raise ConflictError(f"The login '{login}' is taken.") from error
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFoundError("The organisation or a home was removed meanwhile.") from error
    return user_id


def give_home(connection: Connection, user_id: str, home_id: str) -> None:
    """Let a person see one home."""
    connection.execute(
        "insert into user_homes (user_id, home_id) values (%s, %s) on conflict do nothing", [user_id, home_id]
    )


def set_password(connection: Connection, login: str, password: str) -> None:
    """Give a person another password, and end their sessions. Raises NotFoundError, PasswordError."""
    row = connection.execute(
        "update users set password_hash = %s where login = %s returning id", [hash_password(password), login]
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Nobody signs in as '{login}'.")
    connection.execute("delete from sessions where user_id = %s", [row["id"]])


def set_active(connection: Connection, user_id: str, active: bool) -> None:
    """Let a person in or shut them out, at once. Raises NotFoundError."""
    if not connection.execute("update users set active = %s where id = %s", [active, user_id]).rowcount:
        raise NotFoundError("Nobody has this id.")
    if not active:
        connection.execute("delete from sessions where user_id = %s", [user_id])


def set_shared_screen(connection: Connection, user_id: str, shared: bool) -> None:
    """Say whether a wall screen signs in with this account: then it is never made to have a second factor.

    Raises NotFoundError; UserError for an account that may do more than watch and answer.
    """
    row = find(connection, user_id)
    if shared and row["role"] != "operator":
        raise UserError(N_("Only an operator's account can be a wall screen's."))
    connection.execute("update users set shared_screen = %s where id = %s", [shared, user_id])


def by_login(connection: Connection, login: str) -> dict[str, Any] | None:
    """Return the active user of a login with `id` and `password_hash`."""
    return connection.execute(
        "select id, password_hash, language, role, shared_screen from users where login = %s and active",
        [login],
    ).fetchone()


def find(connection: Connection, user_id: str) -> dict[str, Any]:
    """Return a user without the password. Raises NotFoundError."""
    row = connection.execute(
        f"select {_SHOWN} from users u where id = %s",  # noqa: S608  (a constant of ours)
        [user_id],
    ).fetchone()
    if row is None:
        raise NotFoundError("Nobody has this id.")
    return row


def everybody(connection: Connection, limit: int = 500) -> list[dict[str, Any]]:
    """Return all users by login, without passwords."""
    return connection.execute(
        f"select {_SHOWN} from users u order by login limit %s",  # noqa: S608
        [limit],
    ).fetchall()


def _check(
    login: str, name: str, role: str, organisation_id: str | None, homes: Sequence[str], language: str
) -> None:
    if not login or len(login) > 64 or not all(c.isalnum() or c in "._@+-" for c in login):
        raise UserError(N_("A login is 1 to 64 letters, digits or . _ @ + -."))
    if not name.strip():
        raise UserError(N_("A person has a name."))
    if role not in ROLES:
        raise UserError(f"A role is one of {', '.join(ROLES)}.")
    if role in ("operator", "supervisor") and organisation_id is None:
        raise UserError(N_("Operators and supervisors belong to an organisation."))
    if role in ("family", "integrator") and not homes:
        raise UserError(
            N_("Family and integrators see the homes that are given to them: give at least one home.")
        )
    if language not in ("zh", "en"):
        raise UserError("A language is zh or en.")


def _check_known(connection: Connection, organisation_id: str | None, homes: Sequence[str]) -> None:
    """Raise NotFoundError that names what does not exist yet."""
    found = connection.execute("select id from homes where id = any(%s)", [list(homes)]).fetchall()
    unknown = sorted(set(homes) - {row["id"] for row in found})
    if unknown:
        raise NotFoundError(f"Create the home '{unknown[0]}' first.")
    if (
        organisation_id is not None
        and connection.execute("select 1 from organisations where id = %s", [organisation_id]).fetchone()
        is None
    ):
        raise NotFoundError(f"Create the organisation '{organisation_id}' first.")
