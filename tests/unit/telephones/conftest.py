"""Telephones whose time is moved by hand: nothing sleeps, and what is sent goes to a program in memory."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.telephones.exchange import Exchange
from simulators.telephones.outward import Outward
from simulators.telephones.settings import Settings
from simulators.telephones.surroundings import Surroundings


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return self._now

    def seconds(self, start: datetime, end: datetime) -> float:
        return (end - start).total_seconds()

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), woken))
        await woken

    async def move(self, seconds: float) -> None:
        """Let so many seconds pass, waking everybody in order and letting them act before the next."""
        until = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue  # who slept was cancelled
            self._now = max(self._now, due)
            woken.set_result(None)
            await settle()
        self._now = until


async def settle() -> None:
    """Let every task of the loop go on until all of them wait."""
    for _ in range(60):
        await asyncio.sleep(0)


class Program:
    """The program that is called back: answers each path as it was told to, and keeps what it got."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.received: list[tuple[str, dict[str, str]]] = []
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        form = await request.form()
        self.received.append((request.url.path, {name: str(form[name]) for name in form}))
        twiml = self.answers.get(request.url.path, "")
        return Response(f"<Response>{twiml}</Response>", media_type="text/xml")

    def statuses(self) -> list[str]:
        """The statuses that it was told of, in order."""
        return [
            fields.get("CallStatus") or fields["MessageStatus"]
            for path, fields in self.received
            if path == "/status"
        ]


class Street:
    """An exchange with its clock and the program."""

    def __init__(self, exchange: Exchange, clock: HandClock, program: Program) -> None:
        self.exchange, self.clock, self.program = exchange, clock, program

    def happened(self) -> list[str]:
        """What happened, in the log's words."""
        return [entry.what for entry in self.exchange.around.log.after(0)]


@asynccontextmanager
async def street_of(settings: Settings) -> AsyncIterator[Street]:
    clock, program = HandClock(), Program()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(program.app)) as client:
        around = Surroundings(
            settings=settings,
            clock=clock,
            outward=Outward(client, settings.account_sid, settings.auth_token.get_secret_value()),
        )
        exchange = Exchange(around)
        yield Street(exchange, clock, program)
        await exchange.stop()


Tale = Callable[[Street], Coroutine[Any, Any, None]]


@pytest.fixture
def on_the_street() -> Callable[..., None]:
    """Run a tale on a street of its own, made with these settings."""

    def run(tale: Tale, **settings: Any) -> None:
        async def told() -> None:
            async with street_of(Settings(**settings)) as street:
                await tale(street)

        asyncio.run(told())

    return run


@pytest.fixture(autouse=True)
def no_mistakes_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A call or message that stops by a mistake is only logged, so that the others go on: a test fails."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
