"""A hub for tests: real database, real telephones, real callbacks over HTTP; the clock stands still.

Ingest is left out: a finding is put in as the ingest worker would. Time moves only when a test says so.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from hub.alerts import store as alerts
from hub.alerts.file import Verdict, verify
from hub.clock import MovableClock, milliseconds
from hub.escalation import opening
from hub.escalation.dispatcher import Dispatcher
from hub.notify import store as notifications
from hub.notify.carriers import Carriers
from hub.notify.channels.twilio.channel import TwilioChannel
from hub.notify.link_keys import LinkOf
from hub.settings import Settings
from hub.storage.database import Pool, connect, open_pool
from hub.web.app import create_web
from models.detection.finding import Cleared, Finding, Reason
from simulators.telephones.person import OnCall
from simulators.telephones.running import RunningTelephones
from tests.village import NIGHT, village

PRESSES_1 = OnCall(does="answer", after=1, keys=((1.0, "1"),))
PRESSES_2 = OnCall(does="answer", after=1, keys=((1.0, "2"),))
VOICEMAIL = OnCall(does="voicemail", after=1)
NO_ANSWER = OnCall(does="no_answer")


class HubRig:
    """Everything behind ingest, on real parts."""

    def __init__(self, url: str, pool: Pool, telephones: RunningTelephones, settings: Settings) -> None:
        self.url = url
        self.pool = pool
        self.telephones = telephones
        self.settings = settings
        self.clock = MovableClock(NIGHT)
        self.link_of = LinkOf(pool, self.clock, settings.public_url)
        self.dispatcher = Dispatcher(
            url,
            pool,
            Carriers([TwilioChannel(settings)]),
            self.clock,
            link_of=self.link_of,
        )

    def finding(self, finding: Finding, home: str = "wang") -> str:
        """Put a finding in, in a transaction of its own; return the alert's id."""
        with self.pool.connection() as connection:
            return opening.open_or_repeat(connection, home, finding, self.clock.now())[0]

    def clear(self, key: str, home: str = "wang") -> None:
        """The condition is over."""
        with self.pool.connection() as connection:
            cleared = Cleared(dedup_key=key, at=milliseconds(self.clock.now()), reason=Reason("Over.", {}))
            opening.clear(connection, home, cleared, self.clock.now())

    def turn(self) -> None:
        """Let the dispatcher do what is due, and wait until that is written down."""
        self.dispatcher.turn()
        self.dispatcher.settle()

    def until(self, wanted: Callable[[], Any], what: str, seconds: float = 15.0) -> Any:
        """Turn the dispatcher until something is so; the telephones take real, short moments."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()
            if found := wanted():
                return found
        raise AssertionError(f"not within {seconds} s: {what}\n{self.story()}")

    def alert(self, alert_id: str) -> dict[str, Any]:
        """Read an alert."""
        with self.pool.connection() as connection:
            return alerts.get(connection, alert_id)

    def entries(self, alert_id: str) -> list[dict[str, Any]]:
        """Read an alert's file."""
        with self.pool.connection() as connection:
            return alerts.entries(connection, alert_id)

    def attempts(self, alert_id: str) -> list[tuple[str, str]]:
        """Who was told, and what became of it, in order."""
        with self.pool.connection() as connection:
            return [
                (row["contact_name"], row["status"]) for row in notifications.of_alert(connection, alert_id)
            ]

    def verdict(self, alert_id: str) -> Verdict:
        """Whether an alert's file is whole."""
        return verify(alert_id, self.entries(alert_id))

    def called(self) -> list[str]:
        """The numbers that rang, in order."""
        return [call.to for call in self.telephones.calls()]

    def story(self) -> str:
        """Everything on file, for a test that fails."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "select alert_id, n, kind, data from alert_entries order by 1, 2"
            ).fetchall()
        return "\n".join(f"{row['alert_id']} {row['n']:3} {row['kind']} {row['data']}" for row in rows)


def _listener() -> socket.socket:
    """A socket whose protocol is named: only then asyncio turns off Nagle's wait of 40 ms."""
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)


@contextmanager
def running_hub(
    url: str,
    data_dir: Path,
    *,
    speed: float = 20.0,
    more: Callable[[RunningTelephones], dict[str, Any]] = lambda _: {},
) -> Iterator[HubRig]:
    """A hub with its web role on a free port, and telephones that know where it is; `more` settings."""
    from simulators.telephones.settings import Settings as TelephoneSettings

    with RunningTelephones(TelephoneSettings(speed=speed)) as telephones, _listener() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        settings = Settings(
            data_dir=data_dir,
            public_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
            twilio_url=telephones.url,
            twilio_account_sid=telephones.account_sid,
            twilio_auth_token=telephones.auth_token,  # type: ignore[arg-type]
            twilio_from="+15005550006",
            **more(telephones),
        )
        telephones.sms_url(f"{settings.own_url}/twilio/sms")
        pool = open_pool(url, size=12)
        rig = HubRig(url, pool, telephones, settings)
        server = uvicorn.Server(
            uvicorn.Config(
                create_web(settings, pool, rig.clock),
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
        )
        thread = threading.Thread(target=server.run, args=([listener],), name="web", daemon=True)
        thread.start()
        try:
            with connect(url) as connection:
                village(connection)
            yield rig
        finally:
            server.should_exit = True
            thread.join(10)
            pool.close()
