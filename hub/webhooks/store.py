"""The rows of webhooks and of what is owed to them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hub.accounts.sealing import Seal, SealError
from hub.errors import ConflictError, NotFoundError
from hub.storage.database import Connection, one
from hub.webhooks import rules

#: Whoever has a delivery in hand says within this time what became of it, or another sender takes it.
LEASE: Final = timedelta(seconds=60)
OWED: Final = "anju_webhooks"  #: NOTIFY channel
_SHOWN: Final = """
    id, organisation_id, url, kinds, active, why_not, made_at, made_by, sequence, old_until,
    (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'waiting') as waiting,
    (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'dead') as dead
"""


def add(
    connection: Connection, seal: Seal, *, organisation_id: str, url: str, kinds: Sequence[str], by: str,
    now: datetime,
) -> tuple[str, str]:  # fmt: skip
    """Add a webhook; return its id and its secret, which is shown this once. Raises WebhookError."""
    checked, chosen = rules.check_url(url), rules.check_kinds(tuple(kinds))
    if connection.execute("select 1 from organisations where id = %s", [organisation_id]).fetchone() is None:
        raise NotFoundError(f"Organisation '{organisation_id}'.")
    webhook_id, secret = f"w-{secrets.token_hex(6)}", rules.new_secret()
    connection.execute(
        "insert into webhooks (id, organisation_id, url, kinds, secret, made_at, made_by)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [webhook_id, organisation_id, checked, chosen, seal.close(secret.encode(), webhook_id), now, by],
    )
    return webhook_id, secret


def everything(connection: Connection) -> list[dict[str, Any]]:
    """Return all webhooks, with how much waits and how much is dead."""
    return connection.execute(f"select {_SHOWN} from webhooks w order by organisation_id, made_at").fetchall()  # noqa: S608


def find(connection: Connection, webhook_id: str) -> dict[str, Any]:
    """Return a webhook; raises NotFoundError."""
    row = connection.execute(f"select {_SHOWN} from webhooks w where id = %s", [webhook_id]).fetchone()  # noqa: S608
    if row is None:
        raise NotFoundError(f"Webhook '{webhook_id}'.")
    return row


def rotate(connection: Connection, seal: Seal, webhook_id: str, now: datetime) -> str:
    """Give a webhook another secret and return it; for a day both sign."""
    find(connection, webhook_id)
    secret = rules.new_secret()
    connection.execute(
        "update webhooks set old_secret = secret, old_until = %s, secret = %s where id = %s",
        [now + rules.BOTH_SIGN, seal.close(secret.encode(), webhook_id), webhook_id],
    )
    return secret


def set_active(connection: Connection, webhook_id: str, active: bool, why_not: str = "") -> None:
    """Send to it, or no more: what waits stays, and nothing new is owed. Raises NotFoundError."""
    find(connection, webhook_id)
    connection.execute(
        "update webhooks set active = %s, why_not = %s where id = %s", [active, why_not, webhook_id]
    )
    connection.execute("select pg_notify(%s, '')", [OWED])


def remove(connection: Connection, webhook_id: str) -> None:
    """Forget a webhook and all that is owed to it. Raises NotFoundError."""
    if not connection.execute("delete from webhooks where id = %s", [webhook_id]).rowcount:
        raise NotFoundError(f"Webhook '{webhook_id}'.")


def test(connection: Connection, webhook_id: str, now: datetime) -> str:
    """Owe a webhook an event of no meaning; return the delivery's id. Raises NotFoundError."""
    find(connection, webhook_id)
    made = _owe(connection, webhook_id, rules.TEST, None, {"webhook": webhook_id}, now)
    connection.execute("select pg_notify(%s, '')", [OWED])
    return made


