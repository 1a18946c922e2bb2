"""Telephone numbers as providers want them: E.164, parsed once at the door. Pure.

A number that no telephone can have is refused with the reason. Whether somebody has it only a call can tell.
"""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import ValidationResult

from hub.errors import HubError

#: Police, fire brigade, ambulance and their like, as they are dialled in China and elsewhere.
EMERGENCY: Final = frozenset(
    {"000", "108", "110", "111", "112", "113", "115", "117", "118", "119", "120", "122", "911", "995", "999"}
)

_IMPOSSIBLE: Final = {
    ValidationResult.TOO_SHORT: "It has too few digits for a number of +{country}.",
    ValidationResult.TOO_LONG: "It has too many digits for a number of +{country}.",
    ValidationResult.INVALID_LENGTH: "No number of +{country} has so many digits.",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "Its area code is missing, such as +86 571 for Hangzhou.",
    ValidationResult.INVALID_COUNTRY_CODE: "No country has this code.",
}


class AddressError(HubError):
    """This telephone number cannot be called."""


def telephone(text: str) -> str:
    """Return a number as `+` and 8 to 15 digits; raises AddressError with what is wrong.

    Spaces, hyphens, dots and brackets are allowed and dropped; `00` at the front means `+`.
    """
    number = re.sub(r"[\s().\-]", "", text)
    if number.startswith("00"):
        number = "+" + number[2:]
    if is_emergency(number):
        raise AddressError("An emergency service is called by a human, never by this system.")
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
        raise AddressError("Write it with its country code, such as +86 138 0013 8000.")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        raise AddressError(_IMPOSSIBLE[ValidationResult.INVALID_COUNTRY_CODE]) from None
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible != ValidationResult.IS_POSSIBLE:
        raise AddressError(_IMPOSSIBLE[possible].format(country=parsed.country_code))
    if re.match(r"\+861[3-9]", number) and len(number) != len("+8613800138000"):
        raise AddressError("A mobile number of mainland China has 11 digits after +86.")
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
