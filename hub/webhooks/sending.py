"""Sends what is owed to webhooks, beside the dispatcher and never in its way.

A loop, connections and threads of its own, few and bounded; a receiver that hangs holds up only itself. All
that must be remembered is in the database: it can be killed at any moment, and run several times.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import psycopg
import structlog

from hub.accounts.sealing import Seal
from hub.clock import Clock
from hub.storage.database import Pool, connect
from hub.webhooks import rules, store

log = structlog.get_logger("webhooks")

HANDS: Final = 4  #: receivers that are spoken to at once
TIMEOUT_S: Final = 10.0  #: a receiver takes it and answers; work comes afterwards
LONGEST_SLEEP: Final = timedelta(seconds=1)  #: the net under LISTEN/NOTIFY; a stop waits no longer
MOST_READ: Final = 2_000  #: bytes of an answer
_GONE: Final = 410  #: the receiver wants nothing any more


class NotSentError(Exception):
    """It did not get there; the text says why."""


class Webhooks:
    """Runs `turn()` for ever in one thread; receivers are spoken to in others."""

    def __init__(self, url: str, pool: Pool, seal: Seal, clock: Clock, *, private_too: bool = False) -> None:
        self._url = url
        self._pool = pool
        self._seal = seal
        self._clock = clock
        self._private_too = private_too
        self._busy: dict[str, threading.Thread] = {}  #: by webhook
        self._woken = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop` is set; whatever goes wrong here is logged and goes no further."""
        while not stop.is_set():
            try:
                with connect(self._url, autocommit=True) as ear:
                    ear.execute(f"listen {store.OWED}")
                    while not stop.is_set():
                        wait = self.turn()
                        if self._busy:
                            self._woken.wait(min(wait, 0.2))
                            self._woken.clear()
                        else:
                            for _ in ear.notifies(timeout=wait, stop_after=1):
                                pass
            except psycopg.Error as error:
                log.warning("database lost", error=str(error).strip())
                stop.wait(1.0)
            except Exception:
                log.exception("webhooks failed")
                stop.wait(5.0)

    def turn(self) -> float:
        """Owe what happened and send what is due; return for how many seconds there is nothing to do."""
        now = self._clock.now()
        with self._pool.connection() as connection:
            while store.owe(connection, now):
                connection.commit()
            free = HANDS - len(self._busy)
            taken = store.claim(connection, now, free, list(self._busy)) if free > 0 else []
            connection.commit()
            due = store.next_due(connection)
        for row in taken:
            # A daemon: a receiver that hangs does not keep the process from ending.
            hand = threading.Thread(target=self._safely, args=[row], name="webhook", daemon=True)
            self._busy[row["webhook_id"]] = hand
            hand.start()
        if taken:
            return 0.0
        longest = LONGEST_SLEEP.total_seconds()
        return longest if due is None else min(longest, max(0.05, (due - now).total_seconds()))

    def settle(self) -> None:
        """Wait until everything that was begun is written down."""
        for hand in list(self._busy.values()):
            hand.join()

    def _safely(self, row: dict[str, Any]) -> None:
        try:
            self._send(row)
        except Exception:
            log.exception("delivery failed", delivery=row["id"])  # its lease ends, and it is taken again
        finally:
            self._busy.pop(row["webhook_id"], None)
            self._woken.set()

    def _send(self, row: dict[str, Any]) -> None:
        status, reason = None, ""
        secrets = store.secrets_of(self._seal, row, self._clock.now())
        try:
            if not secrets:
                raise NotSentError("its secret was sealed with another key: rotate it")
            status = self._post(row, secrets)
            if not 200 <= status < 300:
                reason = f"the receiver answered {status}"
        except (NotSentError, httpx.HTTPError, OSError) as error:
            reason = str(error) or type(error).__name__
        now = self._clock.now()
        with self._pool.connection() as connection:
            if status is not None and not reason:
                store.delivered(connection, row["id"], status, now)
                return
            wait = None if status == _GONE else rules.wait(row["tries"], random.random())  # noqa: S311
            store.failed(connection, row["id"], status, reason, now + wait if wait else None)
            if status == _GONE:
                store.set_active(connection, row["webhook_id"], False, reason)
        log.info("webhook not delivered", webhook=row["webhook_id"], tries=row["tries"], reason=reason)

    def _post(self, row: dict[str, Any], secrets: list[str]) -> int:
        """Send one; return what was answered. The name is looked up once: what was allowed is spoken to."""
        target = urlsplit(rules.check_url(row["url"]))
        host = target.hostname or ""
        address = self._resolved(host, target.port or (443 if target.scheme == "https" else 80))
        shown = f"[{address}]" if ":" in address else address
        netloc = shown if target.port is None else f"{shown}:{target.port}"
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Host": target.netloc,
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "anju",
            "webhook-id": row["id"],
            "webhook-timestamp": str(timestamp),
            "webhook-signature": rules.signature(secrets, row["id"], timestamp, row["body"]),
        }
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST",
                target._replace(netloc=netloc).geturl(),
                content=row["body"].encode(),
                headers=headers,
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            return answer.status_code

    def _resolved(self, host: str, port: int) -> str:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            if not rules.may_go_to(host, address, private_too=self._private_too):
                raise NotSentError(f"{host} leads to {address}, inside a network that is not public")
        if not found:
            raise NotSentError(f"{host} has no address")
        return found[0]


def beside(webhooks: Webhooks, stop: threading.Event) -> Callable[[], None]:
    """Run webhooks in a thread of their own; return what waits for its end, a moment at most."""
    thread = threading.Thread(target=webhooks.run, args=[stop], name="webhooks", daemon=True)
    thread.start()
    return lambda: thread.join(1)
