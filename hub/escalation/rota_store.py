"""The rows of duty rotas: one document for an organisation, and every version that it ever had.

An organisation without a row has no rota: everybody is on duty there, at any hour. In a gap of a rota nobody
is on duty; who calls people never keeps silent over it and calls everybody of the organisation (`gaps_of`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from psycopg.types.json import Jsonb

from hub.errors import ConflictError, HubError, NotFoundError
from hub.escalation import rota as duties
from hub.escalation.policy import Shift
from hub.escalation.rota import Duty
from hub.escalation.rota_checks import half_of, refusal, without_the_past, wrong_in
from hub.escalation.rota_document import Change, Override, Rota, Swap
from hub.escalation.rota_file import Week, rota_of
from hub.language import N_, texts
from hub.storage.database import Connection
from models.detection.finding import Reason


class RotaError(HubError):
    """The rota cannot be like this."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """Return what is wrong, in a person's language."""
        _ = texts(language).gettext
        return " ".join(_(reason.text).format(**reason.values) for reason in self.reasons)


class RotaChangeError(RotaError):
    """The rota as it stands does not allow this."""


class Kept(Struct, frozen=True):
    """A rota with its version: who saved it, and when."""

    rota: Rota
    version: int
    saved_at: datetime
    saved_by: str


def get(connection: Connection, organisation_id: str) -> Kept | None:
    """Return an organisation's rota, or None where it has none; raises NotFoundError."""
    zone_of(connection, organisation_id)
    row = connection.execute(
        "select document, version, saved_at, saved_by from rotas where organisation_id = %s",
        (organisation_id,),
    ).fetchone()
    return None if row is None else _kept(row)


def at(connection: Connection, organisation_id: str, instant: datetime) -> Kept | None:
    """Return the rota that held at an instant, whatever was written since."""
    row = connection.execute(
        "select document, version, saved_at, saved_by from rota_versions"
        " where organisation_id = %s and saved_at <= %s order by version desc limit 1",
        (organisation_id, instant),
    ).fetchone()
    return None if row is None else _kept(row)


def was_on_duty(connection: Connection, organisation_id: str, instant: datetime) -> tuple[str, ...] | None:
    """Return the contacts who had duty at an instant, by the rota of that time; None: there was no rota."""
    kept = at(connection, organisation_id, instant)
    if kept is None:
        return None
    return duties.on_duty(kept.rota, instant, instant + timedelta(milliseconds=1))[0].contacts


def duty_at(connection: Connection, organisation_id: str, instant: datetime, now: datetime) -> Duty | None:
    """Return who has duty at an instant, or had it by the rota of that time; None without a rota.

    The duty begins a day before at the earliest and ends two weeks later at the latest.
    """
    kept = get(connection, organisation_id) if instant >= now else at(connection, organisation_id, instant)
    if kept is None:
        return None
    absent = _absent(connection, organisation_id) if instant >= now else ()
    found = duties.on_duty(kept.rota, instant - timedelta(days=1), instant + timedelta(days=14), absent)
    return next(duty for duty in found if duty.since <= instant < duty.until)


def save(
    connection: Connection,
    organisation_id: str,
    rota: Rota,
    *,
    by: str,
    now: datetime,
    version: int | None = None,
) -> int:
    """Keep a whole document and return its version; with `version`, only over that one (0: over none).

    Raises RotaError with everything that is wrong in it, ConflictError, NotFoundError.
    """
    last = _locked(connection, organisation_id)
    if version is not None and version != last:
        raise ConflictError(f"The rota is at version {last}.")
    if wrong := wrong_in(rota, names_of(connection, organisation_id)):
        raise RotaError(wrong)
    kept = msgspec.structs.replace(rota, changes=without_the_past(rota, now))
    values = (organisation_id, last + 1, Jsonb(msgspec.to_builtins(kept)), now, by)
    connection.execute(
        "insert into rotas (organisation_id, version, document, saved_at, saved_by)"
        " values (%s, %s, %s, %s, %s) on conflict (organisation_id) do update set version = excluded.version,"
        " document = excluded.document, saved_at = excluded.saved_at, saved_by = excluded.saved_by",
        values,
    )
    connection.execute(
        "insert into rota_versions (organisation_id, version, document, saved_at, saved_by)"
        " values (%s, %s, %s, %s, %s)",
        values,
    )
    return last + 1


