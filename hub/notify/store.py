"""The rows of attempts: what is to be sent, what was sent, and what became of it."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from hub.errors import NotFoundError
from hub.notify.lifecycle import LIVE, AttemptStatus
from hub.storage.database import Connection

TO_SEND = "anju_send"  #: NOTIFY channel: there is something to send

#: So long at most an attempt whose fate is open holds up others to its address, unless it has still to be
#: looked up: a provider that cannot be asked must not keep anybody from being called.
OPEN_FATE = timedelta(seconds=30)
#: No such attempt is under way. All of them have a time for their next check, which keeps this cheap.
_ALONE = """not exists (
    select from attempts other where other.check_at is not null and other.status in ('sending', 'unknown')
        and other.channel = t.channel and other.address = t.address
        and (other.status = 'sending' or other.sending_at > %(open_since)s or other.check_at <= %(now)s))"""


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


def claim(connection: Connection, now: datetime, check_after: timedelta, limit: int) -> list[dict[str, Any]]:
    """Take attempts that are to be sent, emergencies first, so that no other dispatcher sends them.

    Should this dispatcher die with them, they are looked up at the provider after `check_after`. Each row
    carries its alert's status beside its own (`alert_status`). Of several to one address only the first is
    taken, and none while another's fate is open: a look-up finds calls by number, and must not have to guess
    which of two was taken.
    """
    return connection.execute(
        f"""
        with first as (
            select t.id, row_number() over (
                partition by t.channel, t.address
                order by array_position(array['emergency', 'warning', 'advice'], a.severity),
                         t.not_before, t.n
            ) as place
            from attempts t join alerts a on a.id = t.alert_id
            where t.status = 'queued' and t.not_before <= %(now)s and {_ALONE}
        ), due as (
            select t.id, a.status as alert_status
            from first f join attempts t on t.id = f.id join alerts a on a.id = t.alert_id
            where f.place = 1 and t.status = 'queued'
            order by array_position(array['emergency', 'warning', 'advice'], a.severity), t.not_before
            limit %(limit)s for update of t skip locked
        )
        update attempts t
        set status = 'sending', sending_at = %(now)s, tries = tries + 1, check_at = %(check)s
        from due where t.id = due.id returning t.*, due.alert_status
        """,  # noqa: S608  (a constant of ours)
        {"now": now, "limit": limit, "check": now + check_after, "open_since": now - OPEN_FATE},
    ).fetchall()


def next_to_send(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next attempt may be sent; one that waits for another to its address is left out."""
    row = connection.execute(
        f"select min(t.not_before) as at from attempts t where t.status = 'queued' and {_ALONE}",  # noqa: S608
        {"now": now, "open_since": now - OPEN_FATE},
    ).fetchone()
    return row["at"] if row else None


def to_check(connection: Connection, now: datetime, until: datetime, limit: int) -> list[dict[str, Any]]:
    """Take attempts whose provider must be asked; another dispatcher will not take them before `until`."""
    return connection.execute(
        """
        with due as (
            select t.id from attempts t where t.check_at <= %(now)s
            order by t.check_at limit %(limit)s for update skip locked
        )
        update attempts t set check_at = %(until)s from due, alerts a
        where t.id = due.id and a.id = t.alert_id returning t.*, a.status as alert_status
        """,
        {"now": now, "until": until, "limit": limit},
    ).fetchall()


def change(
    connection: Connection,
    attempt_id: str,
    status: AttemptStatus,
    *,
    check_at: datetime | None,
    now: datetime,
    provider: str | None = None,
    provider_id: str | None = None,
    provider_seq: int | None = None,
    error_code: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Write an attempt's new status; what is None stays as it is, except `check_at`."""
    connection.execute(
        """
        update attempts set status = %(status)s, check_at = %(check_at)s,
            provider = coalesce(%(provider)s, provider),
            provider_id = coalesce(provider_id, %(provider_id)s),
            provider_seq = greatest(provider_seq, coalesce(%(seq)s, provider_seq)),
            error_code = coalesce(%(error)s, error_code),
            not_before = coalesce(%(not_before)s, not_before),
            accepted_at = case when %(provider_id)s::text is null then accepted_at
                               else coalesce(accepted_at, %(now)s) end,
            ended_at = case when %(ended)s then coalesce(ended_at, %(now)s) else ended_at end
        where id = %(id)s
        """,
        {
            "id": attempt_id,
            "status": status,
            "check_at": check_at,
            "provider": provider,
            "provider_id": provider_id,
            "seq": provider_seq,
            "error": error_code,
            "not_before": not_before,
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
        insert into callbacks (attempt_id, token, received_at, data) values (%s, %s, %s, %s)
        on conflict do nothing returning token
        """,
        (attempt_id, token, now, json.dumps(data)),
    ).fetchone()
    return row is not None


def withdraw(connection: Connection, alert_id: str, now: datetime, *, but: str | None = None) -> None:
    """Stop telling people: what is queued is dropped, what rings is hung up by the dispatcher."""
    connection.execute(
        """
        update attempts set status = 'withdrawn', ended_at = %(now)s, check_at = null
        where alert_id = %(alert)s and status = 'queued'
        """,
        {"alert": alert_id, "now": now},
    )
    connection.execute(
        """
        update attempts set check_at = %(now)s
        where alert_id = %(alert)s and channel = 'voice' and status in ('accepted', 'ringing')
          and id is distinct from %(but)s
        """,
        {"alert": alert_id, "now": now, "but": but},
    )
    connection.execute("select pg_notify(%s, '')", (TO_SEND,))


def known_provider_ids(connection: Connection, address: str, since: datetime) -> set[str]:
    """Return the provider's ids that belong to attempts of ours to an address since an instant."""
    rows = connection.execute(
        "select provider_id from attempts"
        " where address = %s and created_at >= %s and provider_id is not null",
        (address, since),
    ).fetchall()
    return {row["provider_id"] for row in rows}
