"""Keeps an alert back and lets it go again; every hold and every release is on the alert's file.

Runs in the transaction that holds the alert's row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from hub.alerts import store as alerts
from hub.escalation.noise import facts, rules, writing
from hub.escalation.noise.rules import Hold
from hub.notify import store as notifications
from hub.storage.database import Connection

#: So soon a hold is looked at again that could not be written into the other alert's file.
SOON: Final = timedelta(seconds=1)
#: Gives an alert's progress when its people are called anew, from the first of them.
Anew = Callable[[Mapping[str, Any]], dict[str, Any]]


def hold(connection: Connection, alert: Mapping[str, Any], now: datetime) -> Hold | None:
    """Return what keeps a triggered alert from calling anybody at `now`; an emergency: nothing, ever."""
    if alert["severity"] == "emergency":
        return None
    return rules.hold(facts.of_alert(connection, alert, now), now)


def let_through(
    connection: Connection, alert: Mapping[str, Any], now: datetime, anew: Anew
) -> Mapping[str, Any] | None:
    """Hold a locked, triggered alert where a rule asks for it, and release it where none does any more.

    Returns the alert as it now calls people; None while it is held: it is looked at again when that ends.
    """
    found = hold(connection, alert, now)
    if found is None:
        return release(connection, alert, now, anew)
    write_hold(connection, alert, found, now)
    return None


def write_hold(connection: Connection, alert: Mapping[str, Any], found: Hold, now: datetime) -> None:
    """Write a hold into a locked alert: once into its file, however often it is looked at again."""
    if alert["held_by"] != found.key:
        data = {
            "rule": found.rule,
            "about": found.about,
            "until": found.until.isoformat(),
            "reason": msgspec.to_builtins(found.reason),
        }
        alerts.append(connection, alert["id"], now, "held", data)
        # Whoever is not called yet is not called; a telephone that rings already falls silent.
        notifications.withdraw(connection, alert["id"], now)
    until = found.until
    if found.rule == "grouped" and not _told_cover(connection, alert, found, now):
        until = min(until, now + SOON)
    connection.execute(
        """
        update alerts set held_by = %(by)s, held_until = %(until)s, due_at = %(until)s where id = %(id)s
        """,
        {
            "id": alert["id"],
            "by": found.key,
            "until": until,
        },
    )


def release(connection: Connection, alert: Mapping[str, Any], now: datetime, anew: Anew) -> Mapping[str, Any]:
    """Let a locked alert go on, and return it so; one that nothing held is returned as it is."""
    if alert["held_by"] is None:
        return alert
    rule, _, about = alert["held_by"].partition(":")
    alerts.append(connection, alert["id"], now, "released", {"rule": rule, "about": about})
    progress = alert["progress"]
    if notifications.of_alert(connection, alert["id"]):
        # Calls that were withdrawn count as made: people are called anew, from the first of them.
        progress = anew(alert)
    connection.execute(
        "update alerts set held_by = null, held_until = null, progress = %s where id = %s",
        (Jsonb(progress), alert["id"]),
    )
    return dict(alert) | {"held_by": None, "held_until": None, "progress": progress}


def _told_cover(connection: Connection, alert: Mapping[str, Any], found: Hold, now: datetime) -> bool:
    """Write into the other alert's file, once, that it speaks for this one too; False while its row is busy.

    Waiting for that row could block two transactions on each other.
    """
    cover = connection.execute(
        """
        select a.id, a.status, exists (
            select from alert_entries e
            where e.alert_id = a.id and e.kind = 'grouped' and e.data ->> 'alert' = %s
        ) as told
        from alerts a where a.id = %s for update of a skip locked
        """,
        (alert["id"], found.about),
    ).fetchone()
    if cover is None:
        return False
    if not cover["told"]:
        data = {"alert": alert["id"], "risk": alert["risk"], "severity": alert["severity"]}
        if cover["status"] != "triggered":
            data["told"] = writing.tell_takers(connection, cover["id"], alert["id"], now)
        alerts.append(connection, cover["id"], now, "grouped", data)
        alerts.announce(connection, cover["id"])
    return True
