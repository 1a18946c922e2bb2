"""Addresses as providers want them, parsed once at the door: telephone numbers are E.164. Pure.

Those of push and chat are secrets: whoever knows one can write to the person in our name. They are kept and
sent to, and everywhere else `shown` stands for them. Whether anybody has an address only an answer can tell.
"""

from __future__ import annotations

import re
from typing import Any, Final

import phonenumbers
from phonenumbers import ValidationResult

from hub.errors import HubError
from hub.language import N_
from hub.places import chat_addresses, push_addresses

#: Police, fire brigade, ambulance and their like, as they are dialled in China and elsewhere.
EMERGENCY: Final = frozenset(
    {"000", "108", "110", "111", "112", "113", "115", "117", "118", "119", "120", "122", "911", "995", "999"}
)


_MAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{4,190}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]"
    r"(?:[a-z0-9-]{0,61}[a-z0-9])"
)

_IMPOSSIBLE: Final = {
    ValidationResult.TOO_SHORT: "It has too few digits for a number of +{country}.",
    ValidationResult.TOO_LONG: "It has too many digits for a number of +{country}.",
    ValidationResult.INVALID_LENGTH: "No number of +{country} has so many digits.",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "Its area code is missing, such as +86 571 for Hangzhou.",
    ValidationResult.INVALID_COUNTRY_CODE: "No country has this code.",
}


class AddressError(HubError):
    """Nobody can be reached at this address."""


#: What people read beside a number that was refused.
UNCALLABLE: Final = N_(
    "Nobody can be called at this number. Write it with its country, such as +86 138 0013 8000."
)


def address(channel: str, text: str) -> str:
    """Return an address as it is kept and sent to; raises AddressError with what is wrong."""
    if channel == "email":
        return email(text)
    try:
        if channel == "push":
            return push_addresses.subscription(text)
        if channel == "chat":
            return chat_addresses.target(text)
    except ValueError as error:
        raise AddressError(str(error)) from error
    return telephone(text)


def shown(channel: str, text: str) -> str:
    """Return an address as people and programs may see it: of a secret only where it leads."""
    if channel == "chat":
        scheme = text.partition("://")[0]
        return f"{scheme if scheme in chat_addresses.SERVICES else 'chat'}://****"
    if channel == "push":
        return f"push://{push_addresses.service(text)}/****"
    return text


def without_secrets(data: Any) -> Any:
    """Return data (mappings, lists, plain values) with every address in it as it may be shown.

    An address stands beside its `channel`.
    """
    if isinstance(data, dict):
        clean = {key: without_secrets(value) for key, value in data.items()}
        if isinstance(data.get("channel"), str) and isinstance(data.get("address"), str):
            clean["address"] = shown(data["channel"], data["address"])
        return clean
    if isinstance(data, list | tuple):
        return [without_secrets(value) for value in data]
    return data


def email(text: str) -> str:
    """Return an e-mail address, its domain in small letters; raises AddressError with what is wrong."""
    local, at, domain = text.strip().rpartition("@")
    try:
        plain = local + at + domain.encode("idna").decode().lower()
    except UnicodeError as error:
        raise AddressError("Write an e-mail address, such as wang.fang@example.org.") from error
    if not _MAIL.fullmatch(plain) or ".." in plain or local.startswith(".") or local.endswith("."):
        raise AddressError("Write an e-mail address, such as wang.fang@example.org.")
    return plain


def telephone(text: str) -> str:
    """Return a number as `+` and 8 to 15 digits; raises AddressError with what is wrong.

    Spaces, hyphens, dots and brackets are allowed and dropped; `00` at the front means `+`.
    """
    number = re.sub(r"[\s().\-]", "", text)
    if number.startswith("00"):
        number = "+" + number[2:]
    if is_emergency(number):
        raise AddressError("An emergency service is called by a human, never by this system.")
    if not re.fullmatch(r"\+[1-9][0-9]{4,14}", number):
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
    if number.startswith("+86") and len(number) < len("+86") + 9:  # as it is dialled within one city
        raise AddressError(_IMPOSSIBLE[ValidationResult.IS_POSSIBLE_LOCAL_ONLY])
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
