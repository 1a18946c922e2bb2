"""A simulated home on a real broker: what a Zigbee2MQTT of that home would say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from simulators.broker import BrokerAt, Line
from simulators.errors import BrokerError, NoSuchSensorError
from simulators.faults.cable import Cable
from simulators.home import plan
from simulators.street import LiveHome
from tests.integration.simulators.conftest import free_port, until


class Heard:
    """Everything that arrived so far, by topic."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.messages: list[tuple[str, Any]] = []

    def on(self, topic: str) -> list[Any]:
        while not self._line.inbox.empty():
            arrived, payload = self._line.inbox.get()
            self.messages.append((arrived, msgspec.json.decode(payload)))
        return [message for at, message in self.messages if at == topic]


def test_a_home_announces_its_bridge_and_all_its_devices(broker: BrokerAt, listener: Line) -> None:
    home = LiveHome(plan.load("village-house"), broker.host, broker.port, resident=False)
    home.start()
    try:
        listener.subscribe("zigbee2mqtt/#")
        heard = Heard(listener)
        until(lambda: bool(heard.on("zigbee2mqtt/bridge/devices")), "the list of devices, retained")
        rows = heard.on("zigbee2mqtt/bridge/devices")[0]
        named = {row["friendly_name"] for row in rows if row["type"] != "Coordinator"}
        assert named == {sensor.friendly_name for sensor in home.plan.sensors}
        assert heard.on("zigbee2mqtt/bridge/state") == [{"state": "online"}]
        until(lambda: bool(heard.on("zigbee2mqtt/堂屋/移动/availability")), "availability, retained")
    finally:
        home.stop()
    until(lambda: {"state": "offline"} in heard.on("zigbee2mqtt/bridge/state"), "the bridge says good-bye")


def test_a_fall_is_first_suspected_and_then_certain_and_ends_when_she_gets_up(
    broker: BrokerAt, listener: Line
) -> None:
    listener.subscribe("zigbee2mqtt/bathroom_fall")
    heard = Heard(listener)
    home = LiveHome(plan.load("village-house"), broker.host, broker.port, resident=False)
    home.start()
    try:
        home.fall("bathroom", confirmed_after=timedelta(milliseconds=50))
        until(lambda: len(heard.on("zigbee2mqtt/bathroom_fall")) == 3, "warning and alarm")
        home.get_up("bathroom")
        until(lambda: len(heard.on("zigbee2mqtt/bathroom_fall")) == 4, "up again")
    finally:
        home.stop()
    said = [message["fall_status"] for message in heard.on("zigbee2mqtt/bathroom_fall")]
    assert said == ["normal", "fall_warning", "fall_alarm", "normal"]
    assert home.failure is None


def test_getting_up_in_time_keeps_the_fall_from_being_confirmed(broker: BrokerAt, listener: Line) -> None:
    listener.subscribe("zigbee2mqtt/bathroom_fall")
    heard = Heard(listener)
    home = LiveHome(plan.load("village-house"), broker.host, broker.port, resident=False)
    home.start()
    try:
        home.fall("bathroom", confirmed_after=timedelta(hours=1))
        home.get_up("bathroom")
        until(lambda: len(heard.on("zigbee2mqtt/bathroom_fall")) == 3, "warning and its end")
    finally:
        home.stop()
    said = [message["fall_status"] for message in heard.on("zigbee2mqtt/bathroom_fall")]
    assert said == ["normal", "fall_warning", "normal"]


def test_an_act_that_no_sensor_feels_is_refused(broker: BrokerAt) -> None:
    home = LiveHome(plan.load("village-house"), broker.host, broker.port, resident=False)
    home.start()
    try:
        with pytest.raises(NoSuchSensorError, match="leak"):
            home.leak()
        with pytest.raises(NoSuchSensorError, match="attic"):
            home.walk("attic")
    finally:
        home.stop()


def test_a_press_of_the_button_while_the_radio_is_gone_is_lost(broker: BrokerAt, listener: Line) -> None:
    listener.subscribe("zigbee2mqtt/#")
    heard = Heard(listener)
    home = LiveHome(plan.load("lane-flat"), broker.host, broker.port, resident=False)
    home.start()
    try:
        home.bridge_lost()
        home.sos()
        home.bridge_back()
        home.door(open=True)
        until(lambda: len(heard.on("zigbee2mqtt/front_door")) == 3, "the door, afterwards")
    finally:
        home.stop()
    assert not any("action" in message for message in heard.on("zigbee2mqtt/sos_pendant"))
    assert [message["contact"] for message in heard.on("zigbee2mqtt/front_door")] == [True, True, False]


def test_when_the_broker_was_away_the_home_says_again_who_is_there(broker: BrokerAt, listener: Line) -> None:
    listener.subscribe("zigbee2mqtt/bridge/#")
    heard = Heard(listener)
    with Cable((broker.host, broker.port)) as cable:
        home = LiveHome(plan.load("lane-flat"), cable.host, cable.port, resident=False)
        home.start()
        try:
            cable.cut()
            until(lambda: {"state": "offline"} in heard.on("zigbee2mqtt/bridge/state"), "the last will")
            until(lambda: bool(home.sos() and home.dropped), "a press that meets no broker")
            cable.restore()
            until(lambda: len(heard.on("zigbee2mqtt/bridge/devices")) == 2, "the list of devices again")
        finally:
            home.stop()
    said = [message["state"] for message in heard.on("zigbee2mqtt/bridge/state")]
    assert said[:3] == ["online", "offline", "online"]


def test_a_broker_that_is_not_there_is_named() -> None:
    port = free_port()
    with pytest.raises(BrokerError, match=str(port)):
        LiveHome(plan.load("lane-flat"), "127.0.0.1", port).start()
