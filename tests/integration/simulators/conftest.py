"""A real broker for the simulators' tests, and somebody who listens to it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulators.broker import BrokerAt, Line
from tests.conftest import missing

PATIENCE_S = 20


def until(happens: Callable[[], bool], what: str) -> None:
    """Wait until a condition of a real process comes true; fail, naming it, when it does not."""
    ends = time.monotonic() + PATIENCE_S
    while not happens():
        if time.monotonic() > ends:
            pytest.fail(f"did not happen within {PATIENCE_S} s: {what}")
        time.sleep(0.005)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def mosquitto(folder: Path, queue: int) -> Iterator[BrokerAt]:
    """Run a broker that keeps so many messages for a slow subscriber (0: all)."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if not program:
        missing("mosquitto")
    port = free_port()
    settings = folder / "mosquitto.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        f"max_queued_messages {queue}\nsys_interval 1\n"
    )
    with subprocess.Popen([str(program), "-c", str(settings)], stderr=subprocess.DEVNULL) as process:
        until(lambda: answers(port), "the broker listens")
        yield BrokerAt(port=port)
        process.terminate()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerAt]:
    """A Mosquitto of this test's own, with room for a whole recording in its queues."""
    with mosquitto(tmp_path, queue=0) as running:
        yield running


@pytest.fixture
def listener(broker: BrokerAt) -> Iterator[Line]:
    """Somebody who is connected to the broker; what they subscribe to comes to `inbox`."""
    with Line(broker, "listener") as line:
        yield line
