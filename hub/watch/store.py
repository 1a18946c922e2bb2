"""The SQL of the watch: profiles, what the detectors remember, and the events since it was written down.

Rows come as tuples: a hundred thousand homes are read at every start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog
from psycopg.rows import tuple_row

from hub.storage.database import Connection
from hub.storage.flags import HISTORIC, LATE, UNSYNCED
from models.contract.messages import Event
from models.detection.profile import DeviceProfile, HomeProfile, Status
from models.detection.usual import Usual

log = structlog.get_logger()

DEFAULT_ZONE = "Asia/Shanghai"
FEW = 100  #: homes that are read in one go
PORTION = 20_000  #: rows at a time otherwise


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """What the table says of an edge agent. Instants in milliseconds, 0 meaning never."""

    home: str
    id: str
    state: str
    session: int
    boot: str
    heard_at: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was written down of a home; includes every event received up to `as_of`."""

    home: str
    as_of: datetime
    state: bytes


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the database."""

    home: str
    edge: str
    received_at: int
    event: Event


def read_profiles(connection: Connection, homes: Sequence[str] | None) -> list[HomeProfile]:
    """Return the profiles of `homes`, or of all."""
    devices: dict[str, dict[tuple[str, str], DeviceProfile]] = {}
    for home, edge, name, room, kinds, heartbeat, outer_door, battery_powered in _rows(
        connection,
        """
        select home_id, edge_id, id, room, array_to_string(kinds, ' '),
               (extract(epoch from heartbeat) * 1000)::int8,
               outer_door, battery_powered
        from devices where placed and (%(all)s or home_id = any(%(homes)s))
        """,
        homes,
    ):
        devices.setdefault(home, {})[edge, name] = _device(
            room, kinds, heartbeat, outer_door, battery_powered
        )
    return [
        HomeProfile(
            id=home,
            zone=_known_zone(zone),
            status=cast(Status, status),
            supervision=supervision,
            devices=devices.get(home, {}),
            usual=Usual.from_bytes(usual),
            answered_at=answered_at,
            up_by=up_by,
            nobody_home=nobody_home,
            away=(away_since, away_until),
            alone=alone,
            askable=askable,
        )
        for (
            home,
            zone,
            status,
            supervision,
            usual,
            answered_at,
            up_by,
            nobody_home,
            alone,
            askable,
            away_since,
            away_until,
        ) in _rows(connection, _HOMES, homes)
    ]


#: What a person has said of a home, what it was heard to say, and what was learnt of it.
_HOMES = """
    select h.id, h.zone, h.status, (extract(epoch from h.supervision) * 1000)::int8, l.usual,
           coalesce((extract(epoch from a.at) * 1000)::int8, 0), (extract(epoch from h.up_by) / 60)::int4,
           coalesce(r.away, false), coalesce(r.n, 1) = 1, coalesce(c.askable, false),
           coalesce((extract(epoch from t.since) * 1000)::int8, 0),
           coalesce((extract(epoch from t.until) * 1000)::int8, 0)
    from homes h
    left join learnt l on l.home_id = h.id
    left join (select home_id, max(answered_at) as at from rechecks
               where %(all)s or home_id = any(%(homes)s) group by home_id) a on a.home_id = h.id
    left join (select r.home_id, count(*) as n, bool_and(coalesce(s.standing, 'home') <> 'home') as away
               from residents r
               left join (select distinct on (resident_id) resident_id, standing from resident_standings
                          order by resident_id, since desc) s on s.resident_id = r.id
               where %(all)s or r.home_id = any(%(homes)s) group by r.home_id) r on r.home_id = h.id
    left join (select c.home_id, true as askable
               from contacts c join contact_methods m on m.contact_id = c.id
               where c.role = 'resident' and c.active and m.active and m.channel = 'voice'
                 and (%(all)s or c.home_id = any(%(homes)s)) group by c.home_id) c on c.home_id = h.id
    left join (select distinct on (home_id) home_id, since, until from stays
               where kind = 'away' and ended_at is null order by home_id, until desc) t on t.home_id = h.id
    where %(all)s or h.id = any(%(homes)s)
