"""The cable between two programs, with a real socket at each end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from simulators.faults.cable import Cable, CableError


class Echo:
    """Says back what it is told, to any number of callers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            caller, _ = self._listener.accept()
            thread = threading.Thread(target=self._talk, args=(caller,))
            thread.start()
            self._threads.append(thread)
            if self._over:
                return

    _over = False

    def _talk(self, caller: socket.socket) -> None:
        with caller:
            try:
                while heard := caller.recv(65536):
                    caller.sendall(heard)
            except OSError:
                return

    def close(self) -> None:
        self._over = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    there = Echo()
    yield there
    there.close()


@pytest.fixture
def cable(echo: Echo) -> Iterator[Cable]:
    with Cable(("127.0.0.1", echo.port)) as laid:
        yield laid


def call(cable: Cable) -> socket.socket:
    return socket.create_connection((cable.host, cable.port), timeout=10)


def hear(line: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        part = line.recv(size - len(heard))
        if not part:
            break
        heard += part
    return heard


def test_it_carries_much_and_for_many_at_once(cable: Cable) -> None:
    content = bytes(range(256)) * 4096
    lines = [call(cable) for _ in range(8)]

    def talk(line: socket.socket) -> None:
        line.sendall(content)

    threads = [threading.Thread(target=talk, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    assert [hear(line, len(content)) == content for line in lines] == [True] * 8
    for thread, line in zip(threads, lines, strict=True):
        thread.join()
        line.close()
    assert cable.connections == 8


def test_cut_it_ends_what_it_carried_and_takes_nothing_new_until_it_is_whole(cable: Cable) -> None:
    with call(cable) as line:
        line.sendall(b"hello")
        assert hear(line, 5) == b"hello"
        cable.cut()
        assert hear(line, 1) == b""
    with call(cable) as line:
        assert hear(line, 1) == b""
    cable.restore()
    with call(cable) as line:
        line.sendall(b"again")
        assert hear(line, 5) == b"again"


def test_stalled_it_keeps_still_and_delivers_when_it_is_whole(cable: Cable) -> None:
    with call(cable) as line:
        line.sendall(b"one")
        assert hear(line, 3) == b"one"
        cable.stall()
        line.sendall(b"two")
        line.settimeout(0.15)
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.settimeout(10)
        cable.restore()
        assert hear(line, 3) == b"two"


def test_delay_holds_up_each_direction(cable: Cable) -> None:
    with call(cable) as line:
        cable.delay(0.1)
        begun = time.monotonic()
        line.sendall(b"late")
        assert hear(line, 4) == b"late"
        assert time.monotonic() - begun >= 0.2


def test_an_end_that_hangs_up_is_told_to_the_other(cable: Cable, echo: Echo) -> None:
    with call(cable) as line:
        line.sendall(b"bye")
        line.shutdown(socket.SHUT_WR)
        assert hear(line, 3) == b"bye"
        assert hear(line, 1) == b""


def test_a_port_that_is_taken_is_named(cable: Cable) -> None:
    with pytest.raises(CableError, match=str(cable.port)):
        Cable(cable.target, port=cable.port).start()


def test_taken_away_it_closes_all(echo: Echo) -> None:
    cable = Cable(("127.0.0.1", echo.port)).start()
    with call(cable) as line:
        line.sendall(b"x")
        assert hear(line, 1) == b"x"
        cable.stop()
        assert hear(line, 1) == b""
