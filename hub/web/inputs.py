"""What may come in from outside: every value is checked here once, and is valid after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal, cast

from fastapi import Path, Request
from pydantic import AfterValidator, StringConstraints

from hub.errors import HubError
from hub.web.moments import EARLIEST, LATEST

Outcome = Literal["real", "false", "self_ok", "test"]
OUTCOMES: Final = frozenset({"real", "false", "self_ok", "test"})


class UnsaidError(HubError):
    """Say what it was."""


ID_PATTERN: Final = r"^[a-z0-9-]{1,32}$"


def _storable(text: str) -> str:
    """Refuse what a database cannot keep and no person writes."""
    if "\x00" in text:
        raise ValueError("a text has no NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a text is valid Unicode") from error
    return text


def _day(day: date) -> date:
    if not EARLIEST <= day < LATEST:
        raise ValueError(f"a day lies between {EARLIEST} and {LATEST}")
    return day


def _born(day: date) -> date:
    if not date(1900, 1, 1) <= day < LATEST:
        raise ValueError("somebody who lives was born after 1900")
    return day


HomeId = Annotated[str, Path(pattern=ID_PATTERN, description="Id of a home.", examples=["wang-guilan"])]
OrganisationId = Annotated[
    str, Path(pattern=ID_PATTERN, description="Id of an organisation.", examples=["east-street"])
]
AlertId = Annotated[
    str,
    Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Id of an alert.", examples=["261121-0f3b8c2d4e5a"]),
]
EdgeId = Annotated[str, Path(pattern=ID_PATTERN, description="Id of an edge agent.", examples=["pi"])]
DeviceId = Annotated[
    str, Path(pattern=ID_PATTERN, description="Id of a device.", examples=["0x00158d00018255df"])
]
PlainId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Id.")]
Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_storable)]
LongText = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_storable)]
#: A county's list of homes, pasted from a spreadsheet: 5,000 lines of 80 characters.
Table = Annotated[str, StringConstraints(max_length=400_000), AfterValidator(_storable)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(_storable)
]
NewId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Day = Annotated[date, AfterValidator(_day)]
Born = Annotated[date, AfterValidator(_born)]


def what_it_was(outcome: str, cause: str) -> Outcome:
    """Return the outcome that a form says: a cause alone means a false alarm. Raises UnsaidError."""
    if outcome in OUTCOMES:
        return cast(Outcome, outcome)
    if cause:
        return "false"
    raise UnsaidError


def local_path(back: str, otherwise: str = "/") -> str:
    """Return a path on this very site to go back to; anything else leads to `otherwise`."""
    plain = back.startswith("/") and not back.startswith("//") and "\\" not in back
    return back if plain and back.isprintable() and len(back) <= 500 else otherwise


def last_version(form: Mapping[str, Sequence[str]]) -> int | None:
    """Return the version that a form began with, so that nobody writes over what came since; None: any."""
    given = (form.get("last") or [""])[0]
    return int(given) if given.isdecimal() and len(given) < 9 else None


async def posted(request: Request) -> dict[str, list[str]]:
    """Return a form whose fields are not known beforehand: each with all its values, as they can be kept."""
    fields: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            kept = value.replace("\x00", "").encode("utf-8", "replace").decode()
            fields.setdefault(name, []).append(kept[:2000])
    return fields
