"""The programs as they run in life: processes that a test may kill without a word and start again.

Everything lies in one folder; what was started here is ended here, PostgreSQL too. What a test sees of the
hub it sees in the database and on the telephones.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import psutil

from hub.storage import embedded
from hub.storage.database import connect
from simulators.telephones.running import RunningTelephones
from tests.brokers import free_port
from tests.conftest import ROOT
from tests.village import DAUGHTER, SON, STATION

PATIENCE_S = 30.0


def until(
    condition: Callable[[], object],
    what: str,
    facts: Callable[[], str] = lambda: "",
    seconds: float = PATIENCE_S,
) -> Any:
    """Return what a condition of real processes yields once it is true; fails, naming it, when it is not."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds} s: {what}\n{facts()}")
        time.sleep(0.01)
    return found


class Program:
    """One program: started, killed, started again; its words go to a file."""

    def __init__(
        self, folder: Path, name: str, arguments: Iterable[str], environment: Mapping[str, str]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{name}.log"
        self._arguments = [sys.executable, "-m", *arguments]
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it gets ready in its own time."""
        with self.log.open("ab") as words:
            self._process = subprocess.Popen(
                self._arguments,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut does."""
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals = signal.SIGTERM, patience_s: float = 20.0) -> None:
        """End it, by force when asking does not help."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def run(self, *arguments: str) -> str:
        """Run another command of the same program to its end and return what it said."""
        command = [*self._arguments[:3], *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
        return done.stdout


class Hub(Program):
    """`anju-hub serve` with its own database, on free ports; `broker_port` names somebody else's broker."""

    def __init__(
        self, folder: Path, telephones: RunningTelephones, broker_port: int | None = None, **settings: str
    ) -> None:
        self.folder = folder
        self.web_port = free_port()
        self.broker_port = free_port() if broker_port is None else broker_port
        environment = {
            "ANJU_DATA_DIR": str(folder),
            "ANJU_WEB_PORT": str(self.web_port),
            "ANJU_TWILIO_URL": telephones.url,
            "ANJU_TWILIO_ACCOUNT_SID": telephones.account_sid,
            "ANJU_TWILIO_AUTH_TOKEN": telephones.auth_token,
            "ANJU_TWILIO_FROM": "+15005550006",
            "ANJU_ACK_SECONDS": "1",
            **settings,
        }
        if broker_port is None:
            environment["ANJU_EMBEDDED_BROKER_PORT"] = str(self.broker_port)
        else:
            environment["ANJU_BROKER_URL"] = f"mqtt://127.0.0.1:{broker_port}"
        self.telephones = telephones
        self.has_broker = broker_port is None
        self.environment = environment
        super().__init__(folder, "hub", ["hub.cli", "serve"], environment)
        self.url = ""

    def furnish(self, homes: Iterable[str]) -> None:
        """Take over a place file: live homes of a station, each with an agent and two children to call."""
        file = self.folder / "places.toml"
        file.write_text(places(homes), "utf-8")
        self.run("load", str(file))
        self.url = embedded.start(self.folder / "postgres").url
        with connect(self.url) as connection:
            connection.execute("update homes set status = 'live'")

    def ready(self) -> Hub:
        """Wait until it serves."""
        until(self._answers, f"the hub answers; {self.log}")
        return self

    def role(self, name: str) -> int:
        """Return the process of a role, as soon as it is there."""
        return int(until(lambda: self._role(name), f"the role {name} runs"))

    def kill_role(self, name: str) -> None:
        """End one role as a crash does; the supervisor starts it again."""
        os.kill(self.role(name), signal.SIGKILL)

    def kill_all(self, *, database: bool) -> None:
        """End the supervisor, every role and, if wished, PostgreSQL's first process, all without a word."""
        roles = psutil.Process(self.pid).children(recursive=True)
        self.kill()
        for role in roles:
            if role.is_running():
                role.kill()
        psutil.wait_procs(roles, timeout=PATIENCE_S)
        if database:
            self.kill_postgres()

    def kill_postgres(self) -> None:
        """End PostgreSQL's first process without a word; the others notice and end."""
        if (postmaster := self.postmaster()) is not None:
            server = psutil.Process(postmaster)
            others = server.children()
            server.kill()
            psutil.wait_procs([server, *others], timeout=PATIENCE_S)

    def postmaster(self) -> int | None:
        """Return PostgreSQL's first process, as its own file names it."""
        file = self.folder / "postgres" / "postmaster.pid"
        lines = file.read_text().splitlines() if file.exists() else []
        pid = int(lines[0]) if lines else 0
        return pid if pid and psutil.pid_exists(pid) else None

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """Read the database."""
        with connect(self.url, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def count(self, query: str, *parameters: Any) -> int:
        """Read a number, 0 while the database is away."""
        try:
            rows = self.rows(query, *parameters)
        except Exception:
            return 0
        return int(next(iter(rows[0].values())) or 0)

    def close(self) -> None:
        """End it in order, and PostgreSQL whatever happened."""
        self.end()
        if (self.folder / "postgres" / "PG_VERSION").exists() and self.postmaster() is not None:
            embedded.start(self.folder / "postgres").stop()

    def _role(self, name: str) -> int | None:
        try:
            for process in psutil.Process(self.pid).children():
                if process.cmdline()[-1:] == [name]:
                    return process.pid
        except psutil.Error:
            pass
        return None

    def _answers(self) -> bool:
        assert self.alive, self.log.read_text("utf-8", "replace")[-3000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}/healthz", timeout=5) as answer:
                return int(answer.status) == 200
        except (OSError, urllib.error.URLError):
            return False


class Agent(Program):
    """`anju-agent run` of one home between two brokers."""

    def __init__(self, folder: Path, home: str, sensors_port: int, hub: Hub, **devices: str) -> None:
        self.settings = folder / f"{home}.toml"
        folder.mkdir(parents=True, exist_ok=True)
        account = [f'username = "{home}/pi"', f'password = "{password(home)}"'] if hub.has_broker else []
        places = [
            line for ieee, room in devices.items() for line in (f'[devices."{ieee}"]', f'room = "{room}"')
        ]
        lines = [
            f'home = "{home}"',
            'edge = "pi"',
            f'data_dir = "{folder / home}"',
            "[hub]",
            f"port = {hub.broker_port}",
            *account,
            "[sensors]",
            f"port = {sensors_port}",
            *places,
        ]
        self.settings.write_text("\n".join(lines) + "\n", "utf-8")
        super().__init__(
            folder, f"agent-{home}", ["edge_agent.cli", "run", "--config", str(self.settings)], {}
        )

    def outbox(self) -> dict[str, Any]:
        """What waits, and how far the numbers have come."""
        facts: dict[str, Any] = json.loads(self.run("outbox", "--json", "--config", str(self.settings)))
        return facts


def password(home: str) -> str:
    """The password of a home's agent at the hub's own broker."""
    return f"of-{home}-only"


def places(homes: Iterable[str]) -> str:
    """Return a place file: a station and homes, the daughter first, then the son, then the station."""
    lines = [
        '[[organisations]]\nid = "county"\ntier = "county"\nname = "青河县"',
        '[[organisations]]\nid = "dongjie"\ntier = "station"\nparent = "county"\nname = "东街站"',
        _contact('organisation = "dongjie"', "东街站值班", "duty", STATION, 1),
    ]
    for home in homes:
        lines += [
            f'[[homes]]\nid = "{home}"\norganisation = "dongjie"\nname = "{home}"\nsupervision_s = 86400',
            f'[[edges]]\nhome = "{home}"\nid = "pi"\npassword = "{password(home)}"',
            _contact(f'home = "{home}"', f"{home} 女儿", "family", DAUGHTER, 1),
            _contact(f'home = "{home}"', f"{home} 儿子", "family", SON, 2),
        ]
    return "\n".join(lines) + "\n"


def _contact(whose: str, name: str, role: str, number: str, rank: int) -> str:
    method = f'methods = [{{ channel = "voice", address = "{number}" }}]'
    return f'[[contacts]]\n{whose}\nname = "{name}"\nrole = "{role}"\nrank = {rank}\n{method}'