def save_written(
    connection: Connection,
    organisation_id: str,
    week: Week,
    *,
    by: str,
    now: datetime,
    version: int | None = None,
) -> int:
    """Keep a week as people wrote it, with `version` only over that one; raises as `save` does."""
    rota = _written(connection, organisation_id, week)
    return save_week(connection, organisation_id, rota, by=by, now=now, version=version)


def gaps_of_written(
    connection: Connection, organisation_id: str, week: Week, since: datetime, until: datetime
) -> tuple[Shift, ...]:
    """Return when nobody would be on duty, were a week saved as it is; raises RotaError as `save` does."""
    rota = _written(connection, organisation_id, week)
    if wrong := wrong_in(rota, names_of(connection, organisation_id)):
        raise RotaError(wrong)
    known = get(connection, organisation_id)
    changed = msgspec.structs.replace(rota, changes=known.rota.changes if known else ())
    return duties.gaps(changed, since, until, _absent(connection, organisation_id))


def _written(connection: Connection, organisation_id: str, week: Week) -> Rota:
    zone = zone_of(connection, organisation_id)
    rota, wrong = rota_of(week, names_of(connection, organisation_id), zone)
    if wrong:
        raise RotaError(wrong)
    return rota


def save_week(
    connection: Connection,
    organisation_id: str,
    rota: Rota,
    *,
    by: str,
    now: datetime,
    version: int | None = None,
) -> int:
    """Keep zone, shifts and rotations; overrides and swaps that were made stay. Returns the version.

    What is written already makes no new version. Raises as `save` does.
    """
    _locked(connection, organisation_id)
    known = get(connection, organisation_id)
    changed = msgspec.structs.replace(rota, changes=known.rota.changes if known else ())
    if known and known.rota == changed:
        return known.version
    return save(connection, organisation_id, changed, by=by, now=now, version=version)


def override(
    connection: Connection,
    organisation_id: str,
    *,
    on: str = "",
    off: str = "",
    since: datetime,
    until: datetime,
    note: str = "",
    by: str,
    now: datetime,
) -> str:
    """Put one contact on duty, take one off, or let `on` stand in for `off`; return the change's id.

    Raises RotaChangeError with a sentence, NotFoundError.
    """
    change = Override(id=_new_id(), on=on, off=off, since=since, until=until, note=note)
    return _add(connection, organisation_id, _standing(connection, organisation_id), change, by, now)


def swap(
    connection: Connection,
    organisation_id: str,
    *,
    first: str,
    first_at: datetime,
    second: str,
    second_at: datetime,
    note: str = "",
    by: str,
    now: datetime,
) -> str:
    """Let two contacts take each other's duty, each on the occasion that holds an instant; return its id.

    Of a duty that has begun the rest is swapped. Raises RotaChangeError with a sentence, NotFoundError.
    """
    rota = _standing(connection, organisation_id)
    names = names_of(connection, organisation_id)
    halves = []
    for contact, instant in ((first, first_at), (second, second_at)):
        half = half_of(rota, contact, instant, now)
        if half is None:
            raise RotaChangeError(
                [Reason(N_("{contact} has no duty then."), {"contact": names.get(contact, contact)})]
            )
        halves.append(half)
    change = Swap(id=_new_id(), first=halves[0], second=halves[1], note=note)
    return _add(connection, organisation_id, rota, change, by, now)


def cancel(connection: Connection, organisation_id: str, change_id: str, *, by: str, now: datetime) -> None:
    """Take back an override or a swap. Raises RotaChangeError, NotFoundError."""
    rota = _standing(connection, organisation_id)
    left = tuple(change for change in rota.changes if change.id != change_id)
    if len(left) == len(rota.changes):
        raise RotaChangeError([Reason(N_("This change has been taken back already."), {})])
    save(connection, organisation_id, msgspec.structs.replace(rota, changes=left), by=by, now=now)


