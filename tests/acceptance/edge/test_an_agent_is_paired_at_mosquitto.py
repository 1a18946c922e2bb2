"""The same code lets an agent in at a county's Mosquitto, whose accounts the hub makes and takes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from edge_agent.settings import load
from hub.administration.mosquitto import FolderError, write_accounts
from hub.clock import MovableClock
from hub.settings import read_settings
from models.contract.topics import Address
from tests.acceptance.edge.conftest import Home, Hub
from tests.brokers import Mosquitto
from tests.ports.wire import Wire
from tests.village import NIGHT
from tests.web_rig import running_web


@dataclass
class County(Hub):
    """A hub whose broker can be stopped and started again."""

    broker: Mosquitto

    def stop_broker(self) -> None:
        """Let the broker be away."""
        self.broker.stop()

    def start_broker(self) -> None:
        """Let it come back."""
        self.broker.start()


@pytest.fixture
def county(database: str, tmp_path: Path) -> Iterator[County]:
    """A hub beside a Mosquitto whose first accounts were made as the operating page says."""
    broker = Mosquitto(tmp_path / "broker", {"hub": "replaced below"})
    secrets = tmp_path / "secrets"
    said = write_accounts(secrets, f"127.0.0.1:{broker.port}")
    assert "ANJU_BROKER_ACCOUNTS_URL_FILE" in said
    first = (secrets / "dynamic-security.json").read_bytes()
    (tmp_path / "broker" / "data" / "dynamic-security.json").write_bytes(first)
    settings = read_settings(
        {
            "ANJU_DATA_DIR": str(tmp_path / "hub"),
            "ANJU_BROKER_URL_FILE": str(secrets / "broker_url"),
            "ANJU_BROKER_ACCOUNTS_URL_FILE": str(secrets / "broker_accounts_url"),
            "ANJU_HOMES_BROKER": f"mqtts://127.0.0.1:{broker.tls_port}",
            "ANJU_HOMES_BROKER_CA": str(broker.certificate),
        }
    )
    clock = MovableClock(NIGHT)
    broker.start()
    try:
        with running_web(database, clock, settings.data_dir, settings=settings) as web:
            yield County(web, clock, settings, broker)
    finally:
        broker.stop()


def test_paired_heard_by_the_hub_and_thrown_out_at_once(county: County, home: Home) -> None:
    code, said = home.type("pair", county.web.base, county.code())
    assert code == 0, said
    assert "lets it in" in said
    at = load(home.config, {}).hub
    assert county.settings.broker_url is not None
    inner = urlsplit(county.settings.broker_url.get_secret_value())
    with (
        Wire(at.port, "pi", account=at.username, password=at.password, authority=Path(at.ca)) as agent,
        Wire(inner.port or 0, "hub-role", account="hub", password=inner.password or "") as hub,
    ):
        topic = Address("wang", "pi").topic("health")
        hub.subscribe([topic])
        agent.say(topic, b"{}")
        hub.until_heard(topic)
        with county.web.program("family") as family:
            assert family.delete("/api/v1/homes/wang/edges/pi/account").status_code == 200
        agent.until(lambda: agent.lost, "its end", 2)
    with Wire(at.port, "pi", account=at.username, password=at.password, authority=Path(at.ca)) as again:
        assert again.refused


def test_while_the_broker_is_away_the_code_stays_good(county: County, home: Home) -> None:
    typed = county.code()
    county.stop_broker()
    assert "try again in a minute" in home.type("pair", county.web.base, typed)[1]
    county.start_broker()
    assert home.type("pair", county.web.base, typed)[0] == 0


def test_the_first_accounts_are_made_once(county: County, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="is there already"):
        write_accounts(tmp_path / "secrets", "broker:1884")
