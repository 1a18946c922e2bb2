"""Mainland numbers as Aliyun writes them: `13800000001`, `057185550001`; ours are `+86…`. Pure."""

from __future__ import annotations

import re
from typing import Final

_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(r"[2-9][0-9]{8,10}")  # area code without its 0, then seven or eight digits


def local(address: str) -> str | None:
    """Return a number as it is dialled within the mainland; None for one from elsewhere."""
    if not address.startswith("+86"):
        return None
    digits = address[3:]
    if _MOBILE.fullmatch(digits):
        return digits
    return f"0{digits}" if _LANDLINE.fullmatch(digits) else None


def is_mobile(number: str) -> bool:
    """Whether a local number takes short messages."""
    return _MOBILE.fullmatch(number) is not None


def international(number: str) -> str | None:
    """Return a number that Aliyun wrote, with its country code or without, as `+86…`, else None."""
    digits = re.sub(r"^(\+86|0086|86(?=1[3-9][0-9]{9}$))", "", number.strip())
    address = f"+86{digits.removeprefix('0')}"
    return address if local(address) is not None else None
