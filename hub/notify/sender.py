"""Sends what is owed and asks about what is silent. Each step is claimed first, so that no two send it.

Between claiming and writing down the result nothing is locked: a provider may take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
import structlog

from hub.alerts import store as alerts
from hub.clock import Clock
from hub.notify import history, last_activity, queue, receipts, store
from hub.notify.capability import TELEPHONE
from hub.notify.carriers import Carriers
from hub.notify.channels.port import Channel, Outgoing, Refused, SendResult, Unknown
from hub.notify.lifecycle import LIVE
from hub.notify.outgoing import outgoing
from hub.notify.routing import LOOKED_BACK, NoRoute, Route, longest_limit, route
from hub.places.addresses import is_emergency
from hub.storage.database import Connection, Pool

log = structlog.get_logger()

#: After an attempt that ended: who is next. Runs in the transaction that ended it.
Advance = Callable[[Connection, str, datetime], None]
#: Where an attempt can be answered with one tap; empty for nowhere.
LinkOf = Callable[[str], str]

#: A dispatcher that dies with a claimed attempt leaves it to be looked up after this time.
ABANDONED = timedelta(seconds=15)


class Sender:
    """Carries attempts to their providers and news back; used by several threads at once."""

    def __init__(
        self,
        pool: Pool,
        carriers: Carriers,
        clock: Clock,
        advance: Advance,
        *,
        link_of: LinkOf = lambda _attempt_id: "",
    ) -> None:
        self._pool = pool
        self._carriers = carriers
        self._clock = clock
        self._advance = advance
        self._link_of = link_of
        self.lease: int | None = None  #: under which others see that this dispatcher lives

    def claim(
        self, connection: Connection, limit: int = 20, written: int | None = None
    ) -> list[dict[str, Any]]:
        """Take what is to be sent now, each with its `route`; the caller commits before it sends.

        The provider is written down before anything is sent: whoever finds the attempt after a crash looks
        it up there.
        """
        now = self._clock.now()
        claimed = queue.claim(connection, now, ABANDONED, limit, written, self.lease)
        for attempt in claimed:
            attempt["route"] = self._route(connection, attempt, attempt["tried_providers"], now)
            if isinstance(attempt["route"], Route):
                attempt["provider"] = attempt["route"].capability.provider
                queue.go_by(connection, attempt["id"], attempt["provider"])
        return claimed

    def send(self, attempt: Mapping[str, Any]) -> None:
        """Send one claimed attempt and write down what the provider said."""
        if not _wanted(attempt) or attempt["superseded"]:
            self._withdraw(attempt)
            return
        way: Route | NoRoute = attempt["route"]
        if isinstance(way, NoRoute):
            self._settle_result(attempt, way, Refused(way.code, way.reason.text, then="method"))
            return
        with self._pool.connection() as connection:
            alert = alerts.get(connection, attempt["alert_id"])
            last = last_activity.of_alert(connection, alert) if attempt["channel"] != "voice" else None
        link = self._link_of(attempt["id"]) if way.capability.links else ""
        ready = outgoing(alert, attempt, way.capability, link=link, last=last)
        result = self._try(self._carriers.get(attempt["provider"]), ready)
        log.info(
            "sent",
            attempt=attempt["id"],
            channel=attempt["channel"],
            provider=attempt["provider"],
            result=type(result).__name__,
        )
        self._settle_result(attempt, way, result)

    def check(self, attempt: Mapping[str, Any]) -> None:
        """Ask the provider about an attempt that is silent, whose fate is unknown, or that must stop."""
        channel = self._channel_of(attempt)
        rings = attempt["channel"] == "voice" and attempt["status"] in ("accepted", "ringing")
        if not _wanted(attempt) and rings and attempt["provider_id"] and channel is not None:
            channel.hang_up(attempt["provider_id"])
        if attempt["provider_id"] is None:
            found = None
            if channel is not None:
                since = attempt["sending_at"] - timedelta(seconds=1)
                found = channel.find(attempt["channel"], attempt["address"], since)
            turn = attempt["tries"]
            self._settle(
                attempt, lambda c, now: receipts.after_looking(c, attempt["id"], found, now, turn=turn)
            )
            return
        receipt = None if channel is None else channel.ask(attempt["channel"], attempt["provider_id"])
        if receipt is not None:
            self._settle(attempt, lambda c, now: receipts.after_news(c, attempt["id"], receipt, now))
        with self._pool.connection() as connection:
            current = store.lock(connection, attempt["id"])
            now = self._clock.now()
            open_ = current["status"] in LIVE or current["status"] == "sent"
            again = receipts.next_question(current, now) if open_ else None
            if again is not None or current["check_at"] is not None:
                store.change(connection, attempt["id"], current["status"], check_at=again, now=now)

    def _route(
        self, connection: Connection, attempt: Mapping[str, Any], tried: list[str], now: datetime
    ) -> Route | NoRoute:
        """Choose a provider by what is known now; what cannot change the choice is not asked for."""
        medium, address = attempt["channel"], attempt["address"]
        rows = [row for row in self._carriers.capabilities if row.reaches(medium, address)]
        span = longest_limit(rows)
        placed = history.placed(connection, medium, address, now - span, attempt["id"]) if span else None
        several = len({row.provider for row in rows} - set(tried)) > 1
        known = history.outcomes(connection, now - LOOKED_BACK, now) if several else ()
        return route(
            medium,
            address,
            self._carriers.capabilities,
            tried=tried,
            placed=placed,
            outcomes=known,
            now=now,
        )

    def _channel_of(self, attempt: Mapping[str, Any]) -> Channel | None:
        """The provider that an attempt went to; None when it is not set any more."""
        if attempt["provider"]:
            return self._carriers.get(attempt["provider"])
        # Claimed, and never sent: the preferred provider says truthfully that it has taken nothing.
        rows = self._carriers.capabilities
        reaching = (row for row in rows if row.reaches(attempt["channel"], attempt["address"]))
        row = next(reaching, None)
        return None if row is None else self._carriers.get(row.provider)

    def _try(self, channel: Channel | None, ready: Outgoing) -> SendResult:
        if ready.channel in TELEPHONE and is_emergency(ready.address):
            # The last door before every provider: a human dials these, with the hub's card in hand.
            return Refused(
                "emergency_number", "No emergency service is ever dialled by the hub.", then="method"
            )
        if channel is None:
            return Refused("no_route", "This provider is not set any more.", then="provider")
        try:
            return channel.send(ready)
        except Exception as error:
            # A provider's library may fail in ways that nobody foresaw; the person must still be reached.
            log.exception("channel failed", attempt=ready.attempt_id)
            return Unknown(f"{type(error).__name__}: {error}")

    def _withdraw(self, attempt: Mapping[str, Any]) -> None:
        with self._pool.connection() as connection:
            current = store.lock(connection, attempt["id"])
            if current["status"] == "sending":
                store.change(connection, attempt["id"], "withdrawn", check_at=None, now=self._clock.now())

    def _settle_result(self, attempt: Mapping[str, Any], way: Route | NoRoute, result: SendResult) -> None:
        def write(connection: Connection, now: datetime) -> bool:
            elsewhere = False
            if isinstance(result, Refused) and result.then != "method":
                tried = [*attempt["tried_providers"], attempt["provider"]]
                elsewhere = isinstance(self._route(connection, attempt, tried, now), Route)
            return receipts.after_sending(
                connection,
                attempt["id"],
                result,
                now,
                elsewhere=elsewhere,
                turn=attempt["tries"],
                has_receipts=isinstance(way, NoRoute) or way.capability.receipts,
                why=None if isinstance(way, Route) and way.preferred else way.reason,
            )

        self._settle(attempt, write)

    def _settle(self, attempt: Mapping[str, Any], write: Callable[[Connection, datetime], bool]) -> None:
        for last in (False, False, True):
            try:
                self._settle_once(attempt, write)
                return
            except psycopg.errors.DeadlockDetected:
                # Whose call it is may be written into two alerts' files; one of two who do so begins anew.
                if last:
                    raise

    def _settle_once(self, attempt: Mapping[str, Any], write: Callable[[Connection, datetime], bool]) -> None:
        with self._pool.connection() as connection:
            alerts.lock(connection, attempt["alert_id"])
            now = self._clock.now()
            if write(connection, now):
                self._advance(connection, attempt["alert_id"], now)
            else:
                alerts.announce(connection, attempt["alert_id"])


def _wanted(attempt: Mapping[str, Any]) -> bool:
    """Whether an attempt still serves: news of how it ended does, a call for help does not."""
    return bool(attempt["alert_status"] == "triggered" or attempt["purpose"] == "news")
