"""Power cuts, killed brokers and cut lines: nothing is lost, nothing is told twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.kit_rig import BUTTON, Bridge, Hub, Kit, listening, until

START = 1_795_000_000.0


def moment(number: int) -> str:
    """A moment of its own for every message, so that each event can be told from all others."""
    return datetime.fromtimestamp(START + number, UTC).isoformat()


@pytest.mark.parametrize("kit", ["mosquitto"], indirect=True)
def test_an_agent_killed_in_mid_stream_loses_nothing_and_repeats_nothing(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """Killed four times while 2,000 messages come in: every one is exactly one event, by (stream, seq)."""
    kit.agent.start()
    listening(kit, bridge, hub)
    most = 2000
    for number in range(most):
        bridge.says(
            "recorder", {"occupancy": number % 2 == 0, "last_seen": moment(number)}, wait=number % 50 == 0
        )
        if number % 400 == 200:
            until(lambda: len(hub.events()) > 0, "something has arrived")
            kit.agent.kill()
            kit.agent.start()
    until(lambda: len({event.at for event in hub.events()}) == most, "every message is an event")
    hub.acknowledge()
    until(lambda: kit.waiting() == 0, "the outbox is empty")
    counts = Counter(event.at for event in hub.events())
    assert set(counts.values()) == {1}
    assert len({stream for stream, _ in hub.first_seen}) == 1


def test_events_of_an_outage_arrive_when_the_hubs_broker_is_back(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """The broker is killed; a press and movements happen meanwhile; all of it comes, the press first."""
    kit.agent.start()
    listening(kit, bridge, hub)
    bridge.says("recorder", {"occupancy": True})
    until(lambda: len(hub.events()) == 1, "the line works")
    kit.hub_broker.kill()
    for _ in range(5):
        bridge.says("recorder", {"occupancy": True})
    bridge.says("button", {"action": "emergency", "battery": 100})
    until(lambda: kit.waiting() == 7, "everything is stored")
    kit.hub_broker.start()
    until(lambda: hub.connections == 2, "the hub is back before the agent, or hears what is sent again")
    until(lambda: hub.acknowledged_again() and len(hub.events()) == 7, "everything has arrived")
    new = [batch for batch in hub.batches() if any(event.seq > 1 for event in batch.events)]
    assert [event.kind for event in new[0].events] == ["sos"]
    hub.acknowledge()
    until(lambda: kit.waiting() == 0, "the outbox is empty")


def test_the_agent_hears_the_sensors_again_after_their_broker_was_killed(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """A press after the return is heard."""
    kit.agent.start()
    listening(kit, bridge, hub)
    kit.home_broker.kill()
    kit.home_broker.start()
    presses = 0

    def press() -> bool:
        nonlocal presses
        presses += 1
        bridge.says("button", {"action": "emergency", "battery": presses % 100}, wait=False)
        return any(event.device == BUTTON for event in hub.events())

    until(press, "a press after the return arrives")


def test_a_dead_agent_is_lost_a_stopped_one_says_good_bye_and_each_birth_has_its_session(
    kit: Kit, bridge: Bridge, hub: Hub
) -> None:
    """Birth, kill, last will of that birth; birth with a higher session, stop."""
    kit.agent.start()
    until(lambda: len(hub.states()) == 1, "the birth")
    kit.agent.kill()
    until(lambda: len(hub.states()) == 2, "the last will")
    kit.agent.start()
    until(lambda: len(hub.states()) == 3, "the second birth")
    assert kit.agent.stop() == 0
    until(lambda: len(hub.states()) == 4, "the good-bye")
    assert [state.state for state in hub.states()] == ["online", "lost", "online", "stopping"]
    first, will, second, end = (state.session for state in hub.states())
    assert first == will < second == end
    assert len({state.stream for state in hub.states()}) == 1


def test_a_second_agent_on_the_same_data_says_why_it_does_not_start(kit: Kit, hub: Hub) -> None:
    """Two programs on one outbox would use a number twice."""
    kit.agent.start()
    until(lambda: len(hub.states()) == 1, "the birth")
    refused = kit.agent.command("run")
    assert refused.returncode == 1
    assert "data_dir" in refused.stderr
    assert kit.agent.running


@pytest.mark.parametrize("kit", ["embedded"], indirect=True)
def test_what_is_not_acknowledged_is_sent_again(kit: Kit, bridge: Bridge, hub: Hub) -> None:
    """A hub that died with a press in its hands gets it again; the number stays the same."""
    kit.agent.start()
    listening(kit, bridge, hub)
    bridge.says("button", {"action": "emergency", "battery": 100})
    until(lambda: len(hub.batches()) == 1, "the press arrives")
    until(lambda: len(hub.batches()) == 2, "and arrives again")
    one, two = hub.batches()
    assert (one.stream, one.events[0].seq) == (two.stream, two.events[0].seq)
