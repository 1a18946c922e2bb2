"""What a hub may want of an edge agent: the `settings` of `config`, and their fingerprint.

An edge ignores a setting that it does not know, so that a newer hub can ask an older edge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from models.contract.errors import InvalidMessageError
from models.contract.messages import Id, Short


class WantedDevice(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """Where a device is; what is not said stays as the edge's own file says it."""

    name: Short | None = None
    room: Short | None = None
    outer_door: bool | None = None


class Wanted(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """The settings of `config`. Everything may be missing: the edge's own file holds then."""

    muted: Annotated[list[Id], Meta(max_length=500)] = []  #: devices of which nothing leaves the edge
    devices: dict[Id, WantedDevice] = {}
    history: bool | None = None  #: the home is being commissioned: old events are for learning only
    backlog_rate: Annotated[int, Meta(ge=10, le=100_000)] | None = None  #: events a second after an outage


def digest(settings: Mapping[str, Any]) -> str:
    """Return the fingerprint that travels with `settings`: SHA-256 (hex) over sorted JSON without blanks."""
    canonical = json.dumps(settings, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read(settings: Mapping[str, Any]) -> Wanted:
    """Return the settings of a `config`. Raises InvalidMessageError, in words for a person."""
    try:
        return msgspec.convert(settings, Wanted)
    except msgspec.ValidationError as error:
        raise InvalidMessageError(str(error)) from error