"""


def read_usual(connection: Connection, homes: Sequence[str]) -> dict[str, Usual]:
    """Return what is usual in `homes` of which anything was learnt."""
    rows = _rows(connection, "select home_id, usual from learnt where home_id = any(%(homes)s)", homes)
    return {home: Usual.from_bytes(usual) for home, usual in rows}


def write_deaf_times(connection: Connection, times: Iterable[tuple[datetime, datetime]]) -> None:
    """Write down when the hub could not hear anybody."""
    for since, until in times:
        connection.execute("insert into deaf_times (since, until) values (%s, %s)", (since, until))


def read_edges(connection: Connection, homes: Sequence[str] | None) -> Iterator[EdgeRow]:
    """Yield the edge agents of `homes`, or of all."""
    for row in _rows(
        connection,
        """
        select home_id, id, state, session, boot,
               coalesce((extract(epoch from heard_at) * 1000)::int8, 0)
        from edges where %(all)s or home_id = any(%(homes)s)
        """,
        homes,
    ):
        yield EdgeRow(*row)


def read_snapshots(connection: Connection, homes: Sequence[str] | None) -> Iterator[Snapshot]:
    """Yield what was written down of `homes`, or of all."""
    for row in _rows(
        connection,
        "select home_id, as_of, state from home_states where %(all)s or home_id = any(%(homes)s)",
        homes,
    ):
        yield Snapshot(*row)


def read_events_since(
    connection: Connection, since: datetime, homes: Sequence[str] | None, unreadable: Sequence[str] = ()
) -> Iterator[StoredEvent]:
    """Yield the events received after `since` that no snapshot includes, in the order in which they came.

    Of the homes whose snapshot is `unreadable`, all of them.
    """
    yield from _events(
        connection,
        """
        left join home_states w on w.home_id = e.home_id
        where e.received_at > %(since)s
          and (w.as_of is null or e.received_at > w.as_of or e.home_id = any(%(unreadable)s))
          and (%(all)s or e.home_id = any(%(homes)s))
        order by e.received_at, e.stream_id, e.seq
        """,
        {
            "since": since,
            "all": homes is None,
            "homes": list(homes or ()),
            "unreadable": list(unreadable),
        },
    )


def read_events_between(
    connection: Connection, home: str, since: datetime, until: datetime
) -> Iterator[StoredEvent]:
    """Yield a home's events in the order in which they happened, those of `until` left out."""
    yield from _events(
        connection,
        """
        where e.home_id = %(home)s and e.occurred_at >= %(since)s and e.occurred_at < %(until)s
        order by e.occurred_at, e.stream_id, e.seq
        """,
        {"home": home, "since": since, "until": until},
    )


def write_snapshots(connection: Connection, snapshots: Iterable[tuple[str, bytes]], as_of: datetime) -> int:
    """Write down what the detectors remember, and return of how many homes; one deleted meanwhile is left."""
    homes, states = [], []
    for home, state in snapshots:
        homes.append(home)
        states.append(state)
    if not homes:
        return 0
    return connection.execute(
        """
        insert into home_states (home_id, as_of, state)
        select said.home_id, %s, said.state from unnest(%s::text[], %s::bytea[]) as said (home_id, state)
        join homes h on h.id = said.home_id
        on conflict (home_id) do update set as_of = excluded.as_of, state = excluded.state
        """,
        (as_of, homes, states),
    ).rowcount


def _rows(connection: Connection, query: str, homes: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
    values = {"all": homes is None, "homes": list(homes or ())}
    if homes is not None and len(homes) <= FEW:
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            yield from cursor.execute(query, values).fetchall()
    else:
        yield from _in_portions(connection, query, values)


def _in_portions(connection: Connection, query: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows without ever holding all of them; needs a transaction."""
    with connection.cursor(name="watch", row_factory=tuple_row) as cursor:
        cursor.execute(query, values, binary=True)
        while rows := cursor.fetchmany(PORTION):
            yield from rows


def _events(connection: Connection, rest: str, values: dict[str, Any]) -> Iterator[StoredEvent]:
    query = f"""
        select e.home_id, s.edge_id, (extract(epoch from e.received_at) * 1000)::int8,
               e.seq, (extract(epoch from e.occurred_at) * 1000)::int8, e.device, e.kind, e.value, e.flags
        from events e join streams s on s.id = e.stream_id
        {rest}
    """  # noqa: S608 -- `rest` is ours
    for home, edge, received_at, seq, at, device, kind, value, flags in _in_portions(
        connection, query, values
    ):
        event = Event(
            seq=seq,
            at=at,
            mono=0,
            device=device,
            kind=kind,
            value=value,
            clock="unsynced" if flags & UNSYNCED else "synced",
            late=bool(flags & LATE),
            historic=bool(flags & HISTORIC),
        )
        yield StoredEvent(home, edge, received_at, event)


@lru_cache(maxsize=65_536)
def _device(
    room: str, kinds: str, heartbeat: int | None, outer_door: bool, battery_powered: bool
) -> DeviceProfile:
    """Return a device's profile; devices that are alike share one."""
    return DeviceProfile(
        room=room,
        kinds=frozenset(kinds.split()),
        heartbeat=heartbeat,
        outer_door=outer_door,
        battery_powered=battery_powered,
    )


@lru_cache(maxsize=512)
def _known_zone(name: str) -> str:
    """Return a time zone that exists: a misspelt one must not stop the watch over everybody else."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        log.warning("unknown time zone", zone=name, instead=DEFAULT_ZONE)
        return DEFAULT_ZONE
    return name
