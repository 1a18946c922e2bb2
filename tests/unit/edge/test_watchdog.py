"""systemd hears that the loop turns, and a loop that hangs is ended."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from edge_agent.watchdog import Watchdog, tell


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """The socket that a service is given."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(str(tmp_path / "notify"))
    line.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return line


def test_systemd_hears_of_the_start_of_every_turn_and_of_the_end(systemd: socket.socket) -> None:
    with Watchdog(time.monotonic, beat_s=0.01):
        assert systemd.recv(100) == b"READY=1"
        assert systemd.recv(100) == b"WATCHDOG=1"
        assert systemd.recv(100) == b"WATCHDOG=1"
    said = b""
    while said != b"STOPPING=1":
        said = systemd.recv(100)
    systemd.close()


def test_a_loop_that_hangs_is_not_said_to_live_and_ends_the_process(systemd: socket.socket) -> None:
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    long_ago = time.monotonic() - 100
    with Watchdog(lambda: long_ago, hung_s=90, beat_s=0.01, end=end):
        assert ended.wait(5)
    assert codes == [70]
    assert [systemd.recv(100), systemd.recv(100)] == [b"READY=1", b"STOPPING=1"]
    systemd.close()


def test_without_systemd_nothing_is_said() -> None:
    assert tell("READY=1", {}) is False
    assert tell("READY=1", {"NOTIFY_SOCKET": "/not/there"}) is False
