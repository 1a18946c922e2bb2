"""Which dispatchers live: each holds an advisory lock for as long as its connection stands.

What a dead one had in hand is looked up at the provider soon, not only when no request could be under way any
more. A short while must pass all the same: its last request may still be on its way to the provider.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from hub.storage.database import Connection

_LEASES: Final = 0x616E6A76  #: the class of these advisory locks
ON_ITS_WAY: Final = timedelta(seconds=10)  #: so long a provider is waited for: a request may be with it yet


def new_lease() -> int:
    """Return a number for a dispatcher."""
    return secrets.randbelow(2**31)


def hold(connection: Connection, lease: int) -> None:
    """Show that a dispatcher lives, until this connection ends."""
    connection.execute("select pg_try_advisory_lock(%s, %s)", (_LEASES, lease))


def release_abandoned(connection: Connection, own: int, now: datetime) -> int:
    """Let what dead dispatchers had in hand be looked up; return how many attempts that are."""
    found = connection.execute(
        """
        update attempts t set check_at = greatest(%(now)s, t.sending_at + %(on_its_way)s)
        where t.status = 'sending' and t.claimed_by <> %(own)s
            and t.check_at > greatest(%(now)s, t.sending_at + %(on_its_way)s)
            and not exists (
                select from pg_locks l
                where l.locktype = 'advisory' and l.granted and l.objsubid = 2
                    and l.database = (select oid from pg_database where datname = current_database())
                    and l.classid = %(leases)s::oid and l.objid = t.claimed_by::oid)
        """,
        {"now": now, "own": own, "on_its_way": ON_ITS_WAY, "leases": _LEASES},
    )
    return found.rowcount
