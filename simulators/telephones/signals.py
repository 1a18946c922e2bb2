"""What can be done to a call while it goes on, by whoever holds the telephone or by the program.

People on the page, tests and the habits of simulated people all speak through these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PickUp:
    """The telephone is answered, by a person or by a machine."""

    machine: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """Keys are pressed."""

    digits: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The person puts the receiver down, or declines while it rings."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The program withdraws a call that nobody has answered."""


@dataclass(frozen=True, slots=True)
class Complete:
    """The program ends the call, whatever it is doing."""


@dataclass(frozen=True, slots=True)
class Redirected:
    """The program gives the call other instructions: an address, or the document itself."""

    url: str | None = None
    method: str = "POST"
    twiml: str | None = None


Signal = PickUp | Press | HangUp | Cancel | Complete | Redirected
