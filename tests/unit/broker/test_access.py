"""Who may say and hear what, in both forms: the rules as code, and Mosquitto's file."""

from __future__ import annotations

import pytest

from hub.broker.access import HUB, may_publish, may_subscribe
from models.contract.topics import FROM_EDGE, Address, subscriptions
from tests.conftest import ROOT

HERE = Address("lotus-12", "pi-a")
ACCOUNT = "lotus-12/pi-a"
NEXT_DOOR = Address("lotus-14", "pi-a")
SAME_HOME = Address("lotus-12", "pi-b")


@pytest.mark.parametrize("leaf", FROM_EDGE)
def test_an_edge_says_what_is_its_own_and_nobody_elses(leaf: str) -> None:
    assert may_publish(ACCOUNT, f"{HERE.base}/{leaf}")
    assert not may_publish(ACCOUNT, f"{NEXT_DOOR.base}/{leaf}")
    assert not may_publish(ACCOUNT, f"{SAME_HOME.base}/{leaf}")


@pytest.mark.parametrize("leaf", ["ack", "config", "command/7"])
def test_an_edge_hears_what_is_meant_for_it_and_does_not_say_it(leaf: str) -> None:
    assert may_subscribe(ACCOUNT, f"{HERE.base}/{leaf}")
    assert not may_publish(ACCOUNT, f"{HERE.base}/{leaf}")
    assert not may_subscribe(ACCOUNT, f"{NEXT_DOOR.base}/{leaf}")


def test_an_edge_hears_all_its_commands_and_answers_each() -> None:
    assert may_subscribe(ACCOUNT, HERE.command("+"))
    assert may_publish(ACCOUNT, HERE.command("7", result=True))
    assert not may_subscribe(ACCOUNT, HERE.command("7", result=True))


@pytest.mark.parametrize(
    "wide",
    [
        "#",
        "anju/#",
        "anju/v1/#",
        "anju/v1/+/+/+/ack",
        f"{HERE.base}/#",
        f"{HERE.base}/+",
        f"{HERE.base}/command/#",
    ],
)
def test_no_filter_reaches_further_than_the_edges_own_topics(wide: str) -> None:
    assert not may_subscribe(ACCOUNT, wide)


@pytest.mark.parametrize(
    "account", ["", "lotus-12", "lotus-12/", "/pi-a", "+/+", "lotus-12/#", "lotus-12/pi-a/x"]
)
def test_an_account_that_is_no_place_on_the_wire_may_nothing(account: str) -> None:
    for topic in (f"{HERE.base}/events", f"anju/v1/00/{account}/events"):
        assert not may_publish(account, topic)
        assert not may_subscribe(account, topic)


def test_the_hub_hears_and_says_everything_of_the_contract_and_nothing_else() -> None:
    assert all(may_subscribe(HUB, topic_filter) for topic_filter in subscriptions())
    assert may_publish(HUB, HERE.topic("ack"))
    assert not may_subscribe(HUB, "#")
    assert not may_publish(HUB, "zigbee2mqtt/hall/set")


def test_mosquittos_file_says_the_same() -> None:
    """Every pattern of the file is allowed here, and every topic that is allowed here has a pattern."""
    said: dict[str, set[str]] = {"read": set(), "write": set()}
    for line in (ROOT / "hub" / "broker" / "mosquitto.acl").read_text(encoding="utf-8").splitlines():
        if line.startswith("pattern "):
            _, verb, pattern = line.split()
            said[verb].add(pattern.replace("anju/v1/+/%u", HERE.base))
    said["write"] = {topic.replace("+", "7") for topic in said["write"]}
    assert all(may_publish(ACCOUNT, topic) for topic in said["write"])
    assert all(may_subscribe(ACCOUNT, topic) for topic in said["read"])
    leaves = [
        "state",
        "devices",
        "health",
        "events",
        "ack",
        "config",
        "alerts",
        "command/7",
        "command/7/result",
    ]
    assert said["write"] == {
        f"{HERE.base}/{leaf}" for leaf in leaves if may_publish(ACCOUNT, f"{HERE.base}/{leaf}")
    }
    filters = [f"{HERE.base}/{leaf}" for leaf in (*leaves[:7], "command/+", "command/+/result")]
    assert said["read"] == {topic_filter for topic_filter in filters if may_subscribe(ACCOUNT, topic_filter)}
