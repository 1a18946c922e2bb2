"""A recorded home on a real broker: one message a row, in the order of the recording."""

from __future__ import annotations

import gzip
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from simulators.broker import BrokerAt, Line
from simulators.faults.cable import Cable
from simulators.replay import agent_config, placement, play, recording
from tests.integration.simulators.conftest import mosquitto, until

PACIFIC = ZoneInfo("America/Los_Angeles")
MAP = Path(__file__).with_name("hh103_map.csv")


def hh103_map() -> placement.Map:
    return placement.read(MAP.read_text().splitlines())


def test_every_row_arrives_once_and_in_order(broker: BrokerAt, listener: Line) -> None:
    rooms = ("Bathroom", "Bedroom", "Kitchen", "LivingRoom")
    lines = ["time,sensor,value,activity"] + [
        f"2011-06-15 {number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}.250000,"
        f"{rooms[number % 4]},{'ON' if number // 4 % 2 else 'OFF'},Sleep"
        for number in range(3000)
    ]
    listener.subscribe("zigbee2mqtt/+")
    played = play.play(recording.read(lines, PACIFIC), hh103_map(), broker, at_most=20_000)
    assert (played.sent, played.dropped) == (3000, 0)
    until(lambda: listener.inbox.qsize() == 3000, "all messages are there")
    heard = [listener.inbox.get() for _ in range(3000)]
    seen = [msgspec.json.decode(payload)["last_seen"] for _, payload in heard]
    assert seen == sorted(seen)
    assert seen[0] == "2011-06-15T07:00:00.250Z"
    assert [topic.split("/")[1].split("_")[0] for topic, _ in heard[:4]] == list(rooms)


def test_what_a_broker_threw_away_in_silence_is_told(tmp_path: Path) -> None:
    """An agent whose line stands still, and a broker that keeps ten messages for it."""
    lines = ["time,sensor,value"] + [
        f"2026-01-01T00:{n // 60:02d}:{n % 60:02d}Z,Kitchen,ON" for n in range(1500)
    ]
    with (
        mosquitto(tmp_path, queue=10) as small,
        Cable((small.host, small.port)) as cable,
        Line(BrokerAt(port=cable.port), "agent", patience_s=5) as agent,
    ):
        agent.subscribe("zigbee2mqtt/+")
        cable.stall()
        played = play.play(recording.read(lines, PACIFIC), hh103_map(), small, at_most=20_000)
        cable.restore()
    assert played.sent == 1500
    assert played.dropped is not None
    assert 1000 < played.dropped < 1500


def test_the_recording_of_a_whole_month_is_usable_to_the_last_row(shared: Path) -> None:
    path = shared / "datasets" / "casas-hh103" / "events.csv.gz"
    played = play.Played()
    with recording.opened(path) as lines:
        sent = list(play.messages(recording.read(lines, PACIFIC), hh103_map(), "z", played))
    assert (len(sent), played.reasons) == (61_578, {})
    said = {"open": 0, "closed": 0}
    for _, message in sent:
        if message.topic == "z/OutsideDoor_contact":
            said["closed" if msgspec.json.decode(message.payload)["contact"] else "open"] += 1
    assert said == {"open": 233, "closed": 233}
    first = datetime.fromtimestamp(sent[0][0] / 1000, UTC)
    assert first.isoformat() == "2011-06-15T08:03:39.149000+00:00"


def test_the_devices_are_announced_before_they_speak(broker: BrokerAt, listener: Line) -> None:
    listener.subscribe("zigbee2mqtt/#")
    lines = ["time,sensor,value", "2011-06-15T01:00:00Z,OutsideDoor,OPEN"]
    play.play(recording.read(lines, PACIFIC), hh103_map(), broker)
    until(lambda: listener.inbox.qsize() == 11, "state, devices, eight devices and one message")
    heard = [listener.inbox.get() for _ in range(11)]
    assert heard[0][0] == "zigbee2mqtt/bridge/state"
    rows = msgspec.json.decode(heard[1][1])[1:]
    assert {row["definition"]["vendor"] for row in rows} == {"Anju"}
    assert {row["definition"]["model"] for row in rows} == {"recorded-motion", "recorded-contact"}
    assert heard[-1][0] == "zigbee2mqtt/OutsideDoor_contact"
    assert msgspec.json.decode(heard[-1][1])["contact"] is False


def test_a_file_is_read_gzipped_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(gzip.compress(b"time,sensor,value\n2026-01-01T00:00:00Z,Kitchen,ON\n"))
    with recording.opened(path) as lines:
        assert [row.line for row in recording.read(lines, PACIFIC)] == [2]


def test_a_gzipped_file_that_breaks_off_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    body = "time,sensor,value\n" + "".join(
        f"2026-01-01T00:{n // 60 % 60:02d}:{n % 60:02d}.{n:06d}Z,Kitchen,ON\n" for n in range(20_000)
    )
    path.write_bytes(gzip.compress(body.encode())[:-4000])
    played = play.Played()
    with recording.opened(path) as lines:
        sent = list(play.messages(recording.read(lines, PACIFIC), hh103_map(), "z", played))
    assert len(sent) > 10_000
    assert played.reasons == {"the file breaks off": 1}


def test_the_agents_settings_place_every_device() -> None:
    agent = agent_config.AgentOf(
        home="hh103",
        edge="pi-1",
        data_dir="/tmp/a",
        sensors=BrokerAt(port=1884),
        hub=BrokerAt(),
        history=True,
    )
    places = hh103_map().places
    written = tomllib.loads(
        agent_config.text(
            agent, [agent_config.Placed(p.ieee, p.sensor, p.room, p.outer_door) for p in places]
        )
    )
    assert written["history"] is True
    assert written["sensors"] == {"host": "127.0.0.1", "port": 1884, "prefix": "zigbee2mqtt"}
    assert set(written["devices"]) == {place.ieee for place in places}
    doors = [device for device in written["devices"].values() if device["outer_door"]]
    assert doors == [{"name": "OutsideDoor", "room": "entrance", "outer_door": True}]
