"""What goes in and comes out of the API about duty rotas. Instants are UTC; shifts are in wall time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from hub.escalation.rota_checks import EARLIEST, LATEST
from hub.escalation.rota_file import Week
from hub.web.api.schemas import Given
from hub.web.inputs import Text


def _possible(at: datetime) -> datetime:
    if not EARLIEST <= at < LATEST:
        raise ValueError("a time lies between 2000 and 2200")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_possible)]
ContactId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["c-8f3a"])]


class NewWeek(Week):
    """The shifts and rotations of a week, in place of those that were. Overrides and swaps stay.

    Contacts are given by id, or by name where only one has it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "zone": "Asia/Shanghai",
                "shifts": [
                    {"name": "day", "from": "08:00", "until": "20:00", "contacts": ["Li Min"]},
                    {"name": "night", "from": "20:00", "until": "08:00", "rotation": "nights"},
                ],
                "rotations": [
                    {
                        "name": "nights",
                        "participants": ["Zhou Jianguo", "Chen Jie"],
                        "length": 1,
                        "unit": "week",
                        "anchor": "2026-11-02",
                        "hand_over": "08:00",
                    }
                ],
            }
        }
    )


class OnDuty(BaseModel):
    """Who is on duty from when until when; an empty list is a gap, in which everybody is called."""

    since: datetime
    until: datetime
    contacts: list[str]


class RotaView(BaseModel):
    """A rota and what follows from it. Version 0: there is none, and everybody is on duty at any hour."""

    organisation_id: str
    version: int
    saved_at: datetime | None
    saved_by: str
    week: Week | None
    changes: list[dict[str, Any]] = Field(description="Overrides and swaps, in the order they were made.")
    duties: list[OnDuty]


class Saved(BaseModel):
    """The version that was saved."""

    version: int


class NewOverride(Given):
    """Put somebody on duty (`on`), take somebody off it (`off`), or let `on` stand in for `off`."""

    on: ContactId | None = None
    off: ContactId | None = None
    since: Moment
    until: Moment
    note: Text = ""


class NewSwap(Given):
    """Two contacts take each other's duty, each on the occasion that holds an instant."""

    first: ContactId
    first_at: Moment
    second: ContactId
    second_at: Moment
    note: Text = ""
