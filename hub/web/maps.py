"""Where a home is found on a map: an address for the map service of its country. Pure; a human opens it."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_CHINA: Final = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "Asia/Kashgar"})


def map_link(address: str, zone: str) -> str:
    """Return the link that searches for an address; empty without one."""
    if not address.strip():
        return ""
    place = quote(address.strip(), safe="")
    if zone in _CHINA:
        return f"https://uri.amap.com/search?keyword={place}"
    return f"https://www.openstreetmap.org/search?query={place}"
