"""How soon an answer is on every board: 500 alerts are open, 50 people look on.

The web role is this process; the viewers are another, each with a live line of its own, and each asks for the
moving part of the board when it is told of news, as the page's script does. Every round somebody takes an
alert; measured is the time from before that request to the moment a viewer has the board that shows it.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import queue
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from statistics import median, quantiles
from typing import Any, Final

import httpx

from hub.accounts import sessions
from hub.clock import milliseconds
from hub.escalation import opening
from hub.web.guard import COOKIE
from models.detection.finding import Finding, Reason
from tests.benchmarks import parts
from tests.village import add_home
from tests.web_rig import RunningClock, WebRig, running_web

ALERTS: Final = 500
VIEWERS: Final = 50
ROUNDS: Final = 10
PATIENCE_S: Final = 30.0
_AT: Final = datetime(2026, 11, 21, 12, 45, tzinfo=UTC)

Seen = tuple[str, int, float, int]  #: alert, viewer, when, bytes as they travelled


def measure(rounds: int) -> dict[str, Any]:
    """Return how long it took, in milliseconds, over all viewers and rounds; and what travelled."""
    with ExitStack() as ending:
        where = ending.enter_context(parts.folder())
        url = ending.enter_context(parts.database(where))
        rig = ending.enter_context(running_web(url, RunningClock(_AT), where))
        ids = _trouble(rig)
        context = multiprocessing.get_context("spawn")
        seen: Queue[Seen] = context.Queue()
        viewers = context.Process(target=_look_on, args=(rig.base, _people(rig), seen), daemon=True)
        viewers.start()
        ending.callback(viewers.terminate)
        for _ in range(VIEWERS):
            assert seen.get(timeout=120)[0] == "ready"
        parts.tell(f"{ALERTS} alerts are open, {VIEWERS} people look on")
        took: list[float] = []
        sizes: list[int] = []
        missed = 0
        with rig.program("operator") as operator:
            for n in range(rounds or ROUNDS):
                began = time.time()
                assert operator.post(f"/api/v1/alerts/{ids[n]}/acknowledge").status_code == 200
                late = _until_all(seen, ids[n], began, took, sizes)
                missed += late
                parts.tell(f"round {n + 1}: {1000 * max(took[-VIEWERS:]):.0f} ms for the last viewer")
    cuts = quantiles(took, n=100)
    return {
        "alerts": ALERTS,
        "viewers": VIEWERS,
        "p50_ms": round(1000 * median(took)),
        "p99_ms": round(1000 * cuts[98]),
        "most_ms": round(1000 * max(took)),
        "missed": missed,
        "update_bytes": round(median(sizes)),
    }


def _until_all(seen: Queue[Seen], alert: str, began: float, took: list[float], sizes: list[int]) -> int:
    """Wait until every viewer has seen an alert taken; return how many have not."""
    waiting, until = set(range(VIEWERS)), time.monotonic() + PATIENCE_S
    while waiting and time.monotonic() < until:
        try:
            which, viewer, at, size = seen.get(timeout=1)
        except queue.Empty:
            continue
        if which == alert and viewer in waiting:
            waiting.discard(viewer)
            took.append(at - began)
            sizes.append(size)
    return len(waiting)


def _trouble(rig: WebRig) -> list[str]:
    """Open alerts in 50 homes, ten each; return the ids of the first ones on the board."""
    finding = Finding(
        risk="sos",
        severity="emergency",
        occurred_at=milliseconds(_AT),
        reason=Reason("Help was called for in the {room}.", {"room": "bedroom"}),
        dedup_key="sos",
        room="bedroom",
        latched=True,
    )
    ids = []
    with rig.pool.connection() as connection:
        for n in range(ALERTS // 10):
            add_home(connection, f"h{n}")
            for m in range(10):
                one = replace(
                    finding,
                    severity="emergency" if m == 0 else "warning",
                    risk="sos" if m == 0 else "door_open",
                    dedup_key=f"{m}",
                )
                ids.append(opening.open_or_repeat(connection, f"h{n}", one, rig.clock.now())[0])
    return ids[::10]


def _people(rig: WebRig) -> list[str]:
    """Sign 50 people in, every second one at the station, the others a tier above; return their cookies."""
    cookies = []
    with rig.pool.connection() as connection:
        for n in range(VIEWERS):
            like = rig.people["operator" if n % 2 else "supervisor"]
            connection.execute(
                "insert into users (id, login, name, role, organisation_id, password_hash, created_at)"
                " select %s, %s, name, role, organisation_id, password_hash, created_at from users"
                " where id = %s",
                (f"viewer-{n}", f"viewer-{n}", like),
            )
            cookies.append(sessions.begin(connection, f"viewer-{n}", rig.clock.now()))
    return cookies


def _look_on(base: str, cookies: list[str], seen: Queue[Seen]) -> None:
    asyncio.run(_viewers(base, cookies, seen))


async def _viewers(base: str, cookies: list[str], seen: Queue[Seen]) -> None:
    async with asyncio.TaskGroup() as group:
        for n, cookie in enumerate(cookies):
            group.create_task(_viewer(base, n, cookie, seen))


def _still_open(html: str, alert: str) -> bool:
    before, found, _ = html.partition(f'data-alert="{alert}"')
    return bool(found) and "alert-triggered" in before.rpartition("class=")[2]


async def _viewer(base: str, n: int, cookie: str, seen: Queue[Seen]) -> None:
    cookies = {COOKIE: cookie}
    async with (
        httpx.AsyncClient(base_url=base, timeout=60, cookies=cookies) as client,
        client.stream("GET", "/api/v1/stream") as line,
    ):
        assert line.status_code == 200, line.status_code
        seen.put(("ready", n, 0.0, 0))
        kind = ""
        async for text in line.aiter_lines():
            if text.startswith("event:"):
                kind = text[6:].strip()
            elif text.startswith("data:") and kind == "alert":
                alert = json.loads(text[5:])["alert"]
                answer = await client.get("/board/live", headers={"X-Requested-With": "fetch"})
                assert answer.status_code == 200, answer.status_code
                if not _still_open(answer.text, alert):
                    seen.put((alert, n, time.time(), int(answer.headers["content-length"])))
