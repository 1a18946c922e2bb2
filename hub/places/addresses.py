"""Telephone numbers as providers want them: E.164, parsed once at the door. Pure."""

from __future__ import annotations

import re

from hub.errors import HubError


class AddressError(HubError):
    """This telephone number cannot be called."""


def telephone(text: str) -> str:
    """Return a number as `+` and 8 to 15 digits; raises AddressError with what to do.

    Spaces, hyphens, dots and brackets are allowed and dropped; `00` at the front means `+`.
    """
    number = re.sub(r"[\s().\-]", "", text)
    if number.startswith("00"):
        number = "+" + number[2:]
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
        raise AddressError("Write it with its country code, such as +86 138 0013 8000.")
    return number
