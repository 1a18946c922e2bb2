"""Accounts on both brokers that we configure: the embedded one, and Mosquitto with its files as they are.

That something does not arrive is shown by a later message that does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.contract.topics import Address, subscriptions
from tests.brokers import Embedded, Mosquitto
from tests.ports.wire import Wire

HERE = Address("lotus-12", "pi-a")
NEXT_DOOR = Address("lotus-14", "pi-a")
PASSWORDS = {"hub": "hub-secret", "lotus-12/pi-a": "here-secret", "lotus-14/pi-a": "next-door-secret"}

Guarded = Embedded | Mosquitto


@pytest.fixture(scope="module", params=["embedded", "mosquitto"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A running broker that knows the hub and two neighbours."""
    broker: Guarded
    if request.param == "embedded":
        broker = Embedded(PASSWORDS)
    else:
        broker = Mosquitto(tmp_path_factory.mktemp("county"), PASSWORDS)
    broker.start()
    yield broker
    broker.stop()


def connect(
    broker: Guarded, account: str, *, password: str | None = None, client_id: str = "", **more: object
) -> Wire:
    """Return a connection of `account`, as an edge agent makes it: to Mosquitto by TLS."""
    homes = isinstance(broker, Mosquitto) and account != "hub"
    return Wire(
        broker.tls_port if isinstance(broker, Mosquitto) and homes else broker.port,
        client_id or f"of-{account}",
        account=account,
        password=PASSWORDS.get(account, "") if password is None else password,
        authority=broker.certificate if isinstance(broker, Mosquitto) and homes else None,
        **more,  # type: ignore[arg-type]
    )


def test_the_hub_hears_both_neighbours_and_each_hears_its_own_ack_only(guarded: Guarded) -> None:
    with (
        connect(guarded, "hub") as hub,
        connect(guarded, "lotus-12/pi-a") as here,
        connect(guarded, "lotus-14/pi-a") as next_door,
    ):
        hub.subscribe(subscriptions())
        here.subscribe([HERE.topic("ack"), HERE.topic("config"), HERE.command("+")])
        next_door.subscribe([NEXT_DOOR.topic("ack")])
        here.say(HERE.topic("events"), b"from here")
        next_door.say(NEXT_DOOR.topic("events"), b"from next door")
        hub.until_heard(HERE.topic("events"))
        hub.until_heard(NEXT_DOOR.topic("events"))
        hub.say(NEXT_DOOR.topic("ack"), b"for next door", qos=0)
        hub.say(HERE.topic("ack"), b"for here", qos=0)
        hub.say(HERE.command("7"), b"siren")
        here.until_heard(HERE.command("7"))
        next_door.until_heard(NEXT_DOOR.topic("ack"))
        assert [message.payload for message in here.heard] == [b"for here", b"siren"]
        assert [message.payload for message in next_door.heard] == [b"for next door"]


def test_what_an_edge_says_in_a_neighbours_name_is_not_passed_on(guarded: Guarded) -> None:
    with connect(guarded, "hub") as hub, connect(guarded, "lotus-12/pi-a") as here:
        hub.subscribe([*subscriptions(), *subscriptions(("ack", "config"))])
        here.say(NEXT_DOOR.topic("events"), b"a fall next door")
        here.say(NEXT_DOOR.topic("state"), b"lost", retain=True)
        here.say(HERE.topic("ack"), b"all is committed")
        here.say(HERE.topic("health"), b"the end")
        hub.until_heard(HERE.topic("health"))
        assert [message.payload for message in hub.heard if not message.retained] == [b"the end"]


def test_an_edge_does_not_hear_a_neighbour_whatever_it_subscribes_to(guarded: Guarded) -> None:
    with (
        connect(guarded, "lotus-12/pi-a") as here,
        connect(guarded, "lotus-14/pi-a") as next_door,
        connect(guarded, "hub") as hub,
    ):
        here.subscribe(["#"])
        here.subscribe(["anju/v1/+/+/+/events"])
        here.subscribe([NEXT_DOOR.topic("ack")])
        here.subscribe([HERE.topic("ack")])
        next_door.say(NEXT_DOOR.topic("events"), b"private")
        hub.say(NEXT_DOOR.topic("ack"), b"private")
        hub.say(HERE.topic("ack"), b"the end")
        here.until_heard(HERE.topic("ack"))
        assert {message.payload for message in here.heard} == {b"the end"}


@pytest.mark.parametrize(
    ("account", "password"),
    [
        ("", ""),
        ("hub", ""),
        ("hub", "guessed"),
        ("lotus-12/pi-a", "next-door-secret"),
        ("lotus-99/pi-a", "x"),
    ],
)
def test_nobody_comes_in_without_the_right_password(guarded: Guarded, account: str, password: str) -> None:
    with connect(guarded, account, password=password) as stranger:
        assert stranger.refused
        assert stranger.connections == 0


def test_nobody_leaves_a_last_will_in_a_neighbours_name(guarded: Guarded) -> None:
    """The same name taken again makes the broker say the first one's will, if it ever does."""
    will = (NEXT_DOOR.topic("state"), b"lost")
    with connect(guarded, "hub") as hub:
        hub.subscribe(subscriptions())
        with connect(guarded, "lotus-12/pi-a", will=will), connect(guarded, "lotus-12/pi-a") as again:
            again.say(HERE.topic("health"), b"the end")
            hub.until_heard(HERE.topic("health"))
            assert not hub.payloads(NEXT_DOOR.topic("state"))


def test_nobody_takes_over_a_neighbours_connection(guarded: Guarded) -> None:
    with connect(guarded, "hub") as hub, connect(guarded, "lotus-14/pi-a", client_id="kitchen") as next_door:
        hub.subscribe(subscriptions())
        with connect(guarded, "lotus-12/pi-a", client_id="kitchen"):
            next_door.say(NEXT_DOOR.topic("events"), b"still here")
            hub.until_heard(NEXT_DOOR.topic("events"))
        assert not next_door.lost


def test_a_wrong_password_does_not_disturb_the_client_whose_name_it_uses(guarded: Guarded) -> None:
    with connect(guarded, "hub", client_id="hub-1") as hub, connect(guarded, "lotus-12/pi-a") as here:
        hub.subscribe(subscriptions())
        with connect(guarded, "hub", client_id="hub-1", password="guessed") as stranger:
            assert stranger.refused
        here.say(HERE.topic("events"), b"heard all the same")
        hub.until_heard(HERE.topic("events"))


def test_mosquitto_keeps_what_is_retained_over_an_orderly_restart(tmp_path: Path) -> None:
    county = Mosquitto(tmp_path, PASSWORDS)
    county.start()
    with connect(county, "lotus-12/pi-a") as here:
        here.say(HERE.topic("devices"), b"the catalogue", retain=True)
    county.stop()
    county.start()
    with connect(county, "hub") as hub:
        hub.subscribe(subscriptions(("devices",)))
        assert hub.until_heard(HERE.topic("devices")) == [b"the catalogue"]
    county.stop()
