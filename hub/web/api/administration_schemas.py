"""What goes in and comes out of the API for administrators: users, tokens, and what was refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hub.web.api.schemas import Given, Language
from hub.web.inputs import Name, NewId, Text


class NewUser(Given):
    """A person who may sign in."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "login": "wangmin",
                "name": "王敏",
                "role": "family",
                "password": "three tall bamboos",
                "homes": ["wang-guilan"],
            }
        }
    )
    login: Text
    name: Name
    role: Literal["family", "operator", "supervisor", "integrator", "administrator"]
    password: Annotated[Text, Field(min_length=10)]
    organisation_id: NewId | None = None
    homes: Annotated[tuple[NewId, ...], Field(max_length=1000)] = ()
    language: Language = "zh"


class User(BaseModel):
    """A person who may sign in; the password is never given out."""

    id: str
    login: str
    name: str
    role: str
    organisation_id: str | None
    language: str
    active: bool
    created_at: datetime
    second_factor: bool = Field(description="A code is asked for at the sign-in, besides the password.")
    shared_screen: bool = Field(description="A wall screen signs in with it.")


class SharedScreen(Given):
    """Whether a wall screen signs in with an account."""

    model_config = ConfigDict(json_schema_extra={"example": {"shared": True}})
    shared: bool


class Activity(Given):
    """Let a person in, or shut them out."""

    active: bool


class NewToken(Given):
    """A token for a program that acts for a user."""

    name: Name = Field(examples=["county dashboard"])
    days: Annotated[int, Field(ge=1, le=3660)] | None = None


class Token(BaseModel):
    """A bearer token; it is shown this once."""

    token: str
    expires_at: datetime | None


class Quarantined(BaseModel):
    """A message that could not be understood; its first 4 kB are kept in the database."""

    id: int
    received_at: datetime
    source: str
    topic: str
    reason: str
    size: int


class Refusal(BaseModel):
    """How often something was refused on one day."""

    day: date
    reason: str
    home: str
    n: int


class LogLine(BaseModel):
    """Somebody looked at a home, or changed something."""

    at: datetime
    login: str = Field(description="Empty: a program of the hub itself, or somebody who is gone.")
    name: str
    action: str
    home: str | None
    detail: dict[str, Any]