def on_duty(
    connection: Connection, organisation_id: str, since: datetime, until: datetime
) -> tuple[Duty, ...] | None:
    """Return who is on duty, gaps included; None without a rota. Who is no longer called covers nothing."""
    kept = get(connection, organisation_id)
    if kept is None:
        return None
    return duties.on_duty(kept.rota, since, until, _absent(connection, organisation_id))


def shifts_of(
    connection: Connection, organisation_id: str, since: datetime, until: datetime
) -> dict[str, tuple[Shift, ...]] | None:
    """Return when each contact of an organisation is on duty; None: it has no rota, everybody always is.

    Every contact has an entry, an empty one without duty. In a gap nobody is on duty: see `gaps_of`.
    """
    kept = get(connection, organisation_id)
    if kept is None:
        return None
    found = duties.shifts_of(kept.rota, since, until, _absent(connection, organisation_id))
    return {contact: found.get(contact, ()) for contact in names_of(connection, organisation_id)}


def gaps_of(
    connection: Connection, organisation_id: str, since: datetime, until: datetime
) -> tuple[Shift, ...]:
    """Return when nobody at all is on duty: there everybody is called. Without a rota there is no gap."""
    found = on_duty(connection, organisation_id, since, until) or ()
    return tuple(Shift(duty.since, duty.until) for duty in found if not duty.contacts)


def with_rota(connection: Connection, organisations: Sequence[str]) -> list[str]:
    """Return which of these organisations have a rota."""
    rows = connection.execute(
        "select organisation_id from rotas where organisation_id = any(%s)", (list(organisations),)
    ).fetchall()
    return [row["organisation_id"] for row in rows]


def names_of(connection: Connection, organisation_id: str) -> dict[str, str]:
    """Return the names of an organisation's contacts by id, in the order of calling."""
    rows = connection.execute(
        "select id, name from contacts where organisation_id = %s order by active desc, rank, id",
        (organisation_id,),
    ).fetchall()
    return {row["id"]: row["name"] for row in rows}


def zone_of(connection: Connection, organisation_id: str) -> str:
    """Return an organisation's own time zone; raises NotFoundError."""
    row = connection.execute("select zone from organisations where id = %s", (organisation_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no organisation '{organisation_id}'.")
    return str(row["zone"])


def _absent(connection: Connection, organisation_id: str) -> set[str]:
    rows = connection.execute(
        "select id from contacts where organisation_id = %s and not active", (organisation_id,)
    ).fetchall()
    return {row["id"] for row in rows}


def _locked(connection: Connection, organisation_id: str) -> int:
    """Keep others from writing this rota until the transaction ends; return its version, 0 for none."""
    locked = connection.execute(
        "select 1 from organisations where id = %s for no key update", (organisation_id,)
    ).fetchone()
    if locked is None:
        raise NotFoundError(f"There is no organisation '{organisation_id}'.")
    # A statement of its own, after the lock: it sees what whoever held the lock before has written.
    row = connection.execute(
        "select version from rotas where organisation_id = %s", (organisation_id,)
    ).fetchone()
    return int(row["version"]) if row else 0


def _standing(connection: Connection, organisation_id: str) -> Rota:
    """Return the rota that is about to be changed; nobody else changes it meanwhile."""
    _locked(connection, organisation_id)
    kept = get(connection, organisation_id)
    if kept is None:
        raise RotaChangeError([Reason(N_("There is no rota yet. Write down the weekly shifts first."), {})])
    return kept.rota


def _add(
    connection: Connection, organisation_id: str, rota: Rota, change: Change, by: str, now: datetime
) -> str:
    if why := refusal(rota, change, now, names_of(connection, organisation_id)):
        raise RotaChangeError([why])
    changed = msgspec.structs.replace(rota, changes=(*rota.changes, change))
    save(connection, organisation_id, changed, by=by, now=now)
    return change.id


def _new_id() -> str:
    return secrets.token_hex(6)


def _kept(row: dict[str, Any]) -> Kept:
    rota = msgspec.convert(row["document"], Rota)
    return Kept(rota, row["version"], row["saved_at"], row["saved_by"])
