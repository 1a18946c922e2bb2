"""What happens reaches another program at least once, though it was down and the sender was killed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from hub.accounts.sealing import seal_of
from hub.clock import MovableClock
from hub.settings import Settings
from hub.webhooks import rules, store
from hub.webhooks.sending import Webhooks
from tests.conftest import ROOT
from tests.village import NIGHT, fall
from tests.web_rig import WebRig, running_web


class Receiver:
    """A program of somebody else's, on a port of its own: takes, refuses, or hangs."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], str]] = []
        self.answer = 200
        self.hangs = threading.Event()
        self.came = threading.Semaphore(0)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                receiver.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
                receiver.came.release()
                if receiver.hangs.is_set():
                    receiver.let_go.wait(20)
                    return
                self.send_response(receiver.answer)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.let_go = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/anju"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def close(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


class Hub:
    """The web role, and a sender that turns when a test says so."""

    def __init__(self, web: WebRig, data_dir: Path) -> None:
        self.web = web
        self.settings = Settings(data_dir=data_dir)
        self.sender = Webhooks(web.url, web.pool, seal_of(self.settings), web.clock)

    def turn(self) -> None:
        self.sender.turn()
        self.sender.settle()

    def later(self, by: timedelta) -> None:
        cast(MovableClock, self.web.clock).move(by)

    def log(self, hook: str) -> list[dict[str, Any]]:
        with self.web.program("administrator") as boss:
            found: list[dict[str, Any]] = boss.get(f"/api/v1/webhooks/{hook}/deliveries").json()
        return found

    def add(self, url: str, *kinds: str, organisation: str = "county") -> tuple[str, str]:
        with self.web.program("administrator") as boss:
            new = {"organisation": organisation, "url": url, "kinds": list(kinds)}
            answer = boss.post("/api/v1/webhooks", json=new)
            assert answer.status_code == 201, answer.text
        return answer.json()["id"], answer.json()["secret"]


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[Hub]:
    with running_web(database, MovableClock(NIGHT), tmp_path) as web:
        yield Hub(web, tmp_path)


