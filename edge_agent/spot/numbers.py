"""Which numbers the agent may call: people, in full, with their country. Never an emergency service.

A person's number has its country and at least nine digits; behind +86 at least eleven, so that no area code
makes a way to 110, 119 or 120. It is checked where settings are read, and once more before every call.
"""

from __future__ import annotations

import re

_PERSON = re.compile(r"\+(?:86[1-9][0-9]{8,11}|(?!86)[1-9][0-9]{8,14})\Z")


class NotAPersonError(ValueError):
    """This is no number of a person in full: the agent calls no emergency service and no short number."""


def checked(number: str) -> str:
    """Return the number, or raise NotAPersonError."""
    if not _PERSON.match(number):
        raise NotAPersonError(number)
    return number
