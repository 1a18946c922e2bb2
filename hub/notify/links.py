"""One-tap links: an address that lets whoever was told of an alert answer it without signing in.

Pure. A token holds the attempt, an end and a signature; it opens what that attempt was about, nothing else.
What was signed with an older secret stays good until its own end, so that secrets can change at any moment.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

LIVES: Final = timedelta(hours=48)
_MAC: Final = 16  #: bytes of HMAC-SHA256: 2^128 is not guessed over a network
_LENGTH: Final = 2 + 16 + 4 + _MAC
_FOR: Final = b"anju answer link 1\0"  #: a signature for one use is none for another


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token says: the attempt, or why it opens nothing."""

    attempt_id: str = ""
    why: Literal["", "forged", "expired"] = ""


def token_of(secret: bytes, key_id: int, attempt_id: str, until: datetime) -> str:
    """Return a token of 51 letters for an attempt, good until an instant.

    Raises ValueError for an attempt whose id is not 32 hexadecimal digits, as ours are.
    """
    attempt = bytes.fromhex(attempt_id)
    if len(attempt) != 16:
        raise ValueError("an attempt's id has 32 hexadecimal digits")
    body = key_id.to_bytes(2) + attempt + int(until.timestamp()).to_bytes(4)
    return base64.urlsafe_b64encode(body + _signature(secret, body)).rstrip(b"=").decode()


def opened(secrets: Mapping[int, bytes], token: str, now: datetime) -> Opened:
    """Check a token against the secrets that may have signed it, by their number."""
    raw = _raw(token)
    if len(raw) != _LENGTH:
        return Opened(why="forged")
    body, signature = raw[:-_MAC], raw[-_MAC:]
    secret = secrets.get(int.from_bytes(body[:2]))
    if secret is None or not hmac.compare_digest(signature, _signature(secret, body)):
        return Opened(why="forged")
    if now >= datetime.fromtimestamp(int.from_bytes(body[18:22]), UTC):
        return Opened(attempt_id=body[2:18].hex(), why="expired")
    return Opened(attempt_id=body[2:18].hex())


def signed(secret: bytes, key_id: int, use: str, text: str, until: datetime) -> str:
    """Return a token that says a short text, for one use, good until an instant."""
    body = key_id.to_bytes(2) + int(until.timestamp()).to_bytes(4) + text.encode()
    mac = hmac.new(secret, f"anju {use} link 1\0".encode() + body, hashlib.sha256).digest()[:_MAC]
    return base64.urlsafe_b64encode(body + mac).rstrip(b"=").decode()


def said(
    secrets: Mapping[int, bytes], use: str, token: str, now: datetime
) -> tuple[str, Literal["", "forged", "expired"]]:
    """Return the text of a token that `signed` made for this use, and why it opens nothing, or empty."""
    raw = _raw(token)
    if len(raw) <= 6 + _MAC or (secret := secrets.get(int.from_bytes(raw[:2]))) is None:
        return "", "forged"
    body, signature = raw[:-_MAC], raw[-_MAC:]
    mac = hmac.new(secret, f"anju {use} link 1\0".encode() + body, hashlib.sha256).digest()[:_MAC]
    if not hmac.compare_digest(signature, mac):
        return "", "forged"
    if now >= datetime.fromtimestamp(int.from_bytes(body[2:6]), UTC):
        return "", "expired"
    return body[6:].decode(), ""


def _raw(token: str) -> bytes:
    """The bytes of a token, written as we write them; none for anything else."""
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return b""
    return raw if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == token else b""


def _signature(secret: bytes, body: bytes) -> bytes:
    return hmac.new(secret, _FOR + body, hashlib.sha256).digest()[:_MAC]
