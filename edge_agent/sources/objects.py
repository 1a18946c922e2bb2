"""Payloads as the ecosystems share them: a JSON object, a plain word."""

from __future__ import annotations

from typing import Any

import msgspec

from edge_agent.sources import UnreadableError

LARGEST = 64 * 1024  #: bytes; a device's state is a few hundred
DEEPEST = 3

_OBJECT = msgspec.json.Decoder(dict[str, Any])


def json_object(payload: bytes) -> dict[str, Any]:
    """Return the object in `payload`. Raises UnreadableError."""
    if len(payload) > LARGEST:
        raise UnreadableError(f"{len(payload)} bytes.")
    try:
        return _OBJECT.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(str(error)) from error


def text(payload: bytes) -> str:
    """Return `payload` as a short word. Raises UnreadableError."""
    if len(payload) > 200:
        raise UnreadableError(f"{len(payload)} bytes.")
    return payload.decode("utf-8", "replace").strip()


def flat(values: dict[str, Any], prefix: str = "", depth: int = DEEPEST) -> dict[str, Any]:
    """Return nested objects as one: `{"ENERGY": {"Power": 5}}` as `{"energy_power": 5}`, without lists."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        key = f"{prefix}{name}".lower().replace(":", "")
        if isinstance(value, dict):
            if depth > 1:
                found |= flat(value, f"{key}_", depth - 1)
        elif not isinstance(value, list):
            found[key] = value
    return found
