"""Sends what is owed and asks about what is silent. Each step is claimed first, so that no two send it.

Between claiming and writing down the result nothing is locked: a provider may take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from hub.alerts import store as alerts
from hub.clock import Clock
from hub.notify import receipts, store
from hub.notify.channels.port import Channel, Outgoing, Refused, SendResult, Unknown
from hub.notify.lifecycle import LIVE
from hub.notify.wording import written
from hub.places.addresses import is_emergency
from hub.storage.database import Connection, Pool

log = structlog.get_logger()

#: After an attempt that ended: who is next. Runs in the transaction that ended it.
Advance = Callable[[Connection, str, datetime], None]

#: A dispatcher that dies with a claimed attempt leaves it to be looked up after this time.
ABANDONED = timedelta(seconds=15)


class Sender:
    """Carries attempts to their provider and news back; used by several threads at once."""

    def __init__(self, pool: Pool, channel: Channel, clock: Clock, advance: Advance) -> None:
        self._pool = pool
        self._channel = channel
        self._clock = clock
        self._advance = advance

    def claim(self, connection: Connection, limit: int = 20) -> list[dict[str, Any]]:
        """Take what is to be sent now; the caller commits before it sends."""
        return store.claim(connection, self._clock.now(), ABANDONED, limit)

    def send(self, attempt: Mapping[str, Any]) -> None:
        """Send one claimed attempt and write down what the provider said."""
        if attempt["alert_status"] != "triggered":
            self._withdraw(attempt)
            return
        text = self._text(attempt) if attempt["channel"] == "sms" else ""
        outgoing = Outgoing(
            attempt_id=attempt["id"], channel=attempt["channel"], address=attempt["address"], text=text
        )
        result = self._try(outgoing)
        log.info("sent", attempt=attempt["id"], channel=attempt["channel"], result=type(result).__name__)
        self._settle(attempt, lambda c, now: receipts.after_sending(c, attempt["id"], result, now))

    def _text(self, attempt: Mapping[str, Any]) -> str:
        with self._pool.connection() as connection:
            return written(alerts.get(connection, attempt["alert_id"]), attempt["language"])

    def check(self, attempt: Mapping[str, Any]) -> None:
        """Ask the provider about an attempt that is silent, whose fate is unknown, or that must stop."""
        rings = attempt["channel"] == "voice" and attempt["status"] in ("accepted", "ringing")
        if attempt["alert_status"] != "triggered" and rings and attempt["provider_id"]:
            self._channel.hang_up(attempt["provider_id"])
        if attempt["provider_id"] is None:
            found = self._channel.find(
                attempt["channel"], attempt["address"], attempt["sending_at"] - timedelta(seconds=1)
            )
            self._settle(attempt, lambda c, now: receipts.after_looking(c, attempt["id"], found, now))
            return
        receipt = self._channel.ask(attempt["channel"], attempt["provider_id"])
        if receipt is not None:
            self._settle(attempt, lambda c, now: receipts.after_news(c, attempt["id"], receipt, now))
        with self._pool.connection() as connection:
            current = store.lock(connection, attempt["id"])
            if current["status"] in LIVE or current["status"] == "sent":
                again = self._clock.now() + receipts.SILENCE
                store.change(
                    connection, attempt["id"], current["status"], check_at=again, now=self._clock.now()
                )
            elif current["check_at"] is not None:
                store.change(
                    connection, attempt["id"], current["status"], check_at=None, now=self._clock.now()
                )

    def _try(self, outgoing: Outgoing) -> SendResult:
        if is_emergency(outgoing.address):
            # The last door before every provider: a human dials these, with the hub's card in hand.
            return Refused(
                "emergency_number", "No emergency service is ever dialled by the hub.", then="method"
            )
        try:
            return self._channel.send(outgoing)
        except Exception as error:
            # A provider's library may fail in ways that nobody foresaw; the person must still be reached.
            log.exception("channel failed", attempt=outgoing.attempt_id)
            return Unknown(f"{type(error).__name__}: {error}")

    def _withdraw(self, attempt: Mapping[str, Any]) -> None:
        with self._pool.connection() as connection:
            current = store.lock(connection, attempt["id"])
            if current["status"] == "sending":
                store.change(connection, attempt["id"], "withdrawn", check_at=None, now=self._clock.now())

    def _settle(self, attempt: Mapping[str, Any], write: Callable[[Connection, datetime], bool]) -> None:
        with self._pool.connection() as connection:
            alerts.lock(connection, attempt["alert_id"])
            now = self._clock.now()
            if write(connection, now):
                self._advance(connection, attempt["alert_id"], now)
            else:
                alerts.announce(connection, attempt["alert_id"])
