"""People who may sign in, and the tokens of their programs."""

from __future__ import annotations

from hub.accounts import audit, second_factor, sessions, users
from hub.accounts.permissions import ROLES
from hub.accounts.users import UserError
from hub.administration.database import database
from hub.clock import SystemClock
from hub.errors import NotFoundError
from hub.settings import Settings


def check_role(role: str, organisation: str | None) -> None:
    """Raise UserError for a role that nobody can have, before anybody is asked for a password."""
    if role not in ROLES:
        raise UserError(f"There is no role '{role}': a role is one of {', '.join(ROLES)}.")
    if role in ("operator", "supervisor") and organisation is None:
        raise UserError("Operators and supervisors belong to an organisation: give --organisation.")


def create_user(
    settings: Settings,
    login: str,
    role: str,
    name: str,
    organisation: str | None,
    homes: list[str],
    password: str,
) -> None:
    """Create a person who may sign in."""
    with database(settings, first=True) as connection:
        users.create(
            connection,
            login=login,
            name=name,
            role=role,
            password=password,
            now=SystemClock().now(),
            organisation_id=organisation,
            homes=homes,
        )


def issue_token(settings: Settings, login: str, name: str) -> str:
    """Give a person a token for the API; it is shown once."""
    with database(settings) as connection:
        user = users.by_login(connection, login)
        if user is None:
            raise NotFoundError(f"Nobody signs in as '{login}'.")
        return sessions.issue_token(connection, user["id"], name, SystemClock().now())


def reset_second_factor(settings: Settings, login: str) -> str:
    """Take a person's second factor away, write it into the log, and say what was done."""
    with database(settings) as connection:
        user = users.by_login(connection, login)
        if user is None:
            raise NotFoundError(f"Nobody signs in as '{login}'.")
        if not second_factor.remove(connection, user["id"]):
            return f"{login} has no second factor."
        audit.record(
            connection, SystemClock().now(), None, "reset_second_factor", user=user["id"], by="command line"
        )
        return f"{login} signs in with the password alone, until a new second factor is set up."
