"""The code with which an edge agent comes to its home: how it looks, how long it lasts.

Pure. A code is twelve characters that nobody confuses when reading them aloud. The first four find its row;
the other eight are the secret: 31^8 possibilities behind a slow hash and a few tries in a quarter of an hour.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final, NamedTuple

LASTS: Final = timedelta(minutes=15)
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  #: without 0 O, 1 I L
_PART: Final = 4
_LENGTH: Final = 3 * _PART


class Code(NamedTuple):
    """A code: `id` finds its row, `text` is all of it, as people see it."""

    id: str
    text: str


def new_code() -> Code:
    """Return a code that nobody can guess."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
        if len(set(signs)) >= _PART:  # what hashes passwords refuses the few that are all of a kind
            return _shown(signs)


def read_code(text: str) -> Code | None:
    """Return the code that somebody typed, however they wrote it; None for what cannot be one."""
    signs = "".join(sign for sign in text.upper() if sign not in " -\t\r\n")
    if len(signs) != _LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    return _shown(signs)


def address(hub_url: str, code: str) -> str:
    """Return what a QR code says: the hub and the code, in one word that `anju-agent pair` takes too."""
    return f"{hub_url}/pair#{code}"


def command(hub_url: str, code: str) -> str:
    """Return what somebody types in the home."""
    return f"anju-agent pair {hub_url} {code}"


def _shown(signs: str) -> Code:
    parts = [signs[at : at + _PART] for at in range(0, _LENGTH, _PART)]
    return Code(parts[0], "-".join(parts))