def resend(connection: Connection, webhook_id: str, delivery_id: str, now: datetime) -> None:
    """Try a delivery again, from the beginning, with the same id. Raises NotFoundError, ConflictError."""
    row = connection.execute(
        "select state from webhook_deliveries where id = %s and webhook_id = %s for update",
        [delivery_id, webhook_id],
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Delivery '{delivery_id}'.")
    if row["state"] == "waiting":
        raise ConflictError("It is being tried already.")
    connection.execute(
        "update webhook_deliveries set state = 'waiting', next_at = %s, tries = 0 where id = %s",
        [now, delivery_id],
    )
    connection.execute("select pg_notify(%s, '')", [OWED])


def deliveries(connection: Connection, webhook_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """Return what was sent or is owed, the latest first."""
    return connection.execute(
        "select id, sequence, kind, state, created_at, next_at, tries, tried_at, status, reason, body"
        " from webhook_deliveries where webhook_id = %s order by sequence desc limit %s",
        [webhook_id, limit],
    ).fetchall()


# ── for the sender ───────────────────────────────────────────────────────────────────────────────────────


def owe(connection: Connection, now: datetime, limit: int = 200) -> int:
    """Owe what happened to every webhook of the organisation it happened in, or of one above it."""
    events = connection.execute(
        "delete from webhook_events where n in (select n from webhook_events order by n limit %s"
        " for update skip locked) returning n, kind, home_id, organisation_id, data",
        [limit],
    ).fetchall()
    for event in sorted(events, key=lambda row: int(row["n"])):
        for hook in connection.execute(_LISTENING, event).fetchall():
            _owe(connection, hook["id"], event["kind"], event["home_id"], event["data"], now)
    return len(events)


_LISTENING: Final = """
    with recursive above as (
        select o.id, o.parent_id from organisations o
        where o.id = coalesce(%(organisation_id)s,
                              (select h.organisation_id from homes h where h.id = %(home_id)s))
        union select o.id, o.parent_id from organisations o join above on above.parent_id = o.id
    )
    select w.id from webhooks w join above on above.id = w.organisation_id
    where w.active and %(kind)s = any(w.kinds) order by w.id
"""


def claim(connection: Connection, now: datetime, limit: int, busy: Sequence[str]) -> list[dict[str, Any]]:
    """Take deliveries that are due, one a webhook and none of those that are `busy`.

    Should this sender die with them, another takes them when the lease is over: the receiver may get one
    twice, and knows it by its id.
    """
    return connection.execute(
        """
        with due as (
            select distinct on (d.webhook_id) d.id from webhook_deliveries d
            join webhooks w on w.id = d.webhook_id
            where d.state = 'waiting' and d.next_at <= %(now)s and w.active and d.webhook_id <> all(%(busy)s)
            order by d.webhook_id, d.next_at, d.sequence
        ), taken as (
            select d.id from webhook_deliveries d join due on due.id = d.id
            where d.state = 'waiting' and d.next_at <= %(now)s limit %(limit)s for update of d skip locked
        )
        update webhook_deliveries d set next_at = %(until)s, tries = d.tries + 1, tried_at = %(now)s
        from taken, webhooks w where d.id = taken.id and w.id = d.webhook_id
        returning d.id, d.webhook_id, d.body, d.tries, w.url, w.secret, w.old_secret, w.old_until
        """,
        {"now": now, "until": now + LEASE, "limit": limit, "busy": list(busy)},
    ).fetchall()


def next_due(connection: Connection) -> datetime | None:
    """Return when a delivery is due next."""
    row = connection.execute(
        "select min(d.next_at) as at from webhook_deliveries d join webhooks w on w.id = d.webhook_id"
        " where d.state = 'waiting' and w.active"
    ).fetchone()
    return row["at"] if row else None


def secrets_of(seal: Seal, row: dict[str, Any], now: datetime) -> list[str]:
    """Return the secrets that sign now, the newest first; none when the hub's key is another."""
    found = []
    sealed = [row["secret"]]
    if row["old_secret"] is not None and row["old_until"] > now:
        sealed.append(row["old_secret"])
    for each in sealed:
        try:
            found.append(seal.open(bytes(each), row["webhook_id"]).decode())
        except SealError:
            continue
    return found


def delivered(connection: Connection, delivery_id: str, status: int, now: datetime) -> None:
    """The receiver has it."""
    connection.execute(
        "update webhook_deliveries set state = 'delivered', status = %s, reason = '', tried_at = %s"
        " where id = %s",
        [status, now, delivery_id],
    )


def failed(
    connection: Connection, delivery_id: str, status: int | None, reason: str, again_at: datetime | None
) -> None:
    """The receiver has it not: it is tried again, or it is dead."""
    connection.execute(
        """
        update webhook_deliveries set status = %(status)s, reason = %(reason)s,
            state = case when %(at)s::timestamptz is null then 'dead' else 'waiting' end,
            next_at = coalesce(%(at)s, next_at)
        where id = %(id)s
        """,
        {"id": delivery_id, "status": status, "reason": reason[:300], "at": again_at},
    )


def forget_old(connection: Connection, before: datetime) -> int:
    """Delete what was delivered, or is dead, since long; return how much."""
    return connection.execute(
        "delete from webhook_deliveries where state <> 'waiting' and created_at < %s", [before]
    ).rowcount


def _owe(
    connection: Connection,
    webhook_id: str,
    kind: str,
    home_id: str | None,
    data: dict[str, Any],
    now: datetime,
) -> str:
    row = connection.execute(
        "update webhooks set sequence = sequence + 1 where id = %s returning sequence", [webhook_id]
    ).fetchone()
    sequence = one(row)["sequence"]
    delivery_id = f"msg_{secrets.token_hex(16)}"
    told = {"type": kind, "timestamp": now.isoformat(), "sequence": sequence, "data": data}
    connection.execute(
        "insert into webhook_deliveries (id, webhook_id, sequence, kind, home_id, body, created_at, next_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [delivery_id, webhook_id, sequence, kind, home_id, json.dumps(told, ensure_ascii=False), now, now],
    )
    return delivery_id
