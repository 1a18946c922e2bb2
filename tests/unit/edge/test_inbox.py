"""Where paho's threads hand over: bounded for messages, never too small for what matters."""

from __future__ import annotations

import threading

import pytest

from edge_agent import inbox
from edge_agent.inbox import Down, Inbox, Incoming, Up


def message(number: int) -> Incoming:
    return Incoming("sensors", 1, f"zigbee2mqtt/{number}", b"{}", False, 1, number, False)


def test_what_came_first_is_taken_first_and_no_more_than_asked_for() -> None:
    """Order holds over several takings."""
    box = Inbox()
    for number in range(5):
        box.put(message(number))
    assert [item.mid for item in box.take(0, 3) if isinstance(item, Incoming)] == [0, 1, 2]
    assert [item.mid for item in box.take(0, 3) if isinstance(item, Incoming)] == [3, 4]
    assert box.take(0, 3) == []


def test_a_full_inbox_makes_the_broker_wait_and_loses_nothing_in_time() -> None:
    """The thread that hands over waits until there is room."""
    box = Inbox(most=2)
    box.put(message(0))
    box.put(message(1))
    waiting = threading.Thread(target=box.put, args=(message(2),))
    waiting.start()
    assert len(box.take(1, 1)) == 1
    waiting.join(10)
    assert [item.mid for item in box.take(0, 9) if isinstance(item, Incoming)] == [1, 2]
    assert box.refused == 0


def test_a_message_without_room_is_given_up_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never in silence."""
    monkeypatch.setattr(inbox, "PATIENCE_S", 0.0)
    box = Inbox(most=1)
    box.put(message(0))
    box.put(message(1))
    assert box.refused == 1
    assert len(box.take(0, 9)) == 1


def test_what_happened_to_a_connection_always_fits() -> None:
    """However full of messages."""
    box = Inbox(most=1)
    box.put(message(0))
    box.put(Up("hub", 1))
    box.put(Down("hub", 1, "lost"))
    assert [type(item) for item in box.take(0, 9)] == [Incoming, Up, Down]
