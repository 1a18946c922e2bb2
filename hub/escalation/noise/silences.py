"""Silences: a hush over lesser alerts that somebody asked for, with a reason and an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hub.errors import ConflictError, HubError, NotFoundError
from hub.escalation.noise.rules import SINGLE
from hub.language import N_
from hub.storage.database import Connection

LONGEST: Final = timedelta(days=30)
#: What a silence may name; what is not here of a home's risks calls people whatever was asked for.
RISKS: Final = (
    "leak",
    "tamper",
    "inactivity",
    "night_exit",
    "not_up",
    "long_bathroom",
    "night_out_of_bed",
    "night_wandering",
    "decline",
    "door_open",
    "cold",
    "hot",
    "home_silent",
    "device_silent",
    "power_cut",
)
#: Said to whoever asks for a silence.
NOTICE: Final = N_(
    "Emergencies are never silenced: a call for help, a fall, smoke or gas calls people as always."
)


class SilenceError(HubError):
    """There can be no such silence."""


def create(
    connection: Connection,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    risks: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime,
    by: str,
    why: str,
    now: datetime,
) -> int:
    """Hold back lesser alerts of a home, or of an organisation and all below it; return the silence's id.

    No `risks`: all of them. Raises SilenceError for what cannot be, NotFoundError for a place unknown.
    """
    begins = since or now
    if (home_id is None) == (organisation_id is None):
        raise SilenceError("It is for a home or for an organisation.")
    _check(risks, begins, until, why, now)
    table, place = ("homes", home_id) if home_id is not None else ("organisations", organisation_id)
    if connection.execute(f"select 1 from {table} where id = %s", (place,)).fetchone() is None:  # noqa: S608
        raise NotFoundError(f"'{place}'.")
    row = connection.execute(
        """
        insert into silences (home_id, organisation_id, risks, since, until, by, why, created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
        """,
        (home_id, organisation_id, sorted(set(risks)), begins, until, by, why.strip(), now),
    ).fetchone()
    _look_again(connection, home_id, organisation_id, now)
    return int(row["id"]) if row else 0


def _check(risks: Sequence[str], since: datetime, until: datetime, why: str, now: datetime) -> None:
    if not why.strip():
        raise SilenceError("Say why: whoever wonders at night why nobody called will read it.")
    if until <= since or until <= now:
        raise SilenceError("It ends before it begins.")
    if until - since > LONGEST:
        raise SilenceError(f"It lasts {LONGEST.days} days at most; ask again then.")
    if set(risks) & SINGLE:
        raise SilenceError(NOTICE)
    if unknown := sorted(set(risks) - set(RISKS)):
        raise SilenceError(f"'{unknown[0]}' is none of {', '.join(RISKS)}.")


def end(
    connection: Connection,
    silence_id: str,
    by: str,
    now: datetime,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
) -> None:
    """End a silence before its time; what it held calls people now. Raises ConflictError when it is over.

    With a place only a silence of that very place is meant.
    """
    number = int(silence_id) if silence_id.isascii() and silence_id.isdigit() else 0
    row = connection.execute(
        """
        update silences set ended_by = %(by)s, until = greatest(%(now)s, since + interval '1 microsecond')
        where id = %(id)s and ended_by is null and until > %(now)s
          and (%(home)s::text is null or home_id = %(home)s)
          and (%(organisation)s::text is null or organisation_id = %(organisation)s)
        returning id
        """,
        {"id": number, "by": by, "now": now, "home": home_id, "organisation": organisation_id},
    ).fetchone()
    if row is None:
        raise ConflictError("This silence is over.")


def current(
    connection: Connection,
    now: datetime,
    home_ids: Sequence[str] | None = None,
    organisation_ids: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Return the silences that hold or are to come, the soonest to end first; of all places or of these."""
    return connection.execute(
        """
        select s.*, coalesce(h.name, o.name) as place_name, coalesce(h.zone, o.zone) as zone,
               (select count(*) from alerts a where a.held_by = 'silence:' || s.id and a.status <> 'resolved')
                   as holding
        from silences s left join homes h on h.id = s.home_id
        left join organisations o on o.id = s.organisation_id
        where s.ended_by is null and s.until > %(now)s
          and (%(all)s or s.home_id = any(%(homes)s) or s.organisation_id = any(%(organisations)s))
        order by s.until, s.id
        """,
        {
            "now": now,
            "all": home_ids is None and organisation_ids is None,
            "homes": list(home_ids or ()),
            "organisations": list(organisation_ids or ()),
        },
    ).fetchall()


def over_home(connection: Connection, home_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return the silences that concern a home: its own and those of the organisations above it."""
    rows = connection.execute(
        """
        with recursive above (id, parent_id) as (
            select o.id, o.parent_id from organisations o join homes h on h.organisation_id = o.id
            where h.id = %s
            union
            select o.id, o.parent_id from organisations o join above a on o.id = a.parent_id
        )
        select id from above
        """,
        (home_id,),
    ).fetchall()
    return current(connection, now, [home_id], [row["id"] for row in rows])


def _look_again(
    connection: Connection, home_id: str | None, organisation_id: str | None, now: datetime
) -> None:
    """Alerts that call people this very moment are looked at again; a busy one at its next step."""
    connection.execute(
        """
        with recursive below (id) as (
            select id from organisations where id = %(organisation)s
            union
            select o.id from organisations o join below b on o.parent_id = b.id
        )
        update alerts set due_at = %(now)s where id in (
            select a.id from alerts a left join homes h on h.id = a.home_id
            where a.status = 'triggered' and a.severity = 'warning'
              and (a.home_id = %(home)s
                   or coalesce(h.organisation_id, a.organisation_id) in (select id from below))
            for update of a skip locked
        )
        """,
        {"home": home_id, "organisation": organisation_id, "now": now},
    )
