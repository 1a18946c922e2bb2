"""Looks every minute whether every alert is on its way to a human, and says so to somebody outside.

It runs beside the dispatcher and shares nothing with its loop: what hangs there is found here. Silence
outside is an alarm: the heartbeat is sent only when all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import psycopg
import structlog
from psycopg.types.json import Jsonb

from hub.alerts import store as alerts
from hub.clock import Clock
from hub.notify import store as notifications
from hub.proof.stalled import Stalled, Trouble, find
from hub.storage.database import Connection, Pool

log = structlog.get_logger()

EVERY: Final = timedelta(seconds=60)
#: Once put on its way again, an alert must not be found again so soon.
AGAIN: Final = timedelta(minutes=15)
TIMEOUT_S: Final = 5.0

#: Asks an address; returns whether it took it.
Ping = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Audit:
    """What one audit found."""

    at: datetime
    found: tuple[Stalled, ...]
    mended: tuple[str, ...] = ()  #: alerts that were put on their way again
    hopeless: tuple[str, ...] = ()  #: alerts that were put on their way before, and are stuck again
    told_outside: bool = field(default=False)

    @property
    def well(self) -> bool:
        """Whether nothing was stuck."""
        return not self.found

    @property
    def counts(self) -> dict[Trouble, int]:
        """How many of each kind."""
        return dict(Counter(each.trouble for each in self.found))


class Auditor:
    """One audit a call of `turn`; a scheduler of its own calls it every minute."""

    def __init__(self, pool: Pool, clock: Clock, heartbeat_url: str | None, ping: Ping | None = None) -> None:
        self._pool = pool
        self._clock = clock
        self._url = heartbeat_url
        self._ping = ping or ping_outside

    def turn(self) -> Audit | None:
        """Audit, mend what can be mended, and say outside that all is well, if it is.

        Never raises for a database that is away: then nothing is said outside, which is the alarm.
        """
        now = self._clock.now()
        try:
            with self._pool.connection(timeout=10) as connection:
                audit = look(connection, now)
                keep(connection, audit)
        except (psycopg.Error, TimeoutError) as error:
            log.critical("nobody can look whether alerts are on their way", error=str(error).strip())
            return None
        if not audit.well:
            log.critical("alerts are not on their way", **audit.counts, hopeless=list(audit.hopeless))
            return audit
        if self._url is None or not self._ping(self._url):
            return audit
        with self._pool.connection(timeout=10) as connection:
            connection.execute("update audits set told_outside_at = %s", (self._clock.now(),))
        return Audit(audit.at, (), told_outside=True)


def look(connection: Connection, now: datetime) -> Audit:
    """Find what is stuck and put it on its way again; a row that somebody holds is on its way."""
    found: list[Stalled] = []
    mended: list[str] = []
    hopeless: list[str] = []
    for stalled in find(connection, now):
        if stalled.alert_id is None:
            found.append(stalled)
            continue
        row = connection.execute(
            "select * from alerts where id = %s for update skip locked", (stalled.alert_id,)
        ).fetchone()
        if row is None:
            continue
        found.append(stalled)
        if stalled.alert_id in mended or stalled.alert_id in hopeless:
            continue
        if _audited_since(connection, stalled.alert_id, now - AGAIN):
            hopeless.append(stalled.alert_id)
        else:
            mended.append(stalled.alert_id)
            alerts.append(
                connection,
                stalled.alert_id,
                now,
                "audited",
                {
                    "trouble": stalled.trouble,
                    "since": stalled.since.isoformat(),
                    "attempt": stalled.attempt_id,
                },
            )
        _mend(connection, stalled, row["status"], now)
    return Audit(now, tuple(found), tuple(mended), tuple(hopeless))


def keep(connection: Connection, audit: Audit) -> None:
    """Keep the latest audit for whoever asks whether all is well."""
    connection.execute(
        "insert into audits (at, found, well) values (%s, %s, %s) on conflict (only_one) do update"
        " set at = excluded.at, found = excluded.found, well = excluded.well",
        (audit.at, Jsonb(audit.counts), audit.well),
    )


def latest_audit(connection: Connection) -> dict[str, Any] | None:
    """Return the latest audit's row: `at`, `well`, `found` by kind, `told_outside_at`."""
    return connection.execute("select * from audits").fetchone()


def ping_outside(url: str) -> bool:
    """Ask an address outside, by GET; return whether it took it. Never raises for what a network can do."""
    try:
        answer = httpx.get(url, timeout=TIMEOUT_S, follow_redirects=False)
    except httpx.HTTPError as error:
        log.warning("the watch outside cannot be reached", host=urlsplit(url).hostname, error=str(error))
        return False
    if not answer.is_success:
        log.warning("the watch outside refuses", host=urlsplit(url).hostname, status=answer.status_code)
    return answer.is_success


def _mend(connection: Connection, stalled: Stalled, status: str, now: datetime) -> None:
    """Give it a time at which it is looked at: now. What is due already only needs somebody awake."""
    if stalled.trouble in ("adrift", "untold") and status != "resolved":
        alerts.set_due(connection, str(stalled.alert_id), now)
    elif stalled.trouble == "sending":
        # Whether the provider took it is unknown: it is looked up, never just sent again.
        connection.execute(
            "update attempts set check_at = least(check_at, %s) where id = %s and status = 'sending'",
            (now, stalled.attempt_id),
        )
    alerts.announce(connection, str(stalled.alert_id))
    connection.execute("select pg_notify(%s, '')", (notifications.TO_SEND,))


def _audited_since(connection: Connection, alert_id: str, since: datetime) -> bool:
    row = connection.execute(
        "select 1 from alert_entries where alert_id = %s and kind = 'audited' and at > %s limit 1",
        (alert_id, since),
    ).fetchone()
    return row is not None
