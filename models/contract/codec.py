"""Bytes to messages and back. The only place that knows that the wire speaks JSON."""

from __future__ import annotations

from typing import TypeVar, cast

import msgspec

from models.contract import VERSION
from models.contract.errors import InvalidMessageError, TooLargeError, UnknownVersionError
from models.contract.messages import MAX_BYTES, MESSAGES

M = TypeVar("M", bound=msgspec.Struct)

_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[type[msgspec.Struct], msgspec.json.Decoder[msgspec.Struct]] = {
    kind: msgspec.json.Decoder(kind) for kind in MESSAGES.values()
}


def encode(message: msgspec.Struct) -> bytes:
    """Return the message as it travels."""
    return _ENCODER.encode(message)


def decode(payload: bytes, kind: type[M]) -> M:
    """Return the message in `payload`.

    Raises TooLargeError, InvalidMessageError or UnknownVersionError, each in words for a person.
    """
    if len(payload) > MAX_BYTES:
        raise TooLargeError(f"{len(payload)} bytes, at most {MAX_BYTES}.")
    try:
        message = cast(M, _DECODERS[kind].decode(payload))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidMessageError(str(error)) from error
    if message.v != VERSION:  # type: ignore[attr-defined]
        raise UnknownVersionError(f"It says {message.v}, this program speaks {VERSION}.")  # type: ignore[attr-defined]
    return message
