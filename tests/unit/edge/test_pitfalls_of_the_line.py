"""What goes wrong between the agent and the hub, and does no harm here: one test a pitfall, by its number.

The numbers are those of the list that we work from, 15 to 24 here, the others in `test_pitfalls_of_sensors`.
"""

from __future__ import annotations

import re
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.commands import Commands
from edge_agent.core.sending import Pace, Sending
from edge_agent.core.timing import freshness
from edge_agent.desired import Desired
from edge_agent.doctor import FACTORY_NETWORK
from edge_agent.doctor import _bridge_settings as bridge_settings
from edge_agent.inbox import Inbox
from edge_agent.mqtt import MOST_QUEUED, Link
from edge_agent.outbox import Outbox
from edge_agent.settings import Broker, Settings
from edge_agent.sources.names import id_of
from models.contract import VERSION
from models.contract.configuration import digest
from models.contract.errors import InvalidTopicError
from models.contract.messages import Ack, Command, Config
from models.contract.topics import Address, is_id, shard_of, subscriptions
from tests.conftest import ROOT
from tests.unit.detection.lane import EDGE, Lane
from tests.unit.edge.home import SENSOR, START, Home, listed
from tests.unit.edge.test_outbox import entry


def test_pitfall_15_a_file_of_nothing_but_zeros_is_set_aside_and_the_agent_starts(tmp_path: Path) -> None:
    """What a power cut leaves of a file costs the file, not the next event; and it is said."""
    path = tmp_path / "outbox.db"
    path.write_bytes(bytes(65_536))
    box = Outbox(path)
    assert box.damaged is not None
    assert box.append([entry("sos")]) == [1]
    box.close()
    again = Outbox(path)
    assert (again.damaged, again.depth) == (None, 1)
    again.close()


def test_pitfall_16_a_brokers_word_deletes_nothing_and_the_hubs_does(tmp_path: Path) -> None:
    """Only what the hub has committed leaves the outbox."""
    box = Outbox(tmp_path / "outbox.db")
    box.append([entry("sos"), entry()])
    sending = Sending(Pace())
    sending.begin(box.last_seq, 0)
    order = sending.next(0)
    assert order is not None
    sending.left([1, 2], order, 0)
    assert box.depth == 2, "sent, and confirmed by a broker, is not stored"
    box.settle(Ack(v=VERSION, stream=box.stream, upto=1))
    assert box.depth == 1
    box.close()


def test_pitfall_17_what_is_new_overtakes_what_is_old_and_the_old_is_marked(tmp_path: Path) -> None:
    """A fall of this minute does not wait behind a week, and a fall of last night says that it is late."""
    sending = Sending(Pace())
    sending.begin(10_000, 0)
    while (order := sending.next(0)) is not None and getattr(order, "urgent", False):
        sending.exhausted(order)  # type: ignore[arg-type]
    sending.add([(10_001, True)], mono=1)
    live = sending.next(1)
    assert getattr(live, "seqs", None) == [10_001]
    old = {"mono": 0, "clock": "synced", "same_boot": True, "now_mono": 0, "now_clock": "synced"}
    night = freshness(at=START - 5 * 3_600_000, now=START, history=False, **old)  # type: ignore[arg-type]
    assert night == "late"


def test_pitfall_18_an_exception_in_a_callback_ends_no_thread_and_no_queue_grows_without_end() -> None:
    """And a message is queued when paho says that it has no connection: it is not sent twice."""
    inbox = Inbox()
    link = Link("hub", Broker(), "anju", inbox)
    client = link._build(1)
    assert client.suppress_exceptions is True
    assert client._max_queued_messages == MOST_QUEUED
    assert client._reconnect_on_failure is False, "what a broker hangs up on is not dragged along for ever"
    link._client, link.connected = client, True
    assert link.publish("anju/v1/00/home-1/edge-1/events", b"{}") is True
    assert link.unsent == 1
    assert client.publish("x", b"", qos=1).rc == paho.MQTT_ERR_NO_CONN


