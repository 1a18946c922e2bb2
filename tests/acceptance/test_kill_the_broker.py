"""Whoever kills the hub's broker loses nothing by it: only the hub's word lets an agent forget an event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers import Mosquitto
from tests.whole_way import WholeWay, whole_way


@contextmanager
def _with_its_own() -> Iterator[tuple[WholeWay, list[object]]]:
    with whole_way() as way:
        yield way, [lambda: way.hub.kill_role("broker")]


@contextmanager
def _with_mosquitto(folder: Path) -> Iterator[tuple[WholeWay, list[object]]]:
    broker = Mosquitto(folder / "broker")
    broker.start()
    try:
        with whole_way(broker) as way:
            yield way, [broker.kill, broker.start]
    finally:
        broker.stop()


@pytest.mark.parametrize("kind", ["embedded", "mosquitto"])
def test_the_hubs_broker_killed_in_mid_stream_again_and_again(kind: str, tmp_path: Path) -> None:
    """The embedded one is started again by the hub, Mosquitto by whoever looks after it."""
    with _with_its_own() if kind == "embedded" else _with_mosquitto(tmp_path) as (way, deeds):
        for _ in range(2):
            before = way.stored()
            way.move(200)
            way.press()
            way.stored_more(before)
            way.move(200)
            for deed in deeds:
                deed()  # type: ignore[operator]
                way.move(100)
                way.press()
        way.fall()
        way.check_promise()
