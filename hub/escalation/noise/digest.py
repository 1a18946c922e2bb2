"""What a person was spared, and the one message that tells of it: never a call, at most one in half an hour.

Runs in the transaction that holds the alert's row; `send_due` in one of the dispatcher's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hub.alerts import store as alerts
from hub.escalation.noise import limits, writing
from hub.escalation.noise.facts import ABOVE
from hub.escalation.noise.limits import DIGEST_EVERY, HOUR, History, Levels
from hub.escalation.noise.rules import SINGLE
from hub.escalation.policy import Method, Person
from hub.language import texts
from hub.notify import store as notifications
from hub.notify.lifecycle import HEARD
from hub.notify.risks import risk_name
from hub.storage.database import Connection
from models.detection.finding import Reason

#: One alert of an area speaks for all its homes: whoever was rung for some of them is rung for it.
AREA_ALERTS: Final = frozenset({"area_silent", "area_power_cut"})
#: So many warnings a digest names; of more it says how many.
NAMED: Final = 5

_LEVELS = (
    ABOVE  # noqa: S608 -- constants of ours
    + """
    select coalesce(h.zone, o.zone) as zone, l.quiet_from, l.quiet_until, l.calls_an_hour, l.calls_a_night
    from organisations o
    left join homes h on h.id = %(home)s
    left join lateral (
        select
            (array_agg(n.quiet_from order by a.height nulls first)
                filter (where n.quiet_from is not null))[1] as quiet_from,
            (array_agg(n.quiet_until order by a.height nulls first)
                filter (where n.quiet_from is not null))[1] as quiet_until,
            (array_agg(n.calls_an_hour order by a.height nulls first)
                filter (where n.calls_an_hour is not null))[1] as calls_an_hour,
            (array_agg(n.calls_a_night order by a.height nulls first)
                filter (where n.calls_a_night is not null))[1] as calls_a_night
        from noise_levels n left join above a on a.id = n.organisation_id
        where n.home_id = %(home)s or a.id is not null
    ) l on true
    where o.id = %(organisation)s
    """
)
_HISTORY = """
    select count(*) filter (where created_at > %(hour)s) as in_hour,
           count(*) filter (where created_at >= %(night)s) as tonight,
           exists (select from attempts told where told.alert_id = %(alert)s and told.status = any(%(heard)s))
               as heard
    from attempts
    where address = %(address)s and channel = %(channel)s and status <> 'withdrawn'
      and purpose in ('answer', 'inform') and created_at >= %(since)s
"""


def levels_of(connection: Connection, home_id: str | None, organisation_id: str | None) -> Levels:
    """Return the limits and quiet hours that hold for a home, or for an organisation's own alerts."""
    if organisation_id is None:
        found = connection.execute("select organisation_id from homes where id = %s", (home_id,)).fetchone()
        organisation_id = found["organisation_id"] if found else None
    row = connection.execute(_LEVELS, {"home": home_id, "organisation": organisation_id}).fetchone() or {}
    return Levels(**{name: value for name, value in row.items() if value is not None})


def spares(
    connection: Connection,
    alert: Mapping[str, Any],
    person: Person,
    method: Method,
    purpose: str,
    now: datetime,
) -> Reason | None:
    """Return why a person is spared being told of a lesser alert by this method now; an emergency: None."""
    if alert["severity"] == "emergency" or alert["drill"]:
        return None
    if purpose not in ("answer", "inform") or alert["risk"] in AREA_ALERTS | SINGLE:
        return None
    levels = levels_of(connection, alert["home_id"], alert["organisation_id"])
    night = limits.night_since(levels, now) or now
    row = connection.execute(
        _HISTORY,
        {
            "hour": now - HOUR,
            "night": night,
            "since": min(night, now - HOUR),
            "address": method.address,
            "channel": method.channel,
            "alert": alert["id"],
            "heard": list(HEARD),
        },
    ).fetchone()
    if row is None:
        return None
    history = History(
        in_hour=row["in_hour"], tonight=row["tonight"], known=bool(person.texts) or row["heard"]
    )
    return limits.spared(alert["severity"], method.channel, levels, history, now)


