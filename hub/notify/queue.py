"""What is to be sent or asked about, and who takes it: the queue of attempts, shared by all dispatchers."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from hub.notify.store import TO_SEND
from hub.storage.database import Connection

#: So long at most an attempt whose fate is open holds up others to its address, unless it has still to be
#: looked up: a provider that cannot be asked must not keep anybody from being called.
OPEN_FATE = timedelta(seconds=30)
#: No such attempt is under way. All of them have a time for their next check, which keeps this cheap.
_ALONE = """not exists (
    select from attempts other where other.check_at is not null and other.status in ('sending', 'unknown')
        and other.channel = t.channel and other.address = t.address
        and (other.status = 'sending' or other.sending_at > %(open_since)s or other.check_at <= %(now)s))"""

#: An alert that is held back calls nobody either: its telephones fall silent as if somebody had taken it.
_STATUS = "case when a.status = 'triggered' and a.held_by is not null then 'held' else a.status end"
#: Whoever may answer comes before whoever is only told; the end of a story may wait.
_PURPOSE: Final = "array_position(array['answer', 'ask', 'inform', 'news'], t.purpose)"
_SEVERITY: Final = "array_position(array['emergency', 'warning', 'advice'], a.severity)"
#: News says how things stand when it is sent: of several that waited, the last one says it all.
_SUPERSEDED: Final = """(t.purpose = 'news' and exists (
    select from attempts later where later.alert_id = t.alert_id and later.purpose = 'news'
        and later.channel = t.channel and later.address = t.address and later.n > t.n))"""


def claim(
    connection: Connection,
    now: datetime,
    check_after: timedelta,
    limit: int,
    written: int | None = None,
    lease: int | None = None,
) -> list[dict[str, Any]]:
    """Take attempts that are to be sent, in their order, so that no other dispatcher sends them.

    Emergencies come first; within one severity, whoever may answer comes before whoever is only told. At most
    `limit` in all, of which at most `written` messages: a mail server that is slow holds up no call.

    Should this dispatcher die with them, they are looked up at the provider after `check_after`, or sooner
    when others see that its `lease` has ended. Each row carries its alert's status and severity beside its
    own (`alert_status`, `severity`), and whether later news stands for it (`superseded`). Of several to one
    address only the first is taken, and none while another's fate is open: a look-up finds calls by number,
    and must not have to guess which of two was taken.
    """
    open_since = now - OPEN_FATE
    due = connection.execute(
        f"""
        with first as (
            select t.id, t.channel = 'voice' as voice, {_SEVERITY} as graver, {_PURPOSE} as sooner,
                row_number() over (
                    partition by t.channel, t.address order by {_SEVERITY}, {_PURPOSE}, t.not_before, t.n
                ) as place
            from attempts t join alerts a on a.id = t.alert_id
            where t.status = 'queued' and t.not_before <= %(now)s and {_ALONE}
        ), lane as (
            select f.id, f.voice, f.graver, f.sooner, row_number() over (
                partition by f.voice order by f.graver, f.sooner, t.not_before, t.n
            ) as turn
            from first f join attempts t on t.id = f.id where f.place = 1
        )
        select t.id, t.channel, t.address from lane join attempts t on t.id = lane.id
        where t.status = 'queued' and lane.turn <= case when lane.voice then %(limit)s else %(written)s end
        order by lane.graver, lane.sooner, t.not_before, t.n limit %(limit)s for update of t skip locked
        """,  # noqa: S608  (constants of ours)
        {
            "now": now,
            "limit": limit,
            "written": limit if written is None else written,
            "open_since": open_since,
        },
    ).fetchall()
    if not due:
        return []
    # Another dispatcher may take another attempt to the same address at this very instant: whoever has the
    # address's lock looks once more, and sees what the other has committed.
    ours = [row["id"] for row in due if _lock_address(connection, row["channel"], row["address"])]
    claimed = connection.execute(
        f"""
        update attempts t
        set status = 'sending', sending_at = %(now)s, tries = tries + 1, check_at = %(check)s, provider = '',
            claimed_by = %(lease)s
        from alerts a
        where t.id = any(%(ids)s) and a.id = t.alert_id and {_ALONE}
        returning t.*, {_STATUS} as alert_status, a.severity, {_SUPERSEDED} as superseded
        """,  # noqa: S608
        {
            "now": now,
            "ids": ours,
            "check": now + check_after,
            "open_since": open_since,
            "lease": lease,
        },
    ).fetchall()
    return sorted(claimed, key=lambda row: ours.index(row["id"]))


def _lock_address(connection: Connection, channel: str, address: str) -> bool:
    """Take an address for the rest of the transaction; False when another dispatcher has it."""
    row = connection.execute(
        "select pg_try_advisory_xact_lock(hashtextextended(%s, 0)) as ours", (f"{channel} {address}",)
    ).fetchone()
    return row is not None and bool(row["ours"])


def go_by(connection: Connection, attempt_id: str, provider: str) -> None:
    """Write down by which provider a claimed attempt is sent, before it is: there it will be looked up."""
    connection.execute("update attempts set provider = %s where id = %s", (provider, attempt_id))


def queue_again(
    connection: Connection, attempt_id: str, not_before: datetime, *, without: str | None = None
) -> None:
    """Send an attempt again that no provider has, from an instant on; `without` a provider that could not."""
    connection.execute(
        """
        update attempts set status = 'queued', check_at = null, not_before = %(not_before)s, provider = '',
            tried_providers = case when %(without)s::text is null or %(without)s = any(tried_providers)
                                   then tried_providers else tried_providers || %(without)s::text end
        where id = %(id)s
        """,
        {"id": attempt_id, "not_before": not_before, "without": without},
    )
    connection.execute("select pg_notify(%s, '')", (TO_SEND,))


def owe_again(
    connection: Connection, attempt_id: str, now: datetime, not_before: datetime, *, without: str | None
) -> str:
    """Owe once more what a provider took and then could not deliver: a new attempt. Returns its id.

    One attempt is one call or message for ever, so that late news of the first is never taken for the second.
    """
    again = uuid.uuid4().hex
    connection.execute(
        """
        insert into attempts (id, alert_id, contact_id, contact_name, role, channel, address, language,
                              purpose, round, step, tier, reason, tries, tried_providers, created_at,
                              not_before)
        select %(again)s, alert_id, contact_id, contact_name, role, channel, address, language,
               purpose, round, step, tier, reason, tries,
               case when %(without)s::text is null then tried_providers
                    else tried_providers || %(without)s::text end,
               %(now)s, %(not_before)s
        from attempts where id = %(id)s
        """,
        {"id": attempt_id, "again": again, "without": without, "now": now, "not_before": not_before},
    )
    connection.execute("select pg_notify(%s, '')", (TO_SEND,))
    return again


def next_to_send(connection: Connection, now: datetime, *, written: bool = True) -> datetime | None:
    """Return when the next attempt may be sent; one that waits for another to its address is left out.

    Without `written` only calls are looked at.
    """
    row = connection.execute(
        f"""
        select min(t.not_before) as at from attempts t
        where t.status = 'queued' and (%(written)s or t.channel = 'voice') and {_ALONE}
        """,  # noqa: S608
        {"now": now, "open_since": now - OPEN_FATE, "written": written},
    ).fetchone()
    return row["at"] if row else None


def to_check(
    connection: Connection, now: datetime, until: datetime, limit: int, written: int | None = None
) -> list[dict[str, Any]]:
    """Take attempts whose provider must be asked; another dispatcher will not take them before `until`.

    Calls come first; at most `written` of them are messages.
    """
    return connection.execute(
        f"""
        with lane as (
            select id, channel = 'voice' as voice,
                row_number() over (partition by channel = 'voice' order by check_at) as turn
            from attempts where check_at <= %(now)s
        ), due as (
            select t.id from lane join attempts t on t.id = lane.id
            where t.check_at <= %(now)s
                and lane.turn <= case when lane.voice then %(limit)s else %(written)s end
            order by lane.voice desc, t.check_at limit %(limit)s for update of t skip locked
        )
        update attempts t set check_at = %(until)s from due, alerts a
        where t.id = due.id and a.id = t.alert_id returning t.*, {_STATUS} as alert_status, a.severity
        """,  # noqa: S608
        {"now": now, "until": until, "limit": limit, "written": limit if written is None else written},
    ).fetchall()
