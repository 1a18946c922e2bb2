"""The rows of attempts: what is to be sent, what was sent, and what became of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.errors import NotFoundError
from hub.notify.lifecycle import LIVE, AttemptStatus
from hub.storage.database import Connection

TO_SEND = "anju_send"  #: NOTIFY channel: there is something to send


def insert(
    connection: Connection,
    *,
    alert_id: str,
    contact_id: str,
    contact_name: str,
    role: str,
    channel: str,
    address: str,
    language: str,
    purpose: str,
    round_: int,
    step: int,
    reason: str,
    now: datetime,
    tier: str = "home",
) -> str:
    """Owe one notification; it is sent as soon as this transaction is committed. Returns its id."""
    attempt_id = uuid.uuid4().hex
    connection.execute(
        """
        insert into attempts (id, alert_id, contact_id, contact_name, role, channel, address, language,
                              purpose, round, step, reason, tier, created_at, not_before)
        values (%(id)s, %(alert)s, %(contact)s, %(name)s, %(role)s, %(channel)s, %(address)s, %(language)s,
                %(purpose)s, %(round)s, %(step)s, %(reason)s, %(tier)s, %(now)s, %(now)s)
        """,
        {
            "id": attempt_id,
            "alert": alert_id,
            "contact": contact_id,
            "name": contact_name,
            "role": role,
            "channel": channel,
            "address": address,
            "language": language,
            "purpose": purpose,
            "round": round_,
            "step": step,
            "reason": reason,
            "tier": tier,
            "now": now,
        },
    )
    connection.execute("select pg_notify(%s, '')", (TO_SEND,))
    return attempt_id


def of_alert(connection: Connection, alert_id: str) -> list[dict[str, Any]]:
    """Return an alert's attempts in order."""
    return connection.execute("select * from attempts where alert_id = %s order by n", (alert_id,)).fetchall()


def of_alerts(connection: Connection, alert_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the attempts of several alerts, each alert's in order; one without attempts is left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(
        "select * from attempts where alert_id = any(%s) order by n", (list(alert_ids),)
    ):
        found.setdefault(row["alert_id"], []).append(row)
    return found


def get(connection: Connection, attempt_id: str) -> dict[str, Any]:
    """Return one attempt; raises NotFoundError."""
    row = connection.execute("select * from attempts where id = %s", (attempt_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Attempt '{attempt_id}'.")
    return row


def lock(connection: Connection, attempt_id: str) -> dict[str, Any]:
    """Return one attempt and hold its row; the alert's row, if needed, is locked before it."""
    row = connection.execute("select * from attempts where id = %s for update", (attempt_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Attempt '{attempt_id}'.")
    return row


def lock_named(connection: Connection, attempt_id: str, provider_id: str) -> list[dict[str, Any]]:
    """Return an attempt and whichever others carry this provider's id, and hold their rows.

    Always in the same order: two calls may have been taken for each other's.
    """
    return connection.execute(
        "select * from attempts where id = %s or provider_id = %s order by id for update",
        (attempt_id, provider_id),
    ).fetchall()


def give_back(connection: Connection, attempt_id: str, now: datetime) -> None:
    """A call that was found for this attempt is another's: what became of its own is unknown again."""
    connection.execute(
        """
        update attempts set provider_id = null, accepted_at = null, provider_seq = -1,
            check_at = case when status in ('accepted', 'ringing', 'talking') then %(now)s else check_at end,
            status = case when status in ('accepted', 'ringing', 'talking') then 'unknown' else status end
        where id = %(id)s
        """,
        {"id": attempt_id, "now": now},
    )


def name(connection: Connection, attempt_id: str, provider_id: str) -> None:
    """Write down which call or message is an attempt's, as the provider itself says it."""
    connection.execute("update attempts set provider_id = %s where id = %s", (provider_id, attempt_id))


def change(
    connection: Connection,
    attempt_id: str,
    status: AttemptStatus,
    *,
    check_at: datetime | None,
    now: datetime,
    provider_id: str | None = None,
    provider_seq: int | None = None,
    error_code: str | None = None,
) -> None:
    """Write an attempt's new status; what is None stays as it is, except `check_at`."""
    connection.execute(
        """
        update attempts set status = %(status)s, check_at = %(check_at)s,
            provider_id = coalesce(provider_id, %(provider_id)s),
            provider_seq = greatest(provider_seq, coalesce(%(seq)s, provider_seq)),
            error_code = coalesce(%(error)s, error_code),
            accepted_at = case when %(provider_id)s::text is null then accepted_at
                               else coalesce(accepted_at, %(now)s) end,
            ended_at = case when %(ended)s then coalesce(ended_at, %(now)s) else ended_at end
        where id = %(id)s
        """,
        {
            "id": attempt_id,
            "status": status,
            "check_at": check_at,
            "provider_id": provider_id,
            "seq": provider_seq,
            "error": error_code,
            "now": now,
            "ended": status not in LIVE and status not in ("sent", "delivered"),
        },
    )


def remember_callback(
    connection: Connection, attempt_id: str, token: str, data: dict[str, str], now: datetime
) -> bool:
    """Keep what a provider told us; return False when it told us the very same before."""
    row = connection.execute(
        """
        insert into callbacks (attempt_id, token, received_at, data)
        select %(attempt)s, %(token)s, %(now)s, case when exists (
            select from attempts where id = %(attempt)s and erased_at is not null
        ) then '{}' else %(data)s::jsonb end
        on conflict do nothing returning token
        """,
        {"attempt": attempt_id, "token": token, "now": now, "data": json.dumps(data)},
    ).fetchone()
    return row is not None


def withdraw(connection: Connection, alert_id: str, now: datetime, *, but: str | None = None) -> None:
    """Stop telling people: what is queued is dropped, what rings is hung up by the dispatcher.

    News of how it ended still goes out.
    """
    connection.execute(
        """
        update attempts set status = 'withdrawn', ended_at = %(now)s, check_at = null
        where alert_id = %(alert)s and status = 'queued' and purpose <> 'news'
        """,
        {"alert": alert_id, "now": now},
    )
    connection.execute(
        """
        update attempts set check_at = %(now)s
        where alert_id = %(alert)s and channel = 'voice' and status in ('accepted', 'ringing')
          and purpose <> 'news' and id is distinct from %(but)s
        """,
        {"alert": alert_id, "now": now, "but": but},
    )
    connection.execute("select pg_notify(%s, '')", (TO_SEND,))
