"""The Raspberry Pi's own pins, on gpiozero's own stand-in for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory

from edge_agent.inbox import Inbox, Incoming
from edge_agent.pins import Pins
from edge_agent.settings import Placement
from tests.unit.edge.home import Home

PLACED = {
    "back-door": Placement(vendor="GPIO", model="contact", pin=17),
    "red": Placement(vendor="GPIO", model="sos-button", pin=4),
    "pir": Placement(vendor="GPIO", model="motion", pin=22),
    "plug": Placement(vendor="Tasmota", model="generic-plug"),
}


@pytest.fixture
def board() -> Iterator[MockFactory]:
    made = MockFactory()
    yield made
    made.reset()


def said(inbox: Inbox, home: Home, at_s: float) -> None:
    """Let the home hear what the pins have put into the inbox."""
    for item in inbox.take(0, 100):
        assert isinstance(item, Incoming)
        home.hear(item.topic, item.payload, at_s=at_s, retained=item.retained)


def test_a_door_a_button_and_a_detector_on_pins_are_heard(board: MockFactory) -> None:
    """Contacts close to ground; how they stood at the start is known and is no event."""
    inbox, home = Inbox(), Home(placements=PLACED)
    pins = Pins(PLACED, inbox, board)
    said(inbox, home, 1)
    assert home.happenings == []
    for at_s, pin, high in ((10, 17, False), (20, 17, True), (30, 22, True), (40, 4, False), (41, 4, True)):
        (board.pin(pin).drive_high if high else board.pin(pin).drive_low)()
        said(inbox, home, at_s)
    pins.close()
    assert home.told() == [(10, "contact", 0), (20, "contact", 1), (30, "motion", 1), (40, "sos", 1)]


def test_after_its_end_nothing_is_heard(board: MockFactory) -> None:
    """And a pin can be opened again."""
    inbox = Inbox()
    for _ in range(2):
        Pins(PLACED, inbox, board).close()
    inbox.take(0, 100)
    board.pin(17).drive_low()
    assert inbox.take(0, 100) == []


def test_a_machine_without_pins_says_so_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """The other sensors are not to suffer for it."""
    Pins(PLACED, Inbox(), object()).close()
    assert "cannot be read" in caplog.text
    assert "pin 17 (back-door)" in caplog.text
