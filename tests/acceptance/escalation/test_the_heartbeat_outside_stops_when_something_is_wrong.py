"""Somebody outside hears once a minute that all is well, and hears nothing as soon as it is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from hub.clock import MovableClock
from hub.proof.auditor import Auditor, ping_outside
from hub.storage.database import Pool, open_pool
from tests.hub_rig import HubRig
from tests.village import NIGHT, fall


class Outside:
    """A small HTTP server that somebody else would run; answers `status` and remembers who asked."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        watch = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watch.heard.append(self.path)
                self.send_response(watch.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """A test says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/anju/secret"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Nobody listens any more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def outside() -> Iterator[Outside]:
    watch = Outside()
    yield watch
    if watch.thread.is_alive():
        watch.close()


def told_at(pool: Pool) -> object:
    with pool.connection() as connection:
        row = connection.execute("select told_outside_at from audits").fetchone()
    return row["told_outside_at"] if row else None


def test_it_is_heard_while_all_is_well_and_silent_while_an_alert_is_stuck(
    hub: HubRig, outside: Outside
) -> None:
    auditor = Auditor(hub.pool, hub.clock, outside.url)
    audit = auditor.turn()
    assert audit is not None
    assert (audit.told_outside, outside.heard) == (True, ["/anju/secret"])
    assert told_at(hub.pool) == NIGHT
    hub.finding(fall())
    hub.clock.move(timedelta(minutes=2))  # and nobody has called
    stuck = auditor.turn()
    assert stuck is not None
    assert (stuck.well, stuck.told_outside) == (False, False)
    assert len(outside.heard) == 1
    figures = httpx.get(f"{hub.settings.public_url}/metrics").text
    assert "anju_audit_well 0.0" in figures
    assert 'anju_audit_found{trouble="overdue"} 1.0' in figures
    assert "anju_heartbeat_age_seconds 120.0" in figures
    hub.turn()
    auditor.turn()
    assert len(outside.heard) == 2
    assert "anju_audit_well 1.0" in httpx.get(f"{hub.settings.public_url}/metrics").text


def test_it_is_silent_while_the_database_is_away(database: str, outside: Outside) -> None:
    pool = open_pool(database, size=2)
    auditor = Auditor(pool, MovableClock(NIGHT), outside.url)
    pool.close()
    assert auditor.turn() is None
    assert outside.heard == []


@pytest.mark.parametrize("trouble", ["refuses", "is away"])
def test_a_watch_that_cannot_be_reached_stops_nothing(hub: HubRig, outside: Outside, trouble: str) -> None:
    outside.status = 503
    if trouble == "is away":
        outside.close()
    assert ping_outside(outside.url) is False
    audit = Auditor(hub.pool, hub.clock, outside.url).turn()
    assert audit is not None
    assert (audit.well, audit.told_outside) == (True, False)
    assert told_at(hub.pool) is None
