"""What the hub asks for is done once, in time, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from edge_agent.commands import MOST, Commands
from edge_agent.core.timing import Clock
from models.contract import VERSION
from models.contract.messages import Command

NOW = 1_795_000_000_000


class Siren:
    def __init__(self) -> None:
        self.sounded: list[Any] = []

    def sound(self, arguments: Any) -> str:
        self.sounded.append(arguments.get("seconds"))
        return ""


def asked(name: str = "siren", expires_in: int = 60_000) -> Command:
    return Command(v=VERSION, name=name, expires_at=NOW + expires_in, arguments={"seconds": 5})


def test_a_command_is_done_once_however_often_it_comes() -> None:
    """Over a restart too."""
    siren = Siren()
    commands = Commands({"siren": siren.sound})
    result = commands.take("c1", asked(), "synced", NOW)
    assert result is not None
    assert result.ok
    assert commands.take("c1", asked(), "synced", NOW) is None
    again = Commands({"siren": siren.sound}, commands.snapshot())
    assert again.take("c1", asked(), "synced", NOW) is None
    assert siren.sounded == [5]


@pytest.mark.parametrize(
    ("command", "clock", "why"),
    [
        (asked(expires_in=0), "synced", "too late"),
        (asked(expires_in=-60_000), "holdover", "too late"),
        (asked(expires_in=3_600_000), "synced", "clocks differ"),
        (asked(), "unsynced", "does not know the time"),
        (asked("dance"), "synced", "Unknown command 'dance'"),
    ],
)
def test_what_is_not_done_says_why(command: Command, clock: Clock, why: str) -> None:
    siren = Siren()
    result = Commands({"siren": siren.sound}).take("c1", command, clock, NOW)
    assert result is not None
    assert not result.ok
    assert why in result.detail
    assert siren.sounded == []


def test_a_command_that_fails_says_so_and_the_next_is_done() -> None:
    def fails(_: object) -> str:
        raise OSError("no such device")

    siren = Siren()
    commands = Commands({"say": fails, "siren": siren.sound})
    result = commands.take("c1", asked("say"), "synced", NOW)
    assert result is not None
    assert (result.ok, result.detail) == (False, "It failed: OSError.")
    commands.take("c2", asked(), "synced", NOW)
    assert siren.sounded == [5]


def test_what_is_remembered_does_not_grow_for_ever() -> None:
    commands = Commands({})
    for number in range(MOST * 2):
        commands.take(f"c{number}", asked(), "synced", NOW)
    assert len(commands.snapshot().split()) == MOST