@given(st.text(max_size=60))
def test_pitfall_19_no_name_of_a_person_or_a_device_gets_into_a_topic(name: str) -> None:
    """A space or a dot cuts the connection on some brokers: only identifiers are ever built into a topic."""
    made = id_of(name)
    assert is_id(made)
    assert id_of(made) == made
    if not is_id(name):
        with pytest.raises(InvalidTopicError):
            Address("home-1", name)


def test_pitfall_19_a_friendly_name_stays_at_home_and_every_broker_speaks_the_protocol() -> None:
    """MQTT 3.1.1, and no shared subscription, which some brokers grant and never serve."""
    home = Home(listed("Aqara", "MCCGQ11LM", name="客厅 door.1"))
    home.say("客厅 door.1", {"contact": False})
    assert [happening.device for happening in home.happenings] == [SENSOR]
    client = Link("hub", Broker(), "anju", Inbox())._build(1)
    assert client.protocol == paho.MQTTv311
    assert not any(topic.startswith("$share") for topic in subscriptions())


def test_pitfall_20_one_home_is_read_by_one_worker_and_an_event_out_of_order_changes_nothing() -> None:
    """The shard is the home's for ever; what happened before is never taken for what happened last."""
    assert shard_of("home-1") == shard_of("home-1")
    assert set(subscriptions(shards=("07",))).isdisjoint(subscriptions(shards=("08",)))
    lane = Lane()
    lane.moves("kitchen")
    last = lane.state.activity_at
    lane.moves("hall", ago=30_000)
    assert lane.state.activity_at == last


def test_pitfall_21_a_will_of_an_older_connection_means_nothing() -> None:
    """It comes after the new birth, as it does when a router starts again."""
    lane = Lane()
    lane.birth()
    lane.line("lost", session=lane.session - 1)
    assert lane.state.edges[EDGE].state == "online"
    lane.line("lost", session=lane.session)
    assert lane.state.edges[EDGE].state == "lost"


def test_pitfall_22_a_siren_that_comes_late_or_twice_or_without_a_clock_does_not_sound() -> None:
    """It is done once, in time, or not at all."""
    sounded: list[object] = []
    commands = Commands({"siren": lambda arguments: sounded.append(arguments) or ""})  # type: ignore[func-returns-value]
    for name, expires_in, clock in (("a", -1, "synced"), ("b", 9000, "unsynced"), ("c", 9000, "synced")):
        command = Command(v=VERSION, name="siren", expires_at=START + expires_in)
        commands.take(name, command, clock, START)  # type: ignore[arg-type]
        commands.take(name, command, clock, START)  # type: ignore[arg-type]
    assert len(sounded) == 1


def test_pitfall_23_no_broker_of_ours_lets_anybody_in_without_a_name() -> None:
    """And an edge writes below its own topic; a Zigbee network that is open or as it was made is named."""
    settings = (ROOT / "hub" / "broker" / "mosquitto.conf").read_text("utf-8")
    assert re.search(r"^allow_anonymous false$", settings, re.MULTILINE)
    assert not re.search(r"^allow_anonymous true$", settings, re.MULTILINE)
    rules = (ROOT / "hub" / "broker" / "mosquitto.acl").read_text("utf-8")
    assert "pattern write" in rules
    assert not re.search(r"^(topic|pattern) \S+ #$", rules, re.MULTILINE)
    factory = {"network": {"pan_id": FACTORY_NETWORK}, "permit_join": True, "config": {}}
    said = " ".join(text for _, text in bridge_settings(factory, str))
    assert "permit_join" in said
    assert "network_key to GENERATE" in said


def test_pitfall_24_a_configuration_that_does_not_start_twice_is_taken_back(tmp_path: Path) -> None:
    """And the hub is told which, and why."""
    own, wanted = Settings(home="wang", edge="pi"), {"backlog_rate": 50}
    desired = Desired(tmp_path)
    desired.begin(own)
    desired.offer(Config(v=VERSION, version=3, sha256=digest(wanted), settings=wanted), own)
    desired.take_over()
    assert [Desired(tmp_path).begin(own).backlog_rate for _ in range(2)] == [50, 50]
    third = Desired(tmp_path)
    assert third.begin(own) == own
    assert (third.version, third.refused) == (0, 3)
    assert third.note
