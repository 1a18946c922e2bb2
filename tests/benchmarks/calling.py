"""What calls people, in processes of its own as in life: telephones, the web role, and dispatchers.

Around a database that a benchmark brings. What was started here is ended here.
"""

from __future__ import annotations

import json
import secrets
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from simulators.telephones.person import OnCall, Person
from simulators.telephones.views import CallView, MessageView
from tests.brokers import free_port
from tests.processes import Program, until

START_S = 60.0

_CALLS = TypeAdapter(list[CallView])
_MESSAGES = TypeAdapter(list[MessageView])


class Telephones(Program):
    """The provider: a process of its own, with as many people as there are numbers."""

    def __init__(self, folder: Path, people: Iterable[Person], speed: float = 1.0) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.account_sid = "AC" + secrets.token_hex(16)
        self.auth_token = secrets.token_hex(16)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "people.toml"
        file.write_text("\n".join(map(_entry, people)), "utf-8")
        where = ["--port", str(self.port), "--people", str(file), "--speed", str(speed)]
        account = {"ANJU_TWILIO_ACCOUNT_SID": self.account_sid, "ANJU_TWILIO_AUTH_TOKEN": self.auth_token}
        super().__init__(folder, "telephones", ["simulators.cli", "telephones", *where], account)

    def calls(self) -> list[CallView]:
        """All calls that were ever asked for, oldest first."""
        return _CALLS.validate_json(_read(f"{self.url}/control/calls"))

    def messages(self) -> list[MessageView]:
        """All messages that were ever asked for, oldest first."""
        return _MESSAGES.validate_json(_read(f"{self.url}/control/messages"))

    def faults(self, faults: Mapping[str, Any]) -> None:
        """Set what is wrong from now on."""
        request = urllib.request.Request(
            f"{self.url}/control/faults",
            json.dumps(dict(faults)).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=10).close()


class Calling:
    """The hub's roles that call people."""

    def __init__(self, folder: Path, url: str, telephones: Telephones, **settings: str) -> None:
        self.telephones = telephones
        self._folder = folder
        self._web_port = free_port()
        self._environment = {
            "ANJU_DATA_DIR": str(folder),
            "ANJU_DATABASE_URL": url,
            "ANJU_WEB_PORT": str(self._web_port),
            "ANJU_TWILIO_URL": telephones.url,
            "ANJU_TWILIO_ACCOUNT_SID": telephones.account_sid,
            "ANJU_TWILIO_AUTH_TOKEN": telephones.auth_token,
            "ANJU_TWILIO_FROM": "+15005550006",
            **settings,
        }
        self.web = Program(folder, "web", ["hub.cli", "web"], self._environment)

    def dispatcher(self, name: str) -> Program:
        """Return a dispatcher that has still to be started."""
        environment = self._environment | {"ANJU_DATA_DIR": str(self._folder / name)}
        return Program(self._folder, name, ["hub.cli", "dispatch"], environment)

    def start_web(self) -> None:
        """Start the web role and wait until it answers."""
        self.web.start()
        until(
            lambda: _answers(f"http://127.0.0.1:{self._web_port}/healthz"),
            "the web role answers",
            lambda: self.web.log.read_text("utf-8", "replace")[-3000:],
            START_S,
        )


def dispatching(program: Program) -> int:
    """How often a dispatcher has begun to serve, over all its lives."""
    return program.log.read_bytes().count(b"dispatching") if program.log.exists() else 0


@contextmanager
def calling(
    folder: Path, url: str, people: Iterable[Person], *, speed: float = 1.0, **settings: str
) -> Iterator[Calling]:
    """Telephones and the web role, running; dispatchers are the caller's to start and to end."""
    telephones = Telephones(folder, people, speed)
    roles = Calling(folder, url, telephones, **settings)
    try:
        telephones.start()
        until(lambda: _answers(f"{telephones.url}/control/account"), "the telephones answer", seconds=START_S)
        roles.start_web()
        yield roles
    finally:
        roles.web.end()
        telephones.end()


def wait_for(wanted: Callable[[], object], seconds: float) -> bool:
    """Whether something came to be within so many seconds; looked at four times a second."""
    end = time.monotonic() + seconds
    while not wanted():
        if time.monotonic() > end:
            return False
        time.sleep(0.25)
    return True


def attempt_of(call: CallView) -> str:
    """The attempt whose words a call asks for."""
    return (call.url or "").rpartition("/")[2]


def since(then: datetime, calls: Iterable[CallView]) -> list[CallView]:
    """The calls that were asked for after an instant."""
    return [call for call in calls if call.created_at >= then]


def _entry(person: Person) -> str:
    """One person as the telephones' file has them."""
    lines = ["[[people]]", f'number = "{person.number}"', f"calls = [{', '.join(map(_call, person.calls))}]"]
    return "\n".join(lines)


def _call(call: OnCall) -> str:
    keys = ", ".join(f'[{float(after)}, "{digits}"]' for after, digits in call.keys)
    return f'{{ does = "{call.does}", after = {float(call.after)}, keys = [{keys}] }}'


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.status) == 200
    return False


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        body: bytes = answer.read()
        return body
