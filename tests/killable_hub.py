"""The three roles of a hub that can be killed at any place, and what starts them again.

Real parts throughout: the worker's lot, the dispatcher, and of the web role the provider's callbacks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, get_args

import httpx
import requests
from fastapi import FastAPI

from hub.escalation.dispatcher import Dispatcher
from hub.ingest.heard import LastWords
from hub.ingest.ledger import Ledger
from hub.ingest.lot import Lot
from hub.ingest.swift import Arrived
from hub.notify import lease
from hub.notify.carriers import Carriers
from hub.notify.channels.twilio.channel import TwilioChannel
from hub.settings import Settings
from hub.storage.database import Connection, connect
from hub.watch.registry import Watch
from hub.web import callbacks
from models.contract import codec
from models.contract.messages import Batch
from models.contract.topics import Address
from models.detection.judge import Judge
from tests.killable import Killed, Places, Process, Role
from tests.killpoint_stories import Outage
from tests.one_world import HUB, TELEPHONES, StandingTime, ToTheProvider, World

ROLES: tuple[Role, ...] = get_args(Role)
SECOND_NUMBER = "+15005550007"  #: by which the second provider's calls are told from the first's
REQUEST_TAKES = timedelta(milliseconds=20)


class Ingest:
    """What the ingest worker does with one batch: all in one transaction, then the acknowledgement."""

    def __init__(self, process: Process, now: datetime) -> None:
        self._connection = process.connection()
        self._ledger, self._last_words, self._watch = Ledger(), LastWords(), Watch(Judge())
        self._watch.load(self._connection, None, now)
        self._ledger.load_recent(self._connection)
        self._connection.commit()
        self._watch.listens(True, now)

    def take(self, address: Address, batch: Batch, now: datetime) -> bool:
        """Return whether the edge is told that its batch is committed."""
        lot = Lot(self._connection, self._ledger, self._last_words, self._watch, now)
        lot.take(Arrived(address.topic("events"), codec.encode(batch), retained=False, mid=1, qos=1))
        lot.finish(snapshots=200)
        self._connection.commit()
        self._ledger.committed()
        ack = self._ledger.ack((address.home, address.edge, batch.stream))
        return ack is not None and ack.upto >= batch.events[-1].seq


class OneHand(Dispatcher):
    """The dispatcher with its senders at work one after the other, so that a kill falls where it is meant."""

    mishaps: list[str]

    def begin(self, ear: Connection) -> None:
        """Show that it lives for as long as its connection stands, as the loop does."""
        ear.autocommit = True
        self._ear, self._own = ear, lease.new_lease()
        self._sender.lease = self._own
        lease.hold(ear, self._own)

    def turn(self) -> float:
        lease.release_abandoned(self._ear, self._own, self._clock.now())
        return super().turn()

    def _start(self, work: Callable[[dict[str, Any]], None], attempt: dict[str, Any], _hands: object) -> None:
        try:
            work(attempt)
        except Exception as error:
            self.mishaps.append(f"dispatch: {type(error).__name__}: {error}")


class KillableHub:
    """A hub whose kills come from `places`; `later` starts again what an outage took down."""

    def __init__(
        self,
        url: str,
        world: World,
        time: StandingTime,
        places: Places,
        outage: Outage,
        later: Callable[[timedelta, Callable[[], None]], None],
        killed: Callable[[], None],
        channel: Callable[[Settings], TwilioChannel],
        providers: int,
    ) -> None:
        self.places = places
        self.kills = 0
        self.mishaps: list[str] = []
        self.ingest: Ingest | None = None
        self.dispatcher: OneHand | None = None
        self._web: httpx.ASGITransport | None = None
        self._processes: dict[Role, Process] = {}
        self._noticing: list[int] = []
        self._url, self._world, self._time, self._outage = url, world, time, outage
        self._later, self._killed = later, killed
        self._channel, self._providers = channel, providers
        self._settings = Settings(
            public_url=HUB,
            twilio_url=TELEPHONES,
            twilio_account_sid=world.account_sid,
            twilio_auth_token=world.auth_token,  # type: ignore[arg-type]
            twilio_from="+15005550006",
        )

    @property
    def all_up(self) -> bool:
        """Whether every role runs."""
        return len(self._processes) == len(ROLES)

    @property
    def web(self) -> Process | None:
        """The web role, when it runs."""
        return self._processes.get("web")

    def start(self, role: Role) -> None:
        """Start a role with nothing but what the database knows."""
        self._wait_for_the_database()
        process = self._processes[role] = Process(role, self._url, self.places, self._kill)
        with suppress(Killed):
            match role:
                case "ingest":
                    self.ingest = Ingest(process, self._time.now())
                case "dispatch":
                    channels = [self._channel(self._settings)]
                    if self._providers == 2:
                        other = self._settings.model_copy(update={"twilio_from": SECOND_NUMBER})
                        channels.append(TwilioChannel(other, name="second"))
                    for channel in channels:
                        session = channel._client.http_client.session
                        session.mount(TELEPHONES, ToTheProvider(partial(self._asks, process)))
                    dispatcher = OneHand(self._url, process.pool, Carriers(channels), self._time)
                    dispatcher.mishaps = self.mishaps
                    dispatcher.begin(process.connection())
                    self.dispatcher = dispatcher
                    if self.kills:  # whoever starts looks once, as the loop does
                        self.dispatcher.turn()
                case "web":
                    app = FastAPI()
                    callbacks.install(app, self._settings, process.pool, self._time)
                    self._web = httpx.ASGITransport(app=app)

    def end(self) -> None:
        """The story is over."""
        for process in self._processes.values():
            process.end()

    async def answers(self, request: httpx.Request) -> httpx.Response:
        """The web role, as the provider finds it."""
        if self._web is None:
            raise httpx.ConnectError("nobody listens")
        try:
            answer = await self._web.handle_async_request(request)
        except Killed:
            raise httpx.ReadError("the line is dead") from None
        except Exception as error:
            self.mishaps.append(f"web: {request.url.path}: {type(error).__name__}: {error}")
            return httpx.Response(500)
        if answer.status_code >= 400:
            self.mishaps.append(f"web: {request.url.path}: {answer.status_code}")
        return answer

    def _asks(self, process: Process, request: requests.PreparedRequest) -> httpx.Response:
        what = f"request {request.method} {request.path_url.partition('?')[0]}"
        self._time.move_to(self._time.now() + REQUEST_TAKES)  # no two calls are taken at one instant
        return process.passes(what, partial(self._world.ask, request))

    def _kill(self, role: Role) -> None:
        self.kills += 1
        for each in ROLES if self._outage.whole else (role,):
            process = self._processes.pop(each, None)
            if process is None:
                continue  # was down already
            self._noticing += process.end()
            self._later(timedelta(seconds=self._outage.seconds), partial(self.start, each))
            match each:
                case "ingest":
                    self.ingest = None
                case "dispatch":
                    self.dispatcher = None
                case "web":
                    self._web = None
        self._killed()

    def _wait_for_the_database(self) -> None:
        """Until it has noticed that a killed program is gone, and rolled back."""
        if not self._noticing:
            return
        with connect(self._url, autocommit=True) as eyes:
            asking = "select count(*) as n from pg_stat_activity where pid = any(%s)"
            while (row := eyes.execute(asking, (self._noticing,)).fetchone()) is not None and row["n"]:
                pass
        self._noticing = []
