"""What lately went where and how the providers fared, as routing and look-ups want to know it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from hub.notify.routing import Outcome
from hub.storage.database import Connection

#: A provider that has not answered a request after this time is not well.
HANGING: Final = timedelta(seconds=5)


def placed(
    connection: Connection, channel: str, address: str, since: datetime, but: str
) -> dict[str, list[datetime]]:
    """Return by provider when something may have gone to an address since an instant, but for one attempt."""
    rows = connection.execute(
        """
        select provider, coalesce(accepted_at, sending_at) as at from attempts
        where address = %(address)s and channel = %(channel)s and provider <> '' and id <> %(but)s
            and created_at >= %(queued_since)s and sending_at >= %(since)s
            and (accepted_at is not null or status in ('sending', 'unknown'))
        """,
        {
            "address": address,
            "channel": channel,
            "but": but,
            "since": since,
            "queued_since": since - timedelta(hours=1),
        },
    ).fetchall()
    found: dict[str, list[datetime]] = {}
    for row in rows:
        found.setdefault(row["provider"], []).append(row["at"])
    return found


def outcomes(connection: Connection, since: datetime, now: datetime) -> list[Outcome]:
    """Return how every provider fared since an instant.

    Good: it took an attempt, or refused it for the address's sake. Bad: it sent us to another provider, or
    nobody knows what it did. A request that is under way says nothing until it hangs.
    """
    rows = connection.execute(
        """
        select provider, sending_at as at, accepted_at is not null or status = 'failed' as good
        from attempts
        where sending_at >= %(since)s and provider <> '' and provider <> all (tried_providers)
            and (accepted_at is not null or status in ('failed', 'unknown')
                 or (status = 'sending' and sending_at <= %(hanging)s))
        union all
        select unnest(tried_providers), sending_at, false from attempts where sending_at >= %(since)s
        """,
        {"since": since, "hanging": now - HANGING},
    ).fetchall()
    return [Outcome(row["provider"], row["at"], row["good"]) for row in rows]


def known_provider_ids(connection: Connection, address: str, since: datetime) -> Collection[str]:
    """Return the provider's ids that belong to attempts of ours to an address since an instant."""
    rows = connection.execute(
        "select provider_id from attempts"
        " where address = %s and created_at >= %s and provider_id is not null",
        (address, since),
    ).fetchall()
    return {row["provider_id"] for row in rows}


def was_taken(connection: Connection, alert_id: str, attempt_id: str) -> str | None:
    """Return the provider's id under which the file last says that an attempt was taken.

    None when it was not, or when the file already says that the call was another's.
    """
    row = connection.execute(
        """
        select data ->> 'status' as status, data ->> 'provider_id' as provider_id from alert_entries
        where alert_id = %s and kind = 'attempt' and data ->> 'attempt' = %s
            and data ->> 'status' in ('accepted', 'found', 'given_back')
        order by n desc limit 1
        """,
        (alert_id, attempt_id),
    ).fetchone()
    return None if row is None or row["status"] == "given_back" else row["provider_id"]
