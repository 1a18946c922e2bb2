"""How long a call's sentences last, and when the keys that it waits for are complete. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulators.telephones.twiml import Gather, Pause, Play, Say

#: An unhurried voice, as telephone announcements are spoken.
CHINESE_PER_SECOND: Final = 4.5
LETTERS_PER_SECOND: Final = 15.0
RECORDING: Final = 5.0  #: seconds that a played file is taken to last
MOST_REPEATS: Final = 20  #: of a sentence whose loop has no end


def lasts(prompt: Say | Play | Pause) -> float:
    """Return how many seconds one pass of it takes."""
    match prompt:
        case Pause(seconds):
            return float(seconds)
        case Play():
            return RECORDING
        case Say(text):
            wide = sum(ord(character) > 0x2E7F for character in text)
            return 0.3 + wide / CHINESE_PER_SECOND + (len(text) - wide) / LETTERS_PER_SECOND


def passes(prompt: Say | Play | Pause) -> int:
    """Return how often it is said: a loop of 0 means for ever, which is bounded here."""
    if isinstance(prompt, Pause):
        return 1
    return min(prompt.loop or MOST_REPEATS, MOST_REPEATS)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The keys that a question got, and the one that ended it, if one did."""

    digits: str
    finished_on: str = ""


def gathered(pressed: str, wanted: Gather) -> Gathered | None:
    """Return the complete answer as soon as the keys pressed so far make one, else None."""
    for place, key in enumerate(pressed):
        if key in wanted.finish_on_key:
            return Gathered(pressed[:place], key)
        if wanted.num_digits is not None and place + 1 == wanted.num_digits:
            return Gathered(pressed[: place + 1])
    return None
