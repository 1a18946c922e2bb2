"""Passwords: kept as argon2 hashes, and how long a person waits after wrong ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.errors import HubError
from hub.language import N_

SHORTEST: Final = 10
LONGEST: Final = 200

#: A failure counts for so long.
WINDOW: Final = timedelta(minutes=15)
#: So many failures in the window are let through: of one login from one address, of one address with any
#: login, and of one login from anywhere. The last is generous, or a stranger could lock a station out.
LIMITS: Final = (5, 30, 100)

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class PasswordError(HubError):
    """This password cannot be used."""


def hash_password(password: str) -> str:
    """Return the hash to keep; raises PasswordError for a password that is too easy to guess."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(N_("Choose 10 to 200 characters."))  # SHORTEST, LONGEST
    if len(set(password)) < 4:
        raise PasswordError(N_("Choose one with at least four different characters."))
    return _HASHER.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long for somebody who does not exist (no hash) as for others."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def wait(
    by_both: list[datetime], by_address: list[datetime], by_login: list[datetime], now: datetime
) -> timedelta | None:
    """Return how long to wait before the next try, or None when it may be made now.

    Each list holds the instants of failures, oldest first.
    """
    waits = []
    for failures, limit in zip((by_both, by_address, by_login), LIMITS, strict=True):
        counted = [at for at in failures if at > now - WINDOW]
        if len(counted) >= limit:
            waits.append(counted[-limit] + WINDOW - now)
    return max(waits, default=None)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
