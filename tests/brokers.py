"""Real brokers for tests, on free loopback ports: the embedded one, Mosquitto as configured here, NATS.

A broker keeps its port when it is stopped and started again.
"""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pytest

from hub.broker.dynamic_security import first_file
from hub.broker.embedded import BrokerThread
from tests.conftest import ROOT, missing

MOSQUITTO_FOLDER = ROOT / "hub" / "broker"


class Broker(Protocol):
    """One broker that can be stopped, killed and started again."""

    name: str
    port: int

    def start(self) -> None:
        """Return when it takes connections."""
        ...

    def stop(self) -> None:
        """End it in order."""
        ...

    def kill(self) -> None:
        """End it as a power cut does, as far as it can be done."""
        ...


def url_of(broker: Broker, account: str = "", password: str = "") -> str:
    """Return `mqtt://[account:password@]127.0.0.1:port`; the account's slash is written `%2F`."""
    who = f"{quote(account, safe='')}:{quote(password, safe='')}@" if account else ""
    return f"mqtt://{who}127.0.0.1:{broker.port}"


def free_port() -> int:
    """Return a loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_ports(count: int) -> list[int]:
    """Return as many different loopback ports that nobody uses at the moment."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None = None, seconds: float = 10) -> None:
    """Return when somebody listens on `port`; fails when `process` has ended or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            pytest.fail(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    pytest.fail(f"nobody listens on port {port} after {seconds} s")


class Embedded:
    """The hub's own broker, in a thread."""

    name = "embedded"

    def __init__(self, credentials: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self._credentials = credentials
        self._thread: BrokerThread | None = None

    def start(self) -> None:
        """Return when it takes connections."""
        self._thread = BrokerThread("127.0.0.1", self.port, self._credentials)
        self._thread.start()

    def stop(self) -> None:
        """End it in order."""
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    kill = stop  # it keeps nothing, so that there is no difference


class _Process:
    """A broker that is a program of its own."""

    name: str
    port: int

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Return the command line."""
        raise AssertionError("every broker has its own")

    def start(self) -> None:
        """Return when it takes connections."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self.command(), cwd=self.folder, stdout=log, stderr=log)
        wait_for_port(self.port, self._process)

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Mosquitto(_Process):
    """Mosquitto with `hub/broker/mosquitto.conf` as it is, but for ports and, without credentials, accounts.

    With credentials it also opens the homes' TLS listener, on `tls_port`, with a certificate of its own
    (`config/broker.crt`, which is its own authority).
    """

    name = "mosquitto"

    def __init__(self, folder: Path, credentials: Mapping[str, str] | None = None) -> None:
        super().__init__(folder)
        self.port, self.tls_port = free_ports(2)
        self.certificate = folder / "config" / "broker.crt"
        for part in ("config", "data"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        shutil.copy(MOSQUITTO_FOLDER / "mosquitto.acl", folder / "config")
        (folder / "config" / "mosquitto.acl").chmod(0o600)
        text = (MOSQUITTO_FOLDER / "mosquitto.conf").read_text(encoding="utf-8")
        text = _swap(text, "listener 1884", f"listener {self.port} 127.0.0.1")
        if credentials is None:
            homes = text[text.index("# For the homes") : text.index("# For the hub's own")]
            text = _swap(text, homes, "")
            text = _swap(text, "allow_anonymous false", "allow_anonymous true")
            text = _swap(text, "plugin mosquitto_dynamic_security.so", "")
            text = _swap(text, "plugin_opt_config_file data/dynamic-security.json", "")
            text = _swap(text, "acl_file config/mosquitto.acl", "")
        else:
            text = _swap(text, "listener 8883", f"listener {self.tls_port} 127.0.0.1")
            self._write_passwords(credentials)
            self._write_certificate()
        text += f"user {getpass.getuser()}\n"
        (folder / "config" / "mosquitto.conf").write_text(text, encoding="utf-8")

    def command(self) -> list[str]:
        """Return the command line that docker-compose.yml uses too."""
        return [program("mosquitto"), "-c", "config/mosquitto.conf"]

    def _write_passwords(self, credentials: Mapping[str, str]) -> None:
        first = self.folder / "data" / "dynamic-security.json"
        first.write_text(first_file(credentials), encoding="utf-8")
        first.chmod(0o600)

    def _write_certificate(self) -> None:
        request = [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        request += [
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ]
        request += ["-keyout", "config/broker.key", "-out", "config/broker.crt"]
        subprocess.run(request, cwd=self.folder, check=True, capture_output=True)


class HomeMosquitto(_Process):
    """Mosquitto as `edge_agent/install/install.sh` sets it up in a home, but for ports and the folder.

    With `sensors` (name to password) it also has the door for sensors of the network, on `network_port`.
    """

    name = "mosquitto of the home"

    def __init__(self, folder: Path, sensors: Mapping[str, str] | None = None) -> None:
        super().__init__(folder)
        self.port, self.network_port = free_ports(2)
        wanted = ["--network-sensors"] if sensors is not None else []
        script = ROOT / "edge_agent" / "install" / "install.sh"
        subprocess.run(["sh", script, "--root", folder, *wanted], check=True, capture_output=True)
        written = folder / "etc" / "mosquitto"
        for file, port in (("anju.conf", self.port), ("anju.network.conf", self.network_port)):
            path = written / "conf.d" / file
            if path.exists():
                text = path.read_text("utf-8").replace("/etc/mosquitto/", f"{written}/")
                text = re.sub(
                    r"^listener \d+( 127\.0\.0\.1)?$", f"listener {port} 127.0.0.1", text, flags=re.M
                )
                path.write_text(text, "utf-8")
        for account, password in (sensors or {}).items():
            passwords = [program("mosquitto_passwd"), "-b", str(written / "anju.passwd"), account, password]
            subprocess.run(passwords, check=True, capture_output=True)
        # What Debian's own file says around ours.
        (folder / "mosquitto.conf").write_text(
            f"user {getpass.getuser()}\npersistence true\npersistence_location {folder}/\nlog_dest stderr\n"
            f"include_dir {written / 'conf.d'}\n",
            "utf-8",
        )

    def command(self) -> list[str]:
        """Return the command line."""
        return [program("mosquitto"), "-c", "mosquitto.conf"]


class Nats(_Process):
    """A NATS server that speaks MQTT, with JetStream on disk.

    With its default of 1,024 unacknowledged messages a session, whatever comes behind a burst waits for
    `ack_wait` (30 s); all subscriptions of a session together may have 65,535.
    """

    name = "nats"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "nats.conf").write_text(
            f"""
            server_name: anju
            listen: "127.0.0.1:{free_port()}"
            jetstream {{ store_dir: "{folder / "jetstream"}" }}
            max_payload: 1MB
            mqtt {{ listen: "127.0.0.1:{self.port}", max_ack_pending: 16000, ack_wait: "5s" }}
            """,
            encoding="utf-8",
        )

    def command(self) -> list[str]:
        """Return the command line."""
        return [program("nats-server"), "-c", "nats.conf"]


def program(name: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails where all is asked for."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        missing(name)
    return str(path)


def make_broker(kind: str, folder: Path) -> Broker:
    """Return a broker of the given kind, not yet started, that admits everybody."""
    if kind == "embedded":
        return Embedded()
    return Mosquitto(folder) if kind == "mosquitto" else Nats(folder)


@pytest.fixture(scope="module", params=["embedded", "mosquitto", "nats"])
def any_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Each of the three brokers in turn, running; it admits everybody. Tests of a module share it."""
    broker = make_broker(request.param, tmp_path_factory.mktemp(request.param))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """The embedded broker, fresh, running; it admits everybody."""
    embedded = Embedded()
    embedded.start()
    yield embedded
    embedded.stop()


def _swap(text: str, old: str, new: str) -> str:
    """Replace a passage that stands there exactly once."""
    if text.count(old) != 1:
        pytest.fail(f"mosquitto.conf holds {old!r} {text.count(old)} times")
    return text.replace(old, new)