def verified(headers: dict[str, str], body: str, secret: str) -> bool:
    """As docs/webhooks.md tells a receiver to do it."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}" in headers["webhook-signature"].split()


def test_it_arrives_signed_once_the_receiver_is_back(hub: Hub, receiver: Receiver) -> None:
    hook, secret = hub.add(receiver.url, "alert.opened", "alert.acknowledged", "need.opened")
    receiver.answer = 503
    alert = hub.web.finding(fall())
    hub.web.finding(fall(), "zhao")  # another county's
    hub.turn()
    assert [one["state"] for one in hub.log(hook)] == ["waiting"]
    assert hub.log(hook)[0]["reason"] == "the receiver answered 503"
    hub.turn()
    assert len(receiver.got) == 1  # not before its time
    receiver.answer = 204
    hub.later(timedelta(seconds=7))
    hub.turn()
    assert [one["state"] for one in hub.log(hook)] == ["delivered"]
    (first, _), (second, body) = receiver.got
    assert first["webhook-id"] == second["webhook-id"]
    assert all(verified(headers, text, secret) for headers, text in receiver.got)
    assert not verified(second, body + " ", secret)
    told = json.loads(body)
    assert (told["type"], told["data"]["alert"], told["data"]["severity"]) == (
        "alert.opened",
        alert,
        "emergency",
    )
    assert "王" not in body
    with hub.web.program("operator") as operator:
        operator.post(f"/api/v1/alerts/{alert}/acknowledge")
        operator.post("/api/v1/homes/wang/needs", json={"kind": "meals", "text": "x"})
    hub.turn()
    hub.turn()  # one at a time to one receiver
    assert sorted((one["sequence"], one["type"]) for one in receiver.bodies()[2:]) == [
        (2, "alert.acknowledged"), (3, "need.opened"),
    ]  # fmt: skip


def test_a_killed_sender_loses_nothing(hub: Hub, receiver: Receiver, tmp_path: Path) -> None:
    hook, _ = hub.add(receiver.url, "alert.opened")
    receiver.hangs.set()
    hub.web.finding(fall())
    script = (
        "import sys, threading; from pathlib import Path; from hub.accounts.sealing import seal_of;"
        "from hub.clock import MovableClock; from hub.settings import Settings;"
        "from hub.storage.database import open_pool; from hub.webhooks.sending import Webhooks;"
        "from tests.village import NIGHT;"
        "url, folder = sys.argv[1:];"
        "Webhooks(url, open_pool(url, 2), seal_of(Settings(data_dir=Path(folder))), MovableClock(NIGHT))"
        ".run(threading.Event())"
    )
    process = subprocess.Popen([sys.executable, "-c", script, hub.web.url, str(tmp_path)], cwd=ROOT)
    try:
        assert receiver.came.acquire(timeout=30), "the sender has begun"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    receiver.hangs.clear()
    receiver.let_go.set()
    hub.turn()
    assert len(receiver.got) == 1  # whoever had it may still be at it
    hub.later(store.LEASE + timedelta(seconds=1))
    hub.turn()
    assert [one["state"] for one in hub.log(hook)] == ["delivered"]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_it_is_dead_in_the_end_with_a_reason_and_can_be_sent_again(hub: Hub, receiver: Receiver) -> None:
    hook, _ = hub.add(receiver.url, "alert.opened")
    receiver.answer = 500
    hub.web.finding(fall())
    for wait in (timedelta(), *rules.WAITS):
        hub.later(wait * (1 + rules.JITTER))
        hub.turn()
    (dead,) = hub.log(hook)
    assert (dead["state"], dead["tries"], dead["status"]) == ("dead", len(rules.WAITS) + 1, 500)
    receiver.answer = 200
    with hub.web.program("administrator") as boss:
        assert boss.post(f"/api/v1/webhooks/{hook}/deliveries/{dead['id']}/resend").status_code == 201
        assert boss.post(f"/api/v1/webhooks/{hook}/deliveries/{dead['id']}/resend").status_code == 409
        hub.turn()
        assert hub.log(hook)[0]["state"] == "delivered"
        boss.post(f"/api/v1/webhooks/{hook}/test")
    receiver.answer = 410  # wants nothing any more
    hub.turn()
    with hub.web.program("administrator") as boss:
        (stopped,) = boss.get("/api/v1/webhooks").json()
    assert (stopped["active"], stopped["why_not"], stopped["dead"]) == (False, "the receiver answered 410", 1)


def test_a_secret_is_changed_without_a_gap(hub: Hub, receiver: Receiver) -> None:
    hook, old = hub.add(receiver.url, "alert.opened")
    with hub.web.program("administrator") as boss:
        new = boss.post(f"/api/v1/webhooks/{hook}/secret").json()["secret"]
        boss.post(f"/api/v1/webhooks/{hook}/test")
        hub.turn()
        hub.later(rules.BOTH_SIGN)
        boss.post(f"/api/v1/webhooks/{hook}/test")
        hub.turn()
        assert old not in boss.get("/api/v1/webhooks").text
    during, after = receiver.got
    assert [verified(*during, secret) for secret in (old, new)] == [True, True]
    assert [verified(*after, secret) for secret in (old, new)] == [False, True]
    with hub.web.pool.connection() as c:
        kept = c.execute("select secret, old_secret from webhooks").fetchone()
    assert old not in str(kept)


def test_a_receiver_that_hangs_or_hides_holds_up_nobody_else(
    hub: Hub, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Receiver()
    slow.hangs.set()
    hub.add(slow.url, "alert.opened")
    hub.add(receiver.url, "alert.opened")
    inside, _ = hub.add("https://inside.example/x", "alert.opened")
    monkeypatch.setattr(socket, "getaddrinfo", resolving(socket.getaddrinfo, "inside.example", "10.1.2.3"))
    hub.web.finding(fall())
    hub.sender.turn()
    try:
        assert slow.came.acquire(timeout=10)
        assert receiver.came.acquire(timeout=10)
    finally:
        slow.close()
    hub.sender.settle()
    assert (
        hub.log(inside)[0]["reason"]
        == "inside.example leads to 10.1.2.3, inside a network that is not public"
    )


def resolving(asked: Any, name: str, address: str) -> Any:
    """A resolver in which one name leads into a network; the rest is asked of the real one."""

    def find(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        return asked(address if host == name else host, port, *args, **more)

    return find
