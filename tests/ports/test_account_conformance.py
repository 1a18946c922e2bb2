"""What we rely on where accounts are kept, over the embedded broker's file and Mosquitto's plugin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.broker.accounts import Accounts
from hub.broker.address import BrokerAddress
from hub.broker.certificates import certificate
from hub.broker.dynamic_security import KEEPER, DynamicSecurity, RegisterError
from hub.broker.embedded import BrokerThread, Encrypted
from hub.broker.register import Register
from models.contract.topics import Address, subscriptions
from tests.brokers import Mosquitto, free_port, free_ports
from tests.ports.wire import Wire

WANG, LI = Address("wang", "pi"), Address("li", "pi")
AT_ONCE_S = 2.0


@dataclass
class Kept:
    """A running broker and where its accounts are kept."""

    register: Register
    port: int
    tls_port: int
    authority: Path
    hub_password: str

    def connect(self, account: str, password: str, **more: object) -> Wire:
        """Return a connection as an edge agent makes it, by TLS."""
        return Wire(
            self.tls_port,
            f"of-{account}",
            account=account,
            password=password,
            authority=self.authority,
            **more,  # type: ignore[arg-type]
        )

    def hub(self) -> Wire:
        """Return the hub's own connection."""
        return Wire(self.port, "hub", account="hub", password=self.hub_password)


@pytest.fixture(scope="module", params=["embedded", "mosquitto"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        accounts = Accounts(folder / "accounts.json")
        made = certificate(folder / "tls", ["127.0.0.1", "localhost"])
        port, tls_port = free_ports(2)
        encrypted = Encrypted("127.0.0.1", tls_port, made)
        with BrokerThread("127.0.0.1", port, accounts, encrypted):
            yield Kept(accounts, port, encrypted.port, made.authority, accounts["hub"])
        return
    broker = Mosquitto(folder, {"hub": "hub-secret", KEEPER: "keeper-secret"})
    broker.start()
    keeper = BrokerAddress("127.0.0.1", broker.port, KEEPER, "keeper-secret", tls=False)
    yield Kept(DynamicSecurity(keeper), broker.port, broker.tls_port, broker.certificate, "hub-secret")
    broker.stop()


def test_a_new_account_works_at_once_and_for_its_own_place_only(kept: Kept) -> None:
    assert "wang/pi" not in kept.register
    password = kept.register.add("wang/pi")
    assert "wang/pi" in kept.register
    with kept.hub() as hub, kept.connect("wang/pi", password) as wang:
        hub.subscribe(subscriptions())
        wang.subscribe([WANG.topic("ack")])
        wang.say(LI.topic("events"), b"a fall next door")
        wang.say(WANG.topic("events"), b"from here")
        hub.until_heard(WANG.topic("events"))
        assert not hub.payloads(LI.topic("events"))
        hub.say(LI.topic("ack"), b"private")
        hub.say(WANG.topic("ack"), b"for wang")
        assert wang.until_heard(WANG.topic("ack")) == [b"for wang"]
        assert len(wang.heard) == 1


def test_an_account_that_is_taken_away_is_thrown_out_at_once_and_refused_afterwards(kept: Kept) -> None:
    password = kept.register.add("li/pi")
    with kept.connect("li/pi", password) as li, kept.hub() as hub:
        hub.subscribe([LI.topic("events")])
        kept.register.remove("li/pi")
        li.until(lambda: li.lost, "the end of its connection", AT_ONCE_S)
    with kept.connect("li/pi", password) as again:
        assert again.refused
    assert "li/pi" not in kept.register
    kept.register.remove("li/pi")  # once more is no mistake


def test_another_password_throws_out_whoever_uses_the_old_one(kept: Kept) -> None:
    """And a neighbour's connection stays."""
    old, neighbours = kept.register.add("sun/pi"), kept.register.add("zhou/pi")
    with kept.connect("sun/pi", old) as sun, kept.connect("zhou/pi", neighbours) as zhou:
        assert kept.register.add("sun/pi", "a-password-that-the-agent-brought-with-it") != old
        sun.until(lambda: sun.lost, "the end of its connection", AT_ONCE_S)
        with kept.connect("sun/pi", old) as late:
            assert late.refused
        with kept.connect("sun/pi", "a-password-that-the-agent-brought-with-it") as new:
            assert new.connections == 1
        assert not zhou.lost


def test_a_broker_that_is_away_or_does_not_know_the_keeper_is_said(tmp_path: Path) -> None:
    nobody = DynamicSecurity(BrokerAddress("127.0.0.1", free_port(), KEEPER, "x", tls=False))
    with pytest.raises(RegisterError, match="does not answer"):
        nobody.add("wang/pi")
    broker = Mosquitto(tmp_path, {"hub": "hub-secret", KEEPER: "keeper-secret"})
    broker.start()
    try:
        wrong = DynamicSecurity(BrokerAddress("127.0.0.1", broker.port, KEEPER, "guessed", tls=False))
        with pytest.raises(RegisterError, match="Not authorized"):
            wrong.add("wang/pi")
    finally:
        broker.stop()


def test_an_edge_cannot_make_accounts(kept: Kept) -> None:
    """Whatever it says on Mosquitto's own topic, or to the embedded broker."""
    password = kept.register.add("feng/pi")
    with kept.connect("feng/pi", password) as feng:
        feng.subscribe(["$CONTROL/dynamic-security/v1/response"])
        feng.say(
            "$CONTROL/dynamic-security/v1",
            b'{"commands":[{"command":"createClient","username":"thief/pi","password":"x"}]}',
        )
    assert "thief/pi" not in kept.register
