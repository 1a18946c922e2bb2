"""From what an ecosystem calls a device to an identifier on the wire: always the same, whoever asks."""

from __future__ import annotations

import re
import zlib

from models.contract.topics import is_id

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 32


def id_of(name: str) -> str:
    """Return `name` as an identifier: itself where it is one, else its letters and digits.

    A name that loses more than capitals and underscores, or that is too long, gets a checksum: names that
    differ in more than these do not share an identifier.
    """
    if is_id(name):
        return name
    plain = _OTHER.sub("-", name.lower()).strip("-")
    faithful = re.fullmatch(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*", name) is not None
    if faithful and len(plain) <= _LONGEST:
        return plain
    checksum = f"{zlib.crc32(name.encode('utf-8', 'surrogatepass')):08x}"
    return f"{plain[: _LONGEST - 9].strip('-')}-{checksum}".strip("-")
