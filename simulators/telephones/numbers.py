"""Telephone numbers and the texts that fit into a short message."""

from __future__ import annotations

import re
from typing import Final

_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE: Final = re.compile(r"\d{3,8}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_PUNCTUATION: Final = re.compile(r"[\s().\-]")

#: The characters of GSM 03.38, which pack 160 to a message; those of the second row count twice.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€\f")


def e164(text: str) -> str | None:
    """Return a subscriber's number as +86…, without the punctuation people write; None when it is none."""
    bare = _PUNCTUATION.sub("", text)
    return bare if _E164.fullmatch(bare) else None


def sender(text: str) -> str | None:
    """Return what may stand as a short message's sender: a number, a short code or a name; else None."""
    stripped = text.strip()
    if _SHORT_CODE.fullmatch(stripped) or _NAME.fullmatch(stripped):
        return stripped
    return e164(stripped)


def shown(number: str) -> str:
    """Return the number as Twilio formats it: North American ones with brackets, others as they are."""
    if match := re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number):
        return "({}) {}-{}".format(*match.groups())
    return number


def segments(body: str) -> int:
    """Return how many short messages the text takes: 160 or 70 characters alone, 153 or 67 when joined."""
    if all(character in _GSM or character in _GSM_TWICE for character in body):
        length = sum(2 if character in _GSM_TWICE else 1 for character in body)
        single, joined = 160, 153
    else:
        length = len(body.encode("utf-16-be")) // 2
        single, joined = 70, 67
    return 1 if length <= single else -(-length // joined)
