"""What the database knows of an alert's home, as facts for `evidence`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from hub.escalation.evidence import FALLS, INSIDE, Facts, Seen, Sight, contradiction
from hub.places import hearing
from hub.storage.database import Connection
from hub.storage.flags import HISTORIC, IMPLAUSIBLE
from models.detection.finding import Reason

#: So far back a sensor's habits are looked up: whether it ever takes anything back.
HABITS: Final = timedelta(days=30)
#: A sensor's clock and the hub's differ by moments.
SLACK: Final = timedelta(seconds=2)


def against(
    connection: Connection, alert: Mapping[str, Any], asked_at: datetime, now: datetime
) -> Reason | None:
    """Return what the sensors say against a word that all is well, given at `now`, or None.

    Of an area's alert nobody can say it for a single home: nothing speaks against it.
    """
    if alert["home_id"] is None:
        return None
    seen = seen_since(connection, alert["home_id"], alert["occurred_at"], now)
    return contradiction(facts_of(connection, alert, asked_at), seen, now)


def facts_of(connection: Connection, alert: Mapping[str, Any], asked_at: datetime) -> Facts:
    """Return what is known of an alert of a home whose resident was asked at `asked_at`."""
    home = connection.execute("select zone from homes where id = %s", (alert["home_id"],)).fetchone()
    again = connection.execute(
        "select max(at) as at from alert_entries where alert_id = %s and kind in ('repeated', 'graver')",
        (alert["id"],),
    ).fetchone()
    limit = (alert["reason"].get("values") or {}).get("limit")
    return Facts(
        risk=alert["risk"],
        device=alert["device"],
        room=alert["room"],
        zone=home["zone"] if home else "Asia/Shanghai",
        occurred_at=alert["occurred_at"],
        asked_at=asked_at,
        cleared_at=alert["cleared_at"],
        said_again_at=again["at"] if again else None,
        never_takes_back=_never_takes_back(connection, alert),
        limit=float(limit) if isinstance(limit, int | float) else None,
    )


def seen_since(connection: Connection, home_id: str, since: datetime, now: datetime) -> list[Seen]:
    """Return the events of a home from `since` to `now`, in order of time."""
    rows = connection.execute(
        """
        select e.occurred_at, e.device, e.kind, e.value, coalesce(d.room, '') as room,
               coalesce(d.outer_door, false) as outer_door
        from events e
        left join lateral (select room, outer_door from devices where home_id = e.home_id and id = e.device
                           order by edge_id limit 1) d on true
        where e.home_id = %(home)s and e.occurred_at between %(since)s and %(now)s
          and e.flags & %(ignored)s = 0
        order by e.occurred_at, e.stream_id, e.seq
        """,
        {"home": home_id, "since": since - SLACK, "now": now + SLACK, "ignored": HISTORIC | IMPLAUSIBLE},
    ).fetchall()
    return [
        Seen(
            at=row["occurred_at"],
            device=row["device"],
            kind=row["kind"],
            value=row["value"],
            room=row["room"],
            outer_door=row["outer_door"],
        )
        for row in rows
    ]


def sight_of(connection: Connection, home_id: str, now: datetime) -> Sight:
    """Return how many sensors of movement a home has, and how many of them are heard."""
    movement = [one for one in hearing.devices(connection, home_id, now) if INSIDE & set(one["kinds"])]
    return Sight(alive=sum(not one["silent"] for one in movement), sensors=len(movement))


def _never_takes_back(connection: Connection, alert: Mapping[str, Any]) -> bool:
    """Whether this sensor has raised a fall before and has never said that one is over: some cannot."""
    if alert["risk"] not in FALLS or not alert["device"]:
        return False
    row = connection.execute(
        """
        select coalesce(bool_or(value = 0), false) as takes_back,
               coalesce(bool_or(value = 1 and occurred_at < %(began)s), false) as raised_before
        from events where home_id = %(home)s and device = %(device)s and kind = any(%(kinds)s)
          and occurred_at > %(since)s
        """,
        {
            "home": alert["home_id"],
            "device": alert["device"],
            "kinds": sorted(FALLS),
            "since": alert["occurred_at"] - HABITS,
            "began": alert["occurred_at"] - SLACK,
        },
    ).fetchone()
    return row is not None and row["raised_before"] and not row["takes_back"]
