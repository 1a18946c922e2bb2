"""The telephones and a hub in one thread, on one clock that stands still until it is moved.

The telephones are the real ones; only sockets and waiting are left out, so that the same story runs the same
way every time and takes milliseconds. Knows nothing of what the hub is: requests for it go to `Answering`.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
import requests
from anyio.to_thread import current_default_thread_limiter
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from simulators.telephones.exchange import Exchange
from simulators.telephones.outward import Outward
from simulators.telephones.server import create_app
from simulators.telephones.settings import Settings as TelephoneSettings
from simulators.telephones.surroundings import Surroundings

T = TypeVar("T")

HUB, TELEPHONES = "http://hub.test", "http://telephones.test"

#: Whoever answers requests for the hub; raises httpx.TransportError when nobody does.
Answering = Callable[[httpx.Request], Awaitable[httpx.Response]]


class StandingTime:
    """A clock for both programs. Moving it wakes whoever has slept long enough."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        return self._at

    def seconds(self, start: datetime, end: datetime) -> float:
        """How many seconds lie between two moments."""
        return (end - start).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Return when the clock has been moved so far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._at + timedelta(seconds=seconds), next(self._order), woken))
        await woken

    def next(self) -> datetime | None:
        """Return when the first sleeper wakes."""
        while self._sleepers and self._sleepers[0][2].done():  # cancelled meanwhile
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def move_to(self, at: datetime) -> None:
        """Go forward."""
        self._at = max(self._at, at)
        while (first := self.next()) is not None and first <= self._at:
            heapq.heappop(self._sleepers)[2].set_result(None)


class _UntilIdle(selectors.DefaultSelector):
    """Ends the loop where it would wait, unless a thread of the hub is at work."""

    def __init__(self) -> None:
        super().__init__()
        self.at_work = 0
        self.stop: Callable[[], None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None and not self.at_work:
            self.stop()
            timeout = 0
        return super().select(timeout)


class World:
    """Everything outside the hub. One at a time is played; `begin` makes it new."""

    def __init__(self) -> None:
        self._selector = _UntilIdle()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._selector.stop = self._loop.stop
        self._settings = TelephoneSettings()
        self._app = create_app(self._settings)
        self._api = httpx.AsyncClient(transport=httpx.ASGITransport(app=self._app), base_url=TELEPHONES)
        self._exchange: Exchange | None = None
        self._way_out: httpx.AsyncClient | None = None
        # Two requests to the hub never run at once: their order would be another each time.
        self._until_done(self._one_hand())
        self.account_sid = self._settings.account_sid
        self.auth_token = self._settings.auth_token.get_secret_value()

    def _until_done(self, doing: Coroutine[Any, Any, T]) -> T:
        self._selector.at_work += 1  # sync parts of the telephones run in threads, too
        try:
            return self._loop.run_until_complete(doing)
        finally:
            self._selector.at_work -= 1

    async def _one_hand(self) -> None:
        current_default_thread_limiter().total_tokens = 1

    def begin(self, time: StandingTime, answering: Answering) -> Exchange:
        """Start with telephones that never rang; return their exchange."""
        self._until_done(self._end())
        self._way_out = httpx.AsyncClient(transport=_ToTheHub(self._selector, answering))
        outward = Outward(self._way_out, self.account_sid, self.auth_token)
        exchange = Exchange(Surroundings(settings=self._settings, clock=time, outward=outward))
        self._exchange = self._app.state.exchange = exchange
        return exchange

    def settle(self) -> None:
        """Let everything happen that happens without time passing."""
        self._loop.run_forever()

    def ask(self, request: requests.PreparedRequest) -> httpx.Response:
        """Carry a request of the hub to the provider, and what follows from it at once."""
        body = request.body or b""
        asking = self._api.request(
            request.method or "GET",
            request.url or "",
            headers={name: str(value) for name, value in request.headers.items()},
            content=body if isinstance(body, bytes) else str(body).encode(),
        )
        return self._until_done(asking)

    def close(self) -> None:
        """End everything."""
        self._until_done(self._end())
        self._until_done(self._api.aclose())
        self._until_done(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _end(self) -> None:
        if self._exchange is not None and self._way_out is not None:
            await self._exchange.stop()
            await self._way_out.aclose()
            self._exchange = self._way_out = None


class _ToTheHub(httpx.AsyncBaseTransport):
    """The provider's wire to the hub."""

    def __init__(self, selector: _UntilIdle, answering: Answering) -> None:
        self._selector, self._answering = selector, answering

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._selector.at_work += 1
        try:
            return await self._answering(request)
        finally:
            self._selector.at_work -= 1


class ToTheProvider(BaseAdapter):
    """The hub's wire to the provider, where `requests` would open a socket."""

    def __init__(self, ask: Callable[[requests.PreparedRequest], httpx.Response]) -> None:
        super().__init__()
        self._ask = ask

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Ask and put the answer into the words of `requests`."""
        answer = self._ask(request)
        said = requests.Response()
        said.status_code = answer.status_code
        said.headers = CaseInsensitiveDict(answer.headers)
        said.url = request.url or ""
        said.request = request
        said.encoding = "utf-8"
        said._content = answer.content
        return said

    def close(self) -> None:
        """Have nothing to close."""
