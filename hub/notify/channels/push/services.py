"""Which push services the hub speaks to: those of the browsers, and what the operator added. Pure.

A subscription names its service itself, and whoever signs in may hand one in: without this list they could
make the hub post to any server that it can reach.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

#: Chromium, Firefox, Safari, Edge. A name that begins with a dot covers what ends with it.
KNOWN: Final = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)


def is_allowed(endpoint: str, own: str) -> bool:
    """Whether a subscription's endpoint may be posted to; `own` are hosts (with ports), commas between."""
    parts = urlsplit(endpoint)
    if parts.netloc in {name.strip() for name in own.split(",")} - {""}:
        return True
    host = parts.hostname or ""
    known = any(host.endswith(name) if name.startswith(".") else host == name for name in KNOWN)
    return known and parts.scheme == "https" and parts.port in (None, 443)
