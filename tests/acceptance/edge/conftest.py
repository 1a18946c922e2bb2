"""A hub's web role and its embedded broker, and the agent's own command line in the home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.cli import main
from hub.app import accounts
from hub.broker import certificates
from hub.broker.embedded import BrokerThread, Encrypted
from hub.clock import MovableClock
from hub.settings import Settings
from tests.brokers import free_ports
from tests.village import NIGHT
from tests.web_rig import WebRig, running_web


@dataclass
class Hub:
    """A hub that homes reach by TLS; its clock stands still until it is moved."""

    web: WebRig
    clock: MovableClock
    settings: Settings

    def code(self, home: str = "wang", edge: str = "pi") -> str:
        """Make a pairing code as family does on the hub."""
        with self.web.program("family" if home == "wang" else "administrator") as client:
            answer = client.post(f"/api/v1/homes/{home}/edges/{edge}/pairing-code")
            assert answer.status_code == 201, answer.text
            return str(answer.json()["code"])

    def wait(self, by: timedelta) -> None:
        """Let time pass on the hub."""
        self.clock.move(by)


@dataclass
class Home:
    """Somebody at the agent's command line."""

    config: Path
    capsys: pytest.CaptureFixture[str]

    def type(self, *words: str) -> tuple[int, str]:
        """Call `anju-agent` and return its exit code and what it says, on both streams."""
        self.capsys.readouterr()
        code = main([*words, "--config", str(self.config)])
        said = self.capsys.readouterr()
        # The hub of this process writes its log to the same place.
        lines = [line for line in (said.out + said.err).splitlines() if not line.startswith("2026-")]
        return code, "\n".join(lines) + "\n"


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[Hub]:
    port, tls_port = free_ports(2)
    settings = Settings(
        data_dir=tmp_path / "hub",
        embedded_broker_port=port,
        embedded_broker_tls_host="127.0.0.1",
        embedded_broker_tls_port=tls_port,
    )
    clock = MovableClock(NIGHT)
    made = certificates.certificate(settings.data_dir / "tls", certificates.own_names())
    encrypted = Encrypted("127.0.0.1", settings.embedded_broker_tls_port, made)
    with (
        BrokerThread("127.0.0.1", settings.embedded_broker_port, accounts(settings), encrypted),
        running_web(database, clock, settings.data_dir, settings=settings) as web,
    ):
        yield Hub(web, clock, settings)


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return Home(tmp_path / "etc" / "agent.toml", capsys)
