"""Secrets that the hub must be able to read again are kept sealed: a copy of the database alone opens none.

The key is in the settings, or made once and kept beside the hub's other files; never in the database.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.errors import HubError, SettingsError
from hub.settings import Settings
from hub.storage.own_file import make_once

FILE: Final = "secret-key"
SHORTEST: Final = 32
_NONCE: Final = 12


class SealError(HubError):
    """This was sealed with another key."""


class Seal:
    """Closes and opens secrets with one key. `what` binds each to its place: rows cannot be swapped."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(hashlib.sha256(b"anju seal 1\0" + key).digest())

    def close(self, secret: bytes, what: str) -> bytes:
        """Return the secret as it may be stored."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, what.encode())

    def open(self, sealed: bytes, what: str) -> bytes:
        """Return the secret; raises SealError when the key is another, or the place."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], what.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError from error


def seal_of(settings: Settings) -> Seal:
    """Return the hub's seal; its key is made now if there is none. Raises SettingsError for a short one."""
    if settings.secret_key is not None:
        return Seal(_long(settings.secret_key.get_secret_value(), "ANJU_SECRET_KEY"))
    path = settings.data_dir / FILE
    if not path.exists():
        make_once(path, secrets.token_urlsafe(48).encode())
    return Seal(_long(path.read_text(encoding="ascii").strip(), str(path)))


def _long(key: str, where: str) -> bytes:
    if len(key) < SHORTEST:
        raise SettingsError(f"{where} needs {SHORTEST} characters or more.")
    return key.encode()
