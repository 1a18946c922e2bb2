"""A village for tests: a station, its tiers above, a home, and the people whom its alerts reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.clock import milliseconds
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason

DAUGHTER, SON, STATION, CENTRE = "+447700900001", "+447700900002", "+447700900010", "+447700900020"
NIGHT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)  # 03:12 in China


def village(connection: Connection, *, home: str = "wang", zone: str = "Asia/Shanghai") -> None:
    """A station below a centre below a county, one live home, and the people whom its alerts reach."""
    connection.execute(
        "insert into organisations (id, tier, parent_id, name) values ('county', 'county', null, '青河县'),"
        " ('centre', 'centre', 'county', '河口镇中心'), ('dongjie', 'station', 'centre', '东街站')"
    )
    add_home(connection, home, zone=zone)
    add_contact(connection, "duty", "东街站值班", "duty", STATION, organisation="dongjie")
    add_contact(connection, "centre-duty", "河口镇值班", "duty", CENTRE, organisation="centre")


def add_home(connection: Connection, home: str, *, zone: str = "Asia/Shanghai", status: str = "live") -> None:
    """A home of Dongjie station with a resident, an edge agent and her two children to call."""
    connection.execute(
        "insert into homes (id, organisation_id, name, address, zone, status, created_at)"
        " values (%s, 'dongjie', '王秀英家', '东街12号', %s, %s, %s)",
        (home, zone, status, NIGHT - timedelta(days=30)),
    )
    connection.execute("insert into residents (id, home_id, name) values (%s, %s, '王秀英')", (home, home))
    connection.execute("insert into edges (home_id, id) values (%s, 'pi')", (home,))
    add_contact(connection, f"{home}-fang", "王芳", "family", DAUGHTER, home=home, rank=1)
    add_contact(connection, f"{home}-qiang", "王强", "family", SON, home=home, rank=2)


def add_contact(
    connection: Connection,
    contact_id: str,
    name: str,
    role: str,
    number: str,
    *,
    home: str | None = None,
    organisation: str | None = None,
    rank: int = 1,
) -> None:
    """A person with one telephone."""
    connection.execute(
        "insert into contacts (id, home_id, organisation_id, name, role, rank)"
        " values (%s, %s, %s, %s, %s, %s)",
        (contact_id, home, organisation, name, role, rank),
    )
    connection.execute(
        "insert into contact_methods (id, contact_id, channel, address) values (%s, %s, 'voice', %s)",
        (f"{contact_id}-voice", contact_id, number),
    )


def fall(at: datetime = NIGHT, *, room: str = "浴室", late: bool = False) -> Finding:
    """A fall that the radar in a room has seen."""
    return Finding(
        risk="fall",
        severity="emergency",
        occurred_at=milliseconds(at),
        reason=Reason("The radar says that somebody fell.", {}),
        dedup_key=f"fall:{room}",
        room=room,
        late=late,
        latched=True,
    )
