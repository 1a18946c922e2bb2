"""The telephones in a thread of this process on a free port, for tests and the demo.

Speaks to them over HTTP only, so that what a test sees is what any other program sees.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self

import httpx
import uvicorn
from fastapi import FastAPI

from simulators.telephones.aliyun.account import Pushes
from simulators.telephones.exchange import Exchange
from simulators.telephones.faults import Faults
from simulators.telephones.log import Entry
from simulators.telephones.person import OnCall, OnMessage, Person
from simulators.telephones.server import create_app
from simulators.telephones.settings import Settings
from simulators.telephones.views import CallView, MessageView

START_WITHIN: Final = 10.0


class TelephonesServer(uvicorn.Server):
    """A web server for the application, which lets streams and long polls go before it ends."""

    def __init__(self, app: FastAPI, **where: Any) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=2, **where
            )
        )
        self._exchange: Exchange = app.state.exchange

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._exchange.end()
        await super().shutdown(sockets)


class RunningTelephones:
    """A context manager with `.url`, `.account_sid` and `.auth_token`; Aliyun's are in `.settings.aliyun`.

    Waiting is bounded by real seconds and raises TimeoutError that says what was seen instead.
    """

    def __init__(self, settings: Settings | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.settings = settings or Settings(speed=20)
        self.account_sid = self.settings.account_sid
        self.auth_token = self.settings.auth_token.get_secret_value()
        self._host, self._port = host, port
        self.url = self.aliyun_url = ""

    def __enter__(self) -> Self:
        listening = _listen(self._host, self._port)
        self.url = self.aliyun_url = f"http://{self._host}:{listening.getsockname()[1]}"
        self._server = TelephonesServer(create_app(self.settings))
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="telephones", daemon=True
        )
        self._thread.start()
        self._client = httpx.Client(base_url=self.url, timeout=70, trust_env=False)
        until = time.monotonic() + START_WITHIN
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise TimeoutError("the telephones did not start")
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()
        self._server.should_exit = True
        self._thread.join(START_WITHIN)

    def person(
        self,
        number: str,
        name: str = "",
        calls: Sequence[OnCall] = (),
        messages: Sequence[OnMessage] = (),
        **more: Any,
    ) -> Person:
        """Give a number to a person who behaves so; without behaviours a test answers for them."""
        person = Person(
            number=number,
            name=name,
            calls=tuple(calls) or (OnCall(),),
            messages=tuple(messages) or (OnMessage(),),
            **more,
        )
        self._ask("PUT", f"/control/people/{person.number}", person.model_dump(mode="json"))
        return person

    def faults(self, faults: Faults | None = None) -> None:
        """Set what is wrong; without an argument all is well again."""
        self._ask("PUT", "/control/faults", (faults or Faults()).model_dump(mode="json"))

    def aliyun_pushes(self, pushes: Pushes) -> None:
        """Say where Aliyun's receipts go."""
        self._ask("PUT", "/control/aliyun", pushes.model_dump(mode="json"))

    def sms_url(self, url: str | None) -> None:
        """Say where people's messages to the account go."""
        self._ask("PUT", "/control/account", {"sms_url": url})

    def calls(self, to: str | None = None) -> list[CallView]:
        """All calls (to a number), oldest first."""
        found = self._ask("GET", "/control/calls", params={"to": to} if to else {})
        return [CallView.model_validate(each) for each in found.json()]

    def messages(self, to: str | None = None) -> list[MessageView]:
        """All short messages (to a number), oldest first."""
        found = self._ask("GET", "/control/messages", params={"to": to} if to else {})
        return [MessageView.model_validate(each) for each in found.json()]

    def answer(self, sid: str, *, machine: bool = False) -> None:
        """Pick up a call that rings."""
        self._ask("POST", f"/control/calls/{sid}/answer", params={"machine": machine})

    def press(self, sid: str, digits: str) -> None:
        """Press keys in a call."""
        self._ask("POST", f"/control/calls/{sid}/press", {"digits": digits})

    def hang_up(self, sid: str) -> None:
        """Hang up, or decline."""
        self._ask("POST", f"/control/calls/{sid}/hang_up")

    def write(self, person: str, to: str, body: str) -> None:
        """Let a person write to the account."""
        self._ask("POST", f"/control/people/{person}/messages", {"to": to, "body": body})

    def reset(self) -> None:
        """End everything and begin as at the start."""
        self._ask("POST", "/control/reset")

    def log(self, after: int = 0, wait: float = 0) -> list[Entry]:
        """What happened after an entry, waiting for the first of it up to so many seconds."""
        found = self._ask("GET", "/control/log", params={"after": after, "wait": wait, "limit": 5000})
        return [Entry.model_validate(each) for each in found.json()["entries"]]

    def wait_for(self, wanted: Callable[[Entry], bool], *, after: int = 0, timeout: float = 10) -> Entry:
        """Return the first entry behind `after` that is wanted."""
        until = time.monotonic() + timeout
        seen: list[Entry] = []
        while (left := until - time.monotonic()) > 0:
            for entry in self.log(after, min(left, 30)):
                if wanted(entry):
                    return entry
                seen.append(entry)
                after = entry.n
        told = "\n".join(f"  {entry.number} {entry.what} {entry.facts}" for entry in seen[-20:])
        raise TimeoutError(f"it did not happen within {timeout} s; the last of what happened:\n{told}")

    def wait_for_call(
        self, to: str, status: str | None = None, *, after: int = 0, timeout: float = 10
    ) -> CallView:
        """Return the first call to a number, as soon as it is there or has come to `status`."""
        entry = self.wait_for(
            lambda entry: entry.kind == "call" and entry.number == to and entry.what == (status or "queued"),
            after=after,
            timeout=timeout,
        )
        return CallView.model_validate(self._ask("GET", f"/control/calls/{entry.sid}").json())

    def wait_for_message(
        self, number: str, contains: str = "", *, after: int = 0, timeout: float = 10
    ) -> MessageView:
        """Return the first message to or from a person with this text, as soon as it is there."""
        entry = self.wait_for(
            lambda entry: (
                entry.kind == "message"
                and entry.number == number
                and contains in entry.facts.get("body", "\0")
            ),
            after=after,
            timeout=timeout,
        )
        return next(message for message in self.messages() if message.sid == entry.sid)

    def _ask(
        self, method: str, path: str, body: Any = None, *, params: dict[str, Any] | None = None
    ) -> httpx.Response:
        response = self._client.request(method, path, json=body, params=params or {})
        response.raise_for_status()
        return response


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket that says it is TCP: only then does asyncio send small answers at once.

    Without that each answer waits 40 ms for an acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(256)
    except OSError:
        listening.close()
        raise
    return listening
