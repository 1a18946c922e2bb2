"""For administrators: users and their tokens, and what the hub refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from hub.accounts import audit, second_factor, sessions, users
from hub.accounts.permissions import Action
from hub.web import refused
from hub.web.api.administration_schemas import (
    Activity,
    LogLine,
    NewToken,
    NewUser,
    Quarantined,
    Refusal,
    SharedScreen,
    Token,
    User,
)
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Created
from hub.web.guard import Allow, Door
from hub.web.inputs import PlainId, Text

router = APIRouter(prefix="/api/v1", tags=["administration"], responses=PROBLEMS)

EditsUsers = Annotated[Door, Depends(Allow(Action.EDIT_USERS))]
_LINE = ("at", "login", "name", "action", "detail")
SeesOperations = Annotated[Door, Depends(Allow(Action.VIEW_OPERATIONS))]


@router.get("/users")
def list_users(door: EditsUsers) -> list[User]:
    """Return everybody who may sign in."""
    with door.open() as visit:
        return [User.model_validate(row) for row in users.everybody(visit.connection)]


@router.post("/users", status_code=201)
def create_user(new: NewUser, door: EditsUsers) -> Created:
    """Add somebody who may sign in."""
    with door.open() as visit:
        made = users.create(
            visit.connection,
            login=new.login,
            name=new.name,
            role=new.role,
            password=new.password,
            organisation_id=new.organisation_id,
            homes=new.homes,
            language=new.language,
            now=visit.now,
        )
        visit.note("create_user", None, user=made)
        return Created(id=made)


@router.put("/users/{user_id}/active")
def set_active(user_id: PlainId, change: Activity, door: EditsUsers) -> User:
    """Let somebody in, or shut them out at once."""
    with door.open() as visit:
        users.set_active(visit.connection, user_id, change.active)
        visit.note("set_active", None, user=user_id, active=change.active)
        return User.model_validate(users.find(visit.connection, user_id))


@router.delete("/users/{user_id}/second-factor")
def reset_second_factor(user_id: PlainId, door: EditsUsers) -> User:
    """Take somebody's second factor away: they begin anew. Whoever has none keeps having none."""
    with door.open() as visit:
        users.find(visit.connection, user_id)
        second_factor.remove(visit.connection, user_id)
        visit.note("reset_second_factor", None, user=user_id)
        return User.model_validate(users.find(visit.connection, user_id))


@router.put("/users/{user_id}/shared-screen")
def set_shared_screen(user_id: PlainId, change: SharedScreen, door: EditsUsers) -> User:
    """Say whether an operator's account is a wall screen's: it is never made to have a second factor."""
    with door.open() as visit:
        users.set_shared_screen(visit.connection, user_id, change.shared)
        visit.note("set_shared_screen", None, user=user_id, shared=change.shared)
        return User.model_validate(users.find(visit.connection, user_id))


@router.post("/users/{user_id}/tokens", status_code=201)
def issue_token(user_id: PlainId, new: NewToken, door: EditsUsers) -> Token:
    """Make a token with which a program acts for this user; it is shown this once."""
    with door.open() as visit:
        users.find(visit.connection, user_id)
        expires_at = None if new.days is None else visit.now + timedelta(days=new.days)
        token = sessions.issue_token(visit.connection, user_id, new.name, visit.now, expires_at)
        visit.note("issue_token", None, user=user_id, name=new.name)
        return Token(token=token, expires_at=expires_at)


@router.get("/log")
def list_log(
    door: EditsUsers,
    user: Annotated[Text, Query(description="By this login only.")] = "",
    home: Annotated[str, Query(pattern=r"^[a-z0-9-]{0,32}$", description="At this home only.")] = "",
    before: Annotated[AwareDatetime | None, Query(description="Older than this; now by default.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[LogLine]:
    """Return who looked at which home and who changed what, newest first."""
    with door.open() as visit:
        end = before or visit.now + timedelta(seconds=1)
        found = audit.lines(visit.connection, before=end, user=user.strip(), home=home, limit=limit)
        return [LogLine(home=row["home_id"], **{k: row[k] for k in _LINE}) for row in found]


@router.get("/quarantine")
def list_quarantine(
    door: SeesOperations, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[Quarantined]:
    """Return the latest messages that could not be understood, newest first."""
    with door.open() as visit:
        return [Quarantined.model_validate(row) for row in refused.quarantined(visit.connection, limit)]


@router.get("/refusals")
def list_refusals(door: SeesOperations, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[Refusal]:
    """Return what was refused or ignored, counted by day, newest first."""
    with door.open() as visit:
        return [Refusal.model_validate(row) for row in refused.refusals(visit.connection, limit)]
