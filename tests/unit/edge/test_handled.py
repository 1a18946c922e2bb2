"""A message that the broker sends again after a power cut is not a second event."""

from __future__ import annotations

from edge_agent.handled import MOST, Handled
from edge_agent.inbox import Incoming


def press(number: int, *, again: bool = False, qos: int = 1, text: bytes = b"{}") -> Incoming:
    return Incoming("sensors", 1, "zigbee2mqtt/button", text, False, qos, number, again)


def test_a_repetition_is_known_over_a_restart() -> None:
    """By content and number, if the broker says that it is one."""
    handled = Handled()
    handled.note([press(1), press(2)])
    handled = Handled(handled.snapshot())
    assert press(1, again=True) in handled
    assert press(2, again=True) in handled


def test_a_second_press_is_no_repetition() -> None:
    """The same content with another number, or not said to be a repetition, or other content."""
    handled = Handled()
    handled.note([press(1)])
    assert press(2, again=True) not in handled
    assert press(1) not in handled
    assert press(1, again=True, text=b'{"battery":9}') not in handled


def test_what_the_broker_never_repeats_is_not_remembered() -> None:
    """Messages without a receipt have no number."""
    handled = Handled()
    handled.note([press(0, qos=0)])
    assert handled.snapshot() == b""


def test_only_the_latest_are_remembered() -> None:
    """Enough for every message that can be on its way."""
    handled = Handled()
    handled.note(press(number) for number in range(1, MOST + 2))
    assert press(1, again=True) not in handled
    assert press(2, again=True) in handled
    assert press(MOST + 1, again=True) in Handled(handled.snapshot())
