"""The live line: server-sent events with the news of the homes in scope, and a beat that proves life.

`beat` carries the server's time, a sequence number and the age of the latest word of any home; it is only
sent while the database is being listened to, so that a page whose line is half dead turns grey.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from hub.accounts.permissions import Action
from hub.errors import HubError
from hub.web.api.problems import PROBLEMS
from hub.web.guard import Allow, Door
from hub.web.live import Live, News
from hub.web.parts import parts

router = APIRouter(prefix="/api/v1", tags=["stream"], responses=PROBLEMS)

BEAT_S: Final = 5.0
#: Who may listen, and to which homes, is looked up again so often; it also keeps the session open.
RECHECK_S: Final = 60.0

_EXAMPLE: Final = (
    "id: 7\nevent: beat\n"
    'data: {"at": "2026-11-21T03:12:04.512000+00:00", "seq": 7, "ingest_age": 4}\n\n'
    "id: 8\nevent: alert\n"
    'data: {"alert": "261121-0f3b8c2d4e5a", "home": "wang-guilan", "version": 3, "seq": 8}\n\n'
)


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"example": _EXAMPLE}}}},
)
async def stream(
    request: Request, door: Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
) -> StreamingResponse:
    """Send `alert` when an alert in scope changes, `reset` when news may have been missed, and `beat`."""
    places = await run_in_threadpool(_scope, door)
    return StreamingResponse(
        _lines(request, door, places),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _scope(door: Door) -> frozenset[str] | None:
    with door.open() as visit:
        homes = visit.homes()
        return None if homes is None else frozenset(homes) | frozenset(visit.organisations())


async def _lines(request: Request, door: Door, places: frozenset[str] | None) -> AsyncIterator[str]:
    app = parts(request)
    loop = asyncio.get_running_loop()
    with app.live.subscribe() as queue:
        yield "retry: 2000\n\n"
        beat_at, check_at = loop.time(), loop.time() + RECHECK_S
        while True:
            if loop.time() >= check_at:
                try:
                    places = await run_in_threadpool(_scope, door)
                except HubError:
                    return  # signed out meanwhile: the page asks again and is told so
                check_at = loop.time() + RECHECK_S
            if loop.time() >= beat_at:
                if app.live.connected:
                    yield _beat(app.live, app.clock.now())
                beat_at = loop.time() + (BEAT_S if app.live.connected else 1.0)
            try:
                news = await asyncio.wait_for(queue.get(), max(0.0, beat_at - loop.time()))
            except TimeoutError:
                continue
            if news.place is None or places is None or news.place in places:
                yield _line(news)


def _beat(live: Live, now: Any) -> str:
    age = None if live.heard_at is None else max(0, round((now - live.heard_at).total_seconds()))
    data = {"at": now.isoformat(), "seq": live.seq, "ingest_age": age}
    return f"id: {live.seq}\nevent: beat\ndata: {json.dumps(data)}\n\n"


def _line(news: News) -> str:
    data = news.data | {"seq": news.seq}
    return f"id: {news.seq}\nevent: {news.name}\ndata: {json.dumps(data)}\n\n"
