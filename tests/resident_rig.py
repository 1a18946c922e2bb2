"""A resident who can be asked, and the events of her home: additions to the hub rig."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hub.clock import milliseconds
from models.detection.finding import Finding, Reason, Risk, Severity
from simulators.telephones.person import OnCall
from tests.hub_rig import HubRig
from tests.village import NIGHT, add_contact

RESIDENT = "+447700900009"
FINE = OnCall(does="answer", after=1, keys=((1.0, "1"),))
HELP = OnCall(does="answer", after=1, keys=((1.0, "2"),))

RADAR, HALL, DOOR, BED = "0x0a", "0x0b", "0x0c", "0x0d"


def move_in(hub: HubRig) -> None:
    """Mrs Wang has a telephone of her own and four sensors that are heard."""
    with hub.pool.connection() as connection:
        add_contact(connection, "wang-self", "王秀英", "resident", RESIDENT, home="wang")
        for device, room, kinds, outer in (
            (RADAR, "bathroom", ["fall", "fall_suspected"], False),
            (HALL, "hall", ["motion"], False),
            (DOOR, "hall", ["contact"], True),
            (BED, "bedroom", ["bed"], False),
        ):
            connection.execute(
                "insert into devices (home_id, edge_id, id, room, kinds, heartbeat, outer_door, heard_at)"
                " values ('wang', 'pi', %s, %s, %s, '12 hours', %s, %s)",
                (device, room, kinds, outer, hub.clock.now()),
            )
        connection.execute("insert into streams (home_id, edge_id, name) values ('wang', 'pi', 'aaaaaaaa')")


def see(hub: HubRig, device: str, kind: str, value: float = 1, *, at: datetime | None = None) -> None:
    """A sensor has seen something, by default just now."""
    moment = at or hub.clock.now()
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)"
            " select 'wang', s.id, 1 + (select count(*) from events), %(at)s, %(at)s, %(device)s, %(kind)s,"
            " %(value)s from streams s where s.home_id = 'wang'",
            {"at": moment, "device": device, "kind": kind, "value": value},
        )


def trouble(
    risk: Risk = "inactivity",
    severity: Severity = "warning",
    *,
    at: datetime = NIGHT,
    device: str = "",
    room: str = "",
    values: dict[str, Any] | None = None,
) -> Finding:
    """Something that a question may settle."""
    return Finding(
        risk=risk,
        severity=severity,
        occurred_at=milliseconds(at),
        reason=Reason("It is warmer again: {temperature} °C.", {"temperature": 9.0} | (values or {})),
        dedup_key=f"{risk}:{room}" if room else risk,
        room=room,
        device=device,
    )


def wait(hub: HubRig, minutes: float) -> None:
    """Let time pass, and the dispatcher look around."""
    hub.clock.move(timedelta(minutes=minutes))
    hub.turn()


def kinds(hub: HubRig, alert: str) -> list[str]:
    """The kinds of the entries of an alert's file, in order."""
    return [entry["kind"] for entry in hub.entries(alert)]
