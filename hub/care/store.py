"""The rows of needs and of what happened to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hub.care.errors import ReasonMissingError
from hub.care.needs import (
    NEEDS_A_REASON,
    STATES,
    Hours,
    Kind,
    Source,
    State,
    Step,
    due_at,
    same_wish,
    step,
)
from hub.errors import ConflictError, NotFoundError
from hub.storage.database import Connection


def hours_of(connection: Connection, home_id: str) -> Hours:
    """Return when the station of a home works, by the home's clock; raises NotFoundError."""
    row = connection.execute(
        "select h.zone, o.works_from, o.works_to"
        " from homes h join organisations o on o.id = h.organisation_id where h.id = %s",
        (home_id,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Home '{home_id}'.")
    return Hours(row["zone"], row["works_from"], row["works_to"])


def add(
    connection: Connection,
    *,
    home_id: str,
    kind: Kind,
    source: Source,
    now: datetime,
    text: str = "",
    by: str = "",
    due: datetime | None = None,
    device: str = "",
    pressed_at: datetime | None = None,
) -> str:
    """Write a need down and return its id; without `due` it is due in the station's next hours."""
    need_id = f"n{now.astimezone(UTC):%y%m%d}-{secrets.token_hex(6)}"
    due = due or due_at(hours_of(connection, home_id), now)
    connection.execute(
        """
        insert into needs (id, home_id, kind, text, source, device, pressed_at, presses, created_at,
                           created_by, due_at, state_at, state_by)
        values (%(id)s, %(home)s, %(kind)s, %(text)s, %(source)s, %(device)s, %(pressed)s, %(presses)s,
                %(now)s, %(by)s, %(due)s, %(now)s, %(by)s)
        """,
        {
            "id": need_id,
            "home": home_id,
            "kind": kind,
            "text": text,
            "source": source,
            "device": device,
            "pressed": pressed_at,
            "presses": 1 if pressed_at is not None else 0,
            "now": now,
            "by": by,
            "due": due,
        },
    )
    _append(connection, need_id, now, "open", by, text)
    return need_id


def press(connection: Connection, home_id: str, device: str, at: datetime, now: datetime) -> tuple[str, bool]:
    """Take a press of a home's green button; presses close together are one need.

    Returns its id and whether it is new.
    """
    connection.execute("select 1 from homes where id = %s for no key update", (home_id,))
    for row in connection.execute(
        "select id, state, pressed_at from needs where home_id = %s and source = 'button'"
        " and state in ('open', 'taken') order by created_at desc for update",
        (home_id,),
    ).fetchall():
        if same_wish(row["state"], row["pressed_at"], at):
            connection.execute(
                "update needs set presses = presses + 1, pressed_at = greatest(pressed_at, %s) where id = %s",
                (at, row["id"]),
            )
            return row["id"], False
    made = add(
        connection,
        home_id=home_id,
        kind="call_me",
        source="button",
        now=now,
        device=device,
        pressed_at=at,
    )
    return made, True


def locked(connection: Connection, need_id: str) -> dict[str, Any]:
    """Return where a need stands, who has it (`doer`) and who is above; nobody else changes it meanwhile.

    Raises NotFoundError.
    """
    row = connection.execute(
        """
        select n.home_id, n.state, n.state_at, n.holder_id, n.due_at, o.id as doer, o.parent_id
        from needs n join homes h on h.id = n.home_id
        join organisations o on o.id = coalesce(n.holder_id, h.organisation_id)
        where n.id = %s for update of n
        """,
        (need_id,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Need '{need_id}'.")
    return row


def go(connection: Connection, need_id: str, state: State, *, by: str, note: str, now: datetime) -> None:
    """Carry a need on: to another state, to the organisation above (`passed_on`), or back from there.

    Whoever gets it has the time that a new one has. Raises NotFoundError, ConflictError, ReasonMissingError.
    """
    row = locked(connection, need_id)
    onward = step(row["state"], state, row["holder_id"], row["parent_id"])
    if onward is None:
        raise ConflictError(f"The need is '{row['state']}' and cannot become '{state}'.")
    if state in NEEDS_A_REASON and not note.strip():
        raise ReasonMissingError
    moves = onward.holder != row["holder_id"]
    due = due_at(hours_of(connection, row["home_id"]), now) if moves else row["due_at"]
    put(connection, need_id, onward, said=state, by=by, note=note.strip(), due=due, anew=moves, now=now)


def put(
    connection: Connection,
    need_id: str,
    onward: Step,
    *,
    said: State,
    by: str,
    note: str,
    due: datetime,
    anew: bool,
    now: datetime,
) -> None:
    """Write down where a need stands from now on; `anew`: whoever has it is told again once it is late."""
    connection.execute(
        """
        update needs set state = %(state)s, state_at = %(now)s, state_by = %(by)s, note = %(note)s,
            holder_id = %(holder)s, due_at = %(due)s, told_at = case when %(moves)s then null else told_at end
        where id = %(id)s
        """,
        {
            "state": onward.state,
            "now": now,
            "by": by,
            "note": note,
            "holder": onward.holder,
            "due": due,
            "moves": anew,
            "id": need_id,
        },
    )
    _append(connection, need_id, now, said, by, note, onward.holder)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

_SHOWN = """
    select n.*, h.name as home_name, h.address, h.zone, h.organisation_id,
           coalesce(n.holder_id, h.organisation_id) as held_by, o.name as held_by_name,
           o.name_en as held_by_name_en, o.parent_id as above,
           coalesce((select string_agg(r.name, '、' order by r.id) from residents r
                     where r.home_id = h.id), '') as resident_names
    from needs n join homes h on h.id = n.home_id
    join organisations o on o.id = coalesce(n.holder_id, h.organisation_id)
"""


def get(connection: Connection, need_id: str) -> dict[str, Any]:
    """Return a need with its home's name and residents; raises NotFoundError."""
    row = connection.execute(_SHOWN + " where n.id = %s", (need_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Need '{need_id}'.")
    return row


def waiting(connection: Connection, home_ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the needs that somebody waits for, by due time; of all homes, or of these."""
    return connection.execute(
        _SHOWN
        + """
        where n.state in ('open', 'taken') and (%(homes)s::text[] is null or n.home_id = any(%(homes)s))
        order by n.due_at, n.id
        """,
        {"homes": None if home_ids is None else list(home_ids)},
    ).fetchall()


def ended(
    connection: Connection, home_ids: Sequence[str] | None = None, limit: int = 30
) -> list[dict[str, Any]]:
    """Return the needs that came to an end, the latest first."""
    return connection.execute(
        _SHOWN
        + """
        where n.state not in ('open', 'taken')
          and (%(homes)s::text[] is null or n.home_id = any(%(homes)s))
        order by n.state_at desc, n.id limit %(limit)s
        """,
        {"homes": None if home_ids is None else list(home_ids), "limit": limit},
    ).fetchall()


def entries(connection: Connection, need_id: str) -> list[dict[str, Any]]:
    """Return what happened to a need, in order."""
    return connection.execute(
        "select n, at, state, by, note, holder_id from need_entries where need_id = %s order by n", (need_id,)
    ).fetchall()


def counts(connection: Connection, home_ids: Sequence[str] | None = None) -> dict[State, int]:
    """Count all needs by state."""
    rows = connection.execute(
        "select state, count(*) as n from needs"
        " where %(homes)s::text[] is null or home_id = any(%(homes)s) group by state",
        {"homes": None if home_ids is None else list(home_ids)},
    )
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state, 0) for state in STATES}


def untold(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Return and lock open needs past their time of which their station has not been told."""
    return connection.execute(
        """
        select n.id, n.due_at, o.id as organisation_id, h.zone, o.works_from, o.works_to
        from needs n join homes h on h.id = n.home_id
        join organisations o on o.id = coalesce(n.holder_id, h.organisation_id)
        where n.state in ('open', 'taken') and n.due_at < %s and n.told_at is null
        order by n.due_at for update of n skip locked
        """,
        (now,),
    ).fetchall()


def overdue(connection: Connection, organisation_id: str, now: datetime) -> list[datetime]:
    """Return the due times of an organisation's needs that are past them, the oldest first."""
    rows = connection.execute(
        "select n.due_at from needs n join homes h on h.id = n.home_id"
        " where coalesce(n.holder_id, h.organisation_id) = %s and n.state in ('open', 'taken')"
        " and n.due_at < %s order by n.due_at",
        (organisation_id, now),
    )
    return [row["due_at"] for row in rows]


def mark_told(connection: Connection, need_ids: Sequence[str], now: datetime) -> None:
    """Remember that the station was told of these needs."""
    connection.execute("update needs set told_at = %s where id = any(%s)", (now, list(need_ids)))


def _append(
    connection: Connection,
    need_id: str,
    at: datetime,
    state: State,
    by: str,
    note: str,
    holder: str | None = None,
) -> None:
    connection.execute(
        """
        insert into need_entries (need_id, n, at, state, by, note, holder_id)
        select %(need)s, coalesce(max(n), 0) + 1, %(at)s, %(state)s, %(by)s, %(note)s, %(holder)s
        from need_entries where need_id = %(need)s
        """,
        {
            "need": need_id,
            "at": at,
            "state": state,
            "by": by,
            "note": note,
            "holder": holder,
        },
    )
