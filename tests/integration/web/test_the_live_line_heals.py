"""The live line after a break: pages read everything again, and who is signed out hears nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import psycopg

from hub.web.figures import Figures
from hub.web.live import Live, News
from tests.village import fall
from tests.web_rig import WebRig


def news(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Name and data of every event of a stream."""
    for line in lines:
        if line.startswith("event: "):
            yield line.removeprefix("event: "), json.loads(next(lines).removeprefix("data: "))


def test_a_broken_connection_to_the_database_is_mended_and_pages_read_anew(web: WebRig) -> None:
    with web.program("operator") as client, client.stream("GET", "/api/v1/stream") as line:
        events = news(line.iter_lines())
        assert next(events)[0] == "beat"
        with psycopg.connect(web.url, autocommit=True) as connection:
            assert connection.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            ).fetchone() != (0,)
        assert next(name for name, _ in events if name != "beat") == "reset"
        alert = web.finding(fall())
        assert next(data for name, data in events if name == "alert")["alert"] == alert


def test_a_line_ends_for_somebody_who_is_signed_out_and_asking_again_says_so(web: WebRig) -> None:
    with web.signed_in("operator") as browser:
        with browser.stream("GET", "/api/v1/stream") as line:
            assert line.status_code == 200
        with web.pool.connection() as connection:
            connection.execute("delete from sessions")
        assert browser.get("/api/v1/stream").status_code == 401
        script: httpx.Response = browser.get("/board/live", headers={"X-Requested-With": "fetch"})
        assert script.status_code == 401
        assert "location" not in script.headers


def test_a_page_that_cannot_keep_up_is_told_to_read_everything_again() -> None:
    live = Live("postgresql://nowhere", Figures())
    with live.subscribe() as queue:
        for n in range(500):
            live.hand_out(News(name="alert", seq=n, place="wang", data={}))
        names = [queue.get_nowait().name for _ in range(queue.qsize())]
    assert names[0] == "reset"
    assert len(names) <= 201
