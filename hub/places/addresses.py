"""Telephone numbers as providers want them: E.164, parsed once at the door. Pure."""

from __future__ import annotations

import re
from typing import Final

from hub.errors import HubError

#: Police, fire brigade, ambulance and their like, as they are dialled in China and elsewhere.
EMERGENCY: Final = frozenset(
    {"000", "108", "110", "111", "112", "113", "115", "117", "118", "119", "120", "122", "911", "995", "999"}
)


class AddressError(HubError):
    """This telephone number cannot be called."""


def telephone(text: str) -> str:
    """Return a number as `+` and 8 to 15 digits; raises AddressError with what to do.

    Spaces, hyphens, dots and brackets are allowed and dropped; `00` at the front means `+`.
    """
    number = re.sub(r"[\s().\-]", "", text)
    if number.startswith("00"):
        number = "+" + number[2:]
    if is_emergency(number):
        raise AddressError("An emergency service is called by a human, never by this system.")
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
        raise AddressError("Write it with its country code, such as +86 138 0013 8000.")
    return number


def is_emergency(number: str) -> bool:
    """Whether a number reaches an emergency service: short as it is dialled, or behind a code of its place.

    In China an area code before it reaches the same desk of another city: +86 571 120 is Hangzhou's.
    """
    digits = re.sub(r"[^0-9]", "", number)
    if digits in EMERGENCY or (digits := digits.removeprefix("00")) in EMERGENCY:
        return True
    if digits.startswith("86"):
        digits = digits[2:].removeprefix("0")
        return digits in EMERGENCY or (4 < len(digits) < 8 and digits[-3:] in EMERGENCY)
    return number.startswith("+") and len(digits) < 7 and digits[-3:] in EMERGENCY
