"""A week's shifts and rotations as people write them: in a place file, in a file of their own, to the API.

    zone = "Asia/Shanghai"              # without it, the organisation's own
    [[shifts]]     name, days (mon … sun; all of them by default), from, until, contacts or rotation
    [[rotations]]  name, participants, length, unit (day, week), anchor (a day), hand_over

Contacts are named by their id or by their name within the organisation. Knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hub.escalation.rota_document import DAYS, Day, Rota, Rotation, WeeklyShift
from hub.language import N_
from models.detection.finding import Reason


def _clock(given: Any) -> Any:
    """TOML has times of its own: `08:00:00` without quotes."""
    return f"{given:%H:%M}" if isinstance(given, time) else given


_HOURS = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Wall = Annotated[str, BeforeValidator(_clock), Field(pattern=rf"^{_HOURS}$", examples=["20:00"])]
End = Annotated[str, BeforeValidator(_clock), Field(pattern=rf"^({_HOURS}|24:00)$", examples=["08:00"])]
Text = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Who = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ShiftRow(_Row):
    """From when until when on these days, and who; past midnight where it ends no later than it begins."""

    name: Text = ""
    days: Annotated[list[Day], Field(min_length=1, max_length=7)] = list(DAYS)
    since: Wall = Field(alias="from")
    until: End
    contacts: Annotated[list[Who], Field(max_length=100)] = []
    rotation: Text = ""


class RotationRow(_Row):
    """People who take turns; the first one's begins on the anchor day, at the hand-over."""

    name: Who
    participants: Annotated[list[Who], Field(min_length=1, max_length=100)]
    length: Annotated[int, Field(ge=1, le=366)] = 1
    unit: Literal["day", "week"] = "week"
    anchor: date
    hand_over: Wall = "08:00"


class Week(_Row):
    """What comes again every week."""

    zone: Annotated[str, Field(max_length=64)] = ""
    shifts: Annotated[list[ShiftRow], Field(max_length=200)] = []
    rotations: Annotated[list[RotationRow], Field(max_length=50)] = []


def rota_of(week: Week, names: Mapping[str, str], zone: str) -> tuple[Rota, tuple[Reason, ...]]:
    """Return the document of a week, and which names mean nobody, or more than one.

    `names` are the organisation's contacts by id; `zone` is its own, for a week that names none.
    """
    wrong: dict[str, Reason] = {}

    def who(given: str) -> str:
        found = [given] if given in names else [each for each, name in names.items() if name == given]
        if len(found) == 1:
            return found[0]
        text = (
            N_('Several contacts of this organisation are called "{contact}": write the id.')
            if found
            else N_('This organisation has no contact "{contact}".')
        )
        wrong[given] = Reason(text, {"contact": given})
        return given

    rota = Rota(
        zone=week.zone or zone,
        shifts=tuple(
            WeeklyShift(
                name=row.name,
                days=tuple(day for day in DAYS if day in row.days),
                since=row.since,
                until=row.until,
                contacts=tuple(dict.fromkeys(map(who, row.contacts))),
                rotation=row.rotation,
            )
            for row in week.shifts
        ),
        rotations=tuple(
            Rotation(
                name=row.name,
                participants=tuple(map(who, row.participants)),
                length=row.length,
                unit=row.unit,
                anchor=row.anchor,
                hand_over=row.hand_over,
            )
            for row in week.rotations
        ),
    )
    return rota, tuple(wrong.values())


def week_of(rota: Rota) -> Week:
    """Return the week of a document, as it would be written down, with the contacts' ids."""
    return Week.model_validate(
        {key: value for key, value in msgspec.to_builtins(rota).items() if key != "changes"}
    )
