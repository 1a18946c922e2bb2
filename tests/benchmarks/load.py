"""Load on a broker: contract batches of many homes, made beforehand and sent as bytes over a plain socket.

A client library would take most of the machine for itself; here a message costs the sender a microsecond.
Run as a program: PORT and a JSON object of `Load` on the command line.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from models.contract import VERSION, codec
from models.contract.messages import Batch, Event
from models.contract.topics import Address

WINDOW = 1000  #: messages that the broker has not confirmed
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is sent: `messages` batches of `events` events each, in turn from `homes` homes."""

    homes: int
    messages: int
    events: int = 1
    stream: str = "load"
    per_second: float = 0  #: none: as fast as the broker takes them
    first: str = "town"  #: the homes are called `first`-0, `first`-1, …


def home(load: Load, number: int) -> str:
    """Return a home's id."""
    return f"{load.first}-{number}"


def packets(load: Load) -> Iterator[bytes]:
    """Yield every message as a PUBLISH packet with QoS 1."""
    addresses = [Address(home(load, number), "pi") for number in range(load.homes)]
    heads = [_text(address.topic("events")) for address in addresses]
    for n in range(load.messages):
        at = round(time.time() * 1000)
        first = n // load.homes * load.events + 1
        batch = Batch(
            v=VERSION,
            boot="b1",
            stream=load.stream,
            sent_at=at,
            events=[
                Event(seq=first + k, at=at, mono=at % 10**9, device="0x00158d00018255df", kind="motion")
                for k in range(load.events)
            ],
        )
        body = heads[n % load.homes] + struct.pack(">H", n % 65535 + 1) + codec.encode(batch)
        yield b"\x32" + _length(len(body)) + body


def start(port: int, load: Load) -> subprocess.Popen[bytes]:
    """Send it from a process of its own, which ends when the broker has confirmed everything."""
    command = [sys.executable, "-m", "tests.benchmarks.load", str(port), json.dumps(asdict(load))]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def send(port: int, load: Load) -> None:
    """Make the packets, say so, wait for a word on standard input, and send."""
    made = list(packets(load)) if not load.per_second else None
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    name = _text(f"load-{os.getpid()}")
    hello = _text("MQTT") + b"\x04\x02" + struct.pack(">H", 0) + name
    connection.sendall(b"\x10" + _length(len(hello)) + hello)
    assert connection.recv(4) == b"\x20\x02\x00\x00", "the broker refused the load"
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    confirmed = _Confirmed(connection)
    begin, sent, step = time.monotonic(), 0, 50
    if made is not None:
        for sent in range(0, len(made), step):
            confirmed.wait_for(sent - WINDOW)
            connection.sendall(b"".join(made[sent : sent + step]))
    else:
        for sent, packet in enumerate(packets(load)):
            time.sleep(max(0.0, begin + sent / load.per_second - time.monotonic()))
            connection.sendall(packet)
    confirmed.wait_for(load.messages)


class _Confirmed:
    """Counts the broker's PUBACKs."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._bytes = 0
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, messages: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._bytes >= messages * 4, 60), "the broker stalls"

    def _listen(self) -> None:
        while data := self._connection.recv(65536):
            with self._changed:
                self._bytes += len(data)
                self._changed.notify()


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def _length(n: int) -> bytes:
    out = bytearray()
    while True:
        n, digit = divmod(n, 128)
        out.append(digit | (128 if n else 0))
        if not n:
            return bytes(out)


if __name__ == "__main__":
    send(int(sys.argv[1]), Load(**json.loads(sys.argv[2])))
