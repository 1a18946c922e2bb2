"""The emergency card: what a human who calls an ambulance or the fire brigade must be able to say at once.

Only for an emergency that is open. Facts about somebody's health are on it only where that person agreed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from hub.alerts import store as alerts
from hub.care.emergency_numbers import Line, checked, lines
from hub.errors import HubError, NotFoundError
from hub.places import activity, facts
from hub.storage.database import Connection
from models.contract.measurements import PRESENCE


class NoEmergencyError(HubError):
    """The emergency card is given only while an emergency is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who lives there."""

    name: str
    age: int | None
    capability: int | None
    health: str | None  #: None: not released


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything that is asked on the telephone."""

    alert: Mapping[str, Any]
    lines: tuple[Line, ...]
    people: tuple[Person, ...]
    landmarks: str
    hospital: str
    entry_note: str
    last_movement: Mapping[str, Any] | None


def card(connection: Connection, alert_id: str, now: datetime) -> Card:
    """Return the card of an open emergency of a home; raises NoEmergencyError, NotFoundError."""
    alert = alerts.get(connection, alert_id)
    if alert["home_id"] is None or alert["severity"] != "emergency" or alert["status"] == "resolved":
        raise NoEmergencyError
    home = connection.execute(
        "select landmarks, hospital, entry_note, zone, organisation_id from homes where id = %s",
        (alert["home_id"],),
    ).fetchone()
    if home is None:
        raise NotFoundError
    today = now.astimezone(ZoneInfo(home["zone"])).date()
    residents = connection.execute(
        "select name, born_on, capability, health_consent, case when health_consent then health_note end"
        " as health from residents where home_id = %s order by id",
        (alert["home_id"],),
    ).fetchall()
    return Card(
        alert=alert,
        lines=lines(home["zone"], alert["risk"], _numbers(connection, home["organisation_id"])),
        people=tuple(
            Person(
                name=row["name"],
                age=age(row["born_on"], today),
                capability=row["capability"],
                health=row["health"],
            )
            for row in residents
        ),
        landmarks=home["landmarks"],
        hospital=home["hospital"],
        entry_note=home["entry_note"],
        last_movement=activity.last_movement(connection, alert["home_id"], sorted(PRESENCE)),
    )


def age(born_on: date | None, today: date) -> int | None:
    """Return somebody's age in whole years, or None where the day of birth is not known."""
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def describe_home(
    connection: Connection, home_id: str, *, landmarks: str, hospital: str, key_safe: str | None = None
) -> None:
    """Write down how a home is found, which hospital its people want, and where a key is (None: as it was).

    Raises NotFoundError, FactError.
    """
    given = {"landmarks": landmarks, "hospital": hospital}
    facts.change(connection, home_id, given if key_safe is None else given | {"key_safe": key_safe})


def consent(connection: Connection, home_id: str, resident_id: str, *, given: bool) -> None:
    """Write down whether somebody lets helpers know of their health; raises NotFoundError."""
    changed = connection.execute(
        "update residents set health_consent = %s where id = %s and home_id = %s",
        (given, resident_id, home_id),
    )
    if not changed.rowcount:
        raise NotFoundError(f"Resident '{resident_id}'.")


def set_numbers(connection: Connection, organisation_id: str, numbers: Mapping[str, str]) -> None:
    """Write down an area's own emergency numbers; an empty one is the country's. Raises NumberError."""
    kept = checked(numbers)
    changed = connection.execute(
        "update organisations set emergency_numbers = %s where id = %s", (Jsonb(kept), organisation_id)
    )
    if not changed.rowcount:
        raise NotFoundError(f"Organisation '{organisation_id}'.")


def _numbers(connection: Connection, organisation_id: str) -> list[Mapping[str, str]]:
    """What a home's organisations have set, the nearest first."""
    rows = connection.execute(
        """
        with recursive above (id, parent_id, emergency_numbers, depth) as (
            select id, parent_id, emergency_numbers, 0 from organisations where id = %s
            union all
            select o.id, o.parent_id, o.emergency_numbers, depth + 1
            from organisations o join above a on o.id = a.parent_id where depth < 10
        )
        select emergency_numbers from above order by depth
        """,
        (organisation_id,),
    )
    return [row["emergency_numbers"] for row in rows]
