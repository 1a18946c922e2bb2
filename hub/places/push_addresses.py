"""A browser's push subscription as an address: one line of JSON with its endpoint and its two keys. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

_WHAT_TO_DO: Final = "Open the hub's page of notifications on the device itself and press its button."


def subscription(text: str) -> str:
    """Return a subscription in one form, whatever else the browser added; raises ValueError."""
    try:
        given = json.loads(text)
        endpoint, keys = given["endpoint"], given["keys"]
        kept = {"endpoint": endpoint, "keys": {name: keys[name] for name in ("auth", "p256dh")}}
        parts = urlsplit(endpoint)
        point = _decoded(keys["p256dh"])
        fits = len(point) == 65 and point[0] == 4 and len(_decoded(keys["auth"])) == 16
        safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no push subscription. {_WHAT_TO_DO}") from error
    if not fits or not safe or not parts.hostname or len(endpoint) > 1000:
        raise ValueError(f"This is no push subscription. {_WHAT_TO_DO}")
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))


def parsed(address: str) -> dict[str, Any]:
    """Return the subscription of an address that `subscription` made."""
    found: dict[str, Any] = json.loads(address)
    return found


def service(address: str) -> str:
    """Return the push service's host, such as fcm.googleapis.com; never raises."""
    try:
        return urlsplit(parsed(address)["endpoint"]).hostname or "unknown"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "unknown"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