def spare(
    connection: Connection,
    alert: Mapping[str, Any],
    attempt_id: str,
    person: Person,
    why: Reason,
    now: datetime,
) -> None:
    """Withdraw an attempt before it is made, write down why, and keep it for the person's next message."""
    notifications.change(connection, attempt_id, "withdrawn", check_at=None, error_code="limit", now=now)
    written = bool(person.texts)
    data = {
        "attempt": attempt_id,
        "contact": person.name,
        "contact_id": person.id,
        "digest": written,
        "reason": msgspec.to_builtins(why),
    }
    alerts.append(connection, alert["id"], now, "spared", data)
    if written:
        connection.execute(
            """
            insert into digest_items (contact_id, alert_id, at)
            select %(contact)s, %(alert)s, %(now)s where not exists (
                select from digest_items where contact_id = %(contact)s and alert_id = %(alert)s
            )
            """,
            {"contact": person.id, "alert": alert["id"], "now": now},
        )


def send_due(connection: Connection, now: datetime) -> None:
    """Owe everybody whose time has come the message about what they were spared."""
    rows = connection.execute(
        """
        select distinct i.contact_id from digest_items i
        where i.attempt_id is null and not exists (
            select from digest_items told join attempts t on t.id = told.attempt_id
            where told.contact_id = i.contact_id and t.created_at > %s
        ) limit 50
        """,
        (now - DIGEST_EVERY,),
    ).fetchall()
    for row in rows:
        _send(connection, row["contact_id"], now)


def _send(connection: Connection, contact_id: str, now: datetime) -> None:
    items = connection.execute(
        """
        select i.id, i.alert_id, a.status, a.risk, a.occurred_at, coalesce(h.zone, o.zone) as zone,
               coalesce(n.names, h.name, o.name) as who
        from digest_items i join alerts a on a.id = i.alert_id
        left join homes h on h.id = a.home_id left join organisations o on o.id = a.organisation_id
        left join lateral (
            select string_agg(r.name, '、' order by r.id) as names from residents r where r.home_id = h.id
        ) n on true
        where i.contact_id = %s and i.attempt_id is null
        order by a.occurred_at, i.id for update of i skip locked
        """,
        (contact_id,),
    ).fetchall()
    still_open = [item for item in items if item["status"] == "triggered"]
    newest = still_open[-1]["alert_id"] if still_open else None
    if newest is not None and not _lock_if_free(connection, newest):
        return  # somebody is busy with it: at the next turn
    owed = newest and writing.owe(
        connection, newest, contact_id, lambda language: text(still_open, language), "digest", now
    )
    if not owed:
        # What is over or taken needs no telling; that the person was spared it is on its file.
        connection.execute("delete from digest_items where id = any(%s)", ([item["id"] for item in items],))
        return
    connection.execute(
        "update digest_items set attempt_id = %s where id = any(%s)",
        (owed["id"], [item["id"] for item in items]),
    )
    for item in still_open:
        if _lock_if_free(connection, item["alert_id"]):
            data = {"attempt": owed["id"], "contact": owed["name"], "n": len(still_open)}
            alerts.append(connection, item["alert_id"], now, "digest", data)


def _lock_if_free(connection: Connection, alert_id: str) -> bool:
    query = "select id from alerts where id = %s for update skip locked"
    return connection.execute(query, (alert_id,)).fetchone() is not None


def text(items: Sequence[Mapping[str, Any]], language: str) -> str:
    """Return the message: how many warnings more there are, and the first of them."""
    _ = texts(language).gettext
    lines = [
        _("{who}: {what}, {time}").format(
            who=item["who"],
            what=risk_name(item["risk"], language),
            time=f"{item['occurred_at'].astimezone(ZoneInfo(item['zone'])):%H:%M}",
        )
        for item in items[:NAMED]
    ]
    if len(items) > NAMED:
        lines.append(_("and {n} more").format(n=len(items) - NAMED))
    heading = _("[Anju] {n} more warnings that nobody has taken, for which you were not called:")
    return " ".join([heading.format(n=len(items)), "; ".join(lines)])
