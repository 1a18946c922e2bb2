"""A home's sensors together: order of time, and agreement with what the edge agent makes of their words."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.core.normalise import next_due, normalise, settle
from edge_agent.core.state import DeviceState, Message
from models.contract.measurements import is_plausible
from models.contract.topics import Address
from simulators import history
from simulators.errors import NoSuchSensorError
from simulators.home import bridge
from simulators.home import plan as plans
from simulators.home.plan import Plan
from simulators.home.resident import Act, day
from simulators.home.sensors import Sensors, live_through

FIRST = date(2026, 9, 1)
LAST = date(2026, 9, 7)
UNTIL = round(datetime(2026, 9, 8, 12, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(params=plans.names())
def home(request: pytest.FixtureRequest) -> Plan:
    return plans.load(request.param)


def begin(home: Plan) -> int:
    return round(datetime.combine(FIRST, time(), home.timezone).timestamp() * 1000)


def week(home: Plan) -> list[Act]:
    return [act for number in range(7) for act in day(1, FIRST + timedelta(days=number), home)]


def test_reports_come_in_order_within_half_a_second(home: Plan) -> None:
    acts = week(home)
    instants = [report.at for report in live_through(Sensors(home, 1, begin(home)), acts, acts[-1].at)]
    assert all(two >= one - 500 for one, two in itertools.pairwise(instants))


def test_every_device_is_heard_at_its_heartbeat_though_nobody_is_there(home: Plan) -> None:
    sensors = Sensors(home, 1, 0)
    heard: dict[str, list[int]] = {}
    for report in live_through(sensors, [], 3 * 86_400_000):
        heard.setdefault(report.sensor.ieee, []).append(report.at)
    for device in sensors.devices:
        at = [0, *heard[device.sensor.ieee]]
        longest = max(two - one for one, two in itertools.pairwise(at))
        assert longest <= device.heartbeat_s * 1000 * 1.02


def test_a_sensor_in_another_room_feels_nothing(home: Plan) -> None:
    sensors = Sensors(home, 1, 0)
    said = sensors.take(Act(1000, "move", "bedroom"))
    assert {report.sensor.room for report in said} == {"bedroom"}


def test_asking_for_what_nobody_feels_names_it(home: Plan) -> None:
    with pytest.raises(NoSuchSensorError, match="'smoke' in the room 'bedroom'"):
        Sensors(home, 1, 0).feelers("smoke", "bedroom")


def test_the_events_are_those_that_the_edge_agent_makes_of_the_messages(home: Plan) -> None:
    """But for a few heartbeats that fall into the minute and a half after a movement."""
    sensors = Sensors(home, 1, begin(home))
    capabilities = {each.sensor.ieee: CATALOGUE[each.vendor, each.model] for each in sensors.devices}
    states = {ieee: DeviceState() for ieee in capabilities}
    made: list[Any] = []
    promised: list[Any] = []
    acts = week(home)
    for report in live_through(sensors, acts, acts[-1].at):
        ieee = report.sensor.ieee
        due = next_due(states[ieee], capabilities[ieee])
        if due is not None and due <= report.at:
            settled = settle(ieee, states[ieee], capabilities[ieee], due)
            states[ieee] = settled.state
            made += settled.happenings
        fields = {**report.fields, "last_seen": bridge.iso(report.last_seen)}
        message = Message(ieee, capabilities[ieee], fields, report.last_seen)
        told = normalise(states[ieee], message, report.at, report.at)
        states[ieee] = told.state
        made += told.happenings
        assert told.rejected == 0
        if report.event:
            promised.append((ieee, *report.event))
            assert report.event[0] in capabilities[ieee].kinds
    for device in sensors.devices:
        for kind in device.tells:
            ours = sum(event[:2] == (device.sensor.ieee, kind) for event in promised)
            agents = sum((event.device, event.kind) == (device.sensor.ieee, kind) for event in made)
            assert agents == pytest.approx(ours, rel=0.04, abs=2), (device.sensor.friendly_name, kind)
    doors = [event for event in promised if event[1] == "contact"]
    assert doors == [(event.device, event.kind, event.value) for event in made if event.kind == "contact"]


def test_history_is_numbered_without_a_gap_and_plausible(home: Plan) -> None:
    events = list(history.events(home, 1, FIRST, UNTIL))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(is_plausible(event.kind, event.value) and event.historic for event in events)
    assert events[0].at >= begin(home)
    assert max(event.at for event in events) <= UNTIL
    kinds = Counter(event.kind for event in events)
    assert kinds["motion"] > 1000
    assert 0 < kinds["contact"] < 200
    assert 24 * 7 * 0.8 < kinds["temperature"] < 24 * 7 * 4


def test_history_raises_no_emergency(home: Plan) -> None:
    kinds = {event.kind for event in history.events(home, 1, FIRST, UNTIL)}
    assert kinds <= {"motion", "contact", "temperature", "humidity", "bed", "presence", "appliance"}


def test_the_same_past_is_the_same_stream_and_another_is_another(home: Plan) -> None:
    address = Address("zhou", "pi-1")

    def names(seed: int, first: date) -> set[str]:
        return {batch.stream for batch in history.batches(home, address, seed, first, UNTIL)}

    assert len(names(1, FIRST)) == 1
    assert names(1, FIRST) == names(1, FIRST)
    assert len(names(1, FIRST) | names(2, FIRST) | names(1, LAST)) == 3


def test_batches_are_full_but_for_the_last(home: Plan) -> None:
    sizes = [len(b.events) for b in history.batches(home, Address("zhou", "pi-1"), 1, FIRST, UNTIL)]
    assert set(sizes[:-1]) == {500}
    assert 1 <= sizes[-1] <= 500
