"""Who may be told: a home's own people, its station's, and those of the tiers above, with their shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hub.errors import NotFoundError
from hub.escalation import rota_store
from hub.escalation.policy import Method, Person, Shift
from hub.storage.database import Connection

_PEOPLE = """
    with recursive above (id, tier, parent_id) as (
        select o.id, o.tier, o.parent_id from organisations o where o.id = %(organisation)s
        union
        select o.id, o.tier, o.parent_id from organisations o join above a on o.id = a.parent_id
    )
    select c.id, c.name, c.role, c.language, c.rank,
           coalesce(a.tier, 'home') as tier, a.id as organisation_id,
           coalesce(array_agg(m.channel order by m.rank, m.id) filter (where m.id is not null), '{}')
               as channels,
           coalesce(array_agg(m.address order by m.rank, m.id) filter (where m.id is not null), '{}')
               as addresses,
           coalesce(array_agg(m.verified_at is not null order by m.rank, m.id)
                    filter (where m.id is not null), '{}') as verified
    from contacts c
    left join above a on a.id = c.organisation_id
    left join contact_methods m on m.contact_id = c.id and m.active
    where c.active and (c.home_id = %(home)s or a.id is not null)
    group by c.id, c.name, c.role, c.language, c.rank, a.tier, a.id
    order by c.rank, c.id
"""


#: So far ahead shifts are frozen into an alert; one that is open longer calls whoever there is.
HORIZON: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Place:
    """What an alert is about, as far as calling people depends on it: a home, or (`home_id` None) an area."""

    home_id: str | None
    organisation_id: str
    zone: ZoneInfo
    first_called: str = "station"  #: or `family`


def place_of(connection: Connection, home_id: str | None, organisation_id: str | None) -> Place:
    """Return a home, or an organisation where no home is given; raises NotFoundError."""
    if home_id is not None:
        row = connection.execute(
            "select first_called, organisation_id, zone from homes where id = %s", (home_id,)
        ).fetchone()
    else:
        row = connection.execute(
            "select 'station' as first_called, id as organisation_id, zone from organisations where id = %s",
            (organisation_id,),
        ).fetchone()
    if row is None:
        what = f"Home '{home_id}'" if home_id is not None else f"Organisation '{organisation_id}'"
        raise NotFoundError(f"{what}.")
    return Place(home_id, row["organisation_id"], ZoneInfo(row["zone"]), row["first_called"])


def of_place(
    connection: Connection, place: Place, at: datetime | None = None, horizon: timedelta = HORIZON
) -> list[Person]:
    """Return everybody who may be told about a place, with their methods in order.

    With `at`, those on duty carry their shifts from then on, for the horizon.
    """
    rows = connection.execute(
        _PEOPLE, {"home": place.home_id, "organisation": place.organisation_id}
    ).fetchall()
    if at is None:
        return [_person(row) for row in rows]
    until = at + horizon
    organisations = list({row["organisation_id"] for row in rows if row["organisation_id"] is not None})
    shifts: dict[str, tuple[Shift, ...]] = {}
    for organisation in rota_store.with_rota(connection, organisations):
        own = rota_store.shifts_of(connection, organisation, at, until) or {}
        # Where nobody is on duty, everybody is: a gap in a rota must not be a gap in the night.
        gaps = rota_store.gaps_of(connection, organisation, at, until)
        shifts |= {contact: tuple(sorted((*mine, *gaps), key=_since)) for contact, mine in own.items()}
    return [_person(row, shifts.get(row["id"]), until) for row in rows]


def of_home(
    connection: Connection, home_id: str, at: datetime | None = None, horizon: timedelta = HORIZON
) -> tuple[str, list[Person]]:
    """Return whether `family` or `station` is called first for a home, and everybody."""
    place = place_of(connection, home_id, None)
    return place.first_called, of_place(connection, place, at, horizon)


def of_organisation(
    connection: Connection, organisation_id: str, at: datetime | None = None, horizon: timedelta = HORIZON
) -> list[Person]:
    """Return the people of an organisation and of the tiers above it: whom an area's alert reaches."""
    return of_place(connection, place_of(connection, None, organisation_id), at, horizon)


def _since(shift: Shift) -> datetime:
    return shift.since


def _person(
    row: dict[str, Any], shifts: tuple[Shift, ...] | None = None, until: datetime | None = None
) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        tier=row["tier"],
        organisation=row["organisation_id"] or "",
        language=row["language"],
        rank=row["rank"],
        methods=tuple(
            Method(channel, address, verified)
            for channel, address, verified in zip(
                row["channels"], row["addresses"], row["verified"], strict=True
            )
        ),
        shifts=shifts,
        duty_known_until=None if shifts is None else until,
    )
