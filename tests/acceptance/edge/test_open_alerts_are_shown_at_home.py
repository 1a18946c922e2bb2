"""What is open at the hub is shown in the home, from the press until all is well, without names."""

from __future__ import annotations

from pathlib import Path

from models.contract import codec
from models.contract.messages import Alerts, OpenAlert
from models.contract.topics import Address
from tests.acceptance.edge.whole_home import SOS, running, until, whole_home
from tests.brokers import Embedded
from tests.ports.wire import Wire


def test_an_alert_is_shown_at_home_until_it_is_resolved(database: str, tmp_path: Path) -> None:
    hub_broker, home_broker = Embedded(), Embedded()
    with (
        running(hub_broker),
        running(home_broker),
        whole_home(database, tmp_path, hub_broker, home_broker) as home,
        Wire(hub_broker.port, "at-home") as wire,
    ):
        topic = Address("wang", "pi").topic("alerts")
        wire.subscribe([topic])

        def shown() -> list[OpenAlert]:
            said = wire.payloads(topic)
            return codec.decode(said[-1], Alerts).alerts if said else []

        until(lambda: wire.payloads(topic), "an agent that came is told that nothing is open")
        assert shown() == []
        home.says_until_stored(SOS, {"action": "emergency"})
        until(lambda: [(a.risk, a.status) for a in shown()] == [("sos", "triggered")], "the alert")
        [alert] = home.family.get("/api/v1/alerts").json()
        home.family.post(f"/api/v1/alerts/{alert['id']}/acknowledge")
        until(lambda: shown()[0].status == "acknowledged", "somebody has taken it on")
        assert "王" not in wire.payloads(topic)[-1].decode()
        home.family.post(f"/api/v1/alerts/{alert['id']}/resolve", json={"outcome": "test"})
        until(lambda: shown() == [], "it is resolved")
        assert not home.worker.rows("select 1 from edge_news"), "what was told is taken away"
