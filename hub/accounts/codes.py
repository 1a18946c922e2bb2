"""Codes that prove who signs in: those of an authenticator app (RFC 6238) and recovery codes. Pure."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError

#: A code of the half minute before or after is taken too: telephones are not always on time.
SKEW: Final = 1
RECOVERY_CODES: Final = 10
#: So many wrong codes in a row cost nothing; each further one doubles the wait.
FREE_FAILURES: Final = 5
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
#: Without letters and digits that look alike. 16 of 32: 80 bits, so that a plain hash keeps them.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECOVERY_LENGTH: Final = 16


def new_secret() -> str:
    """Return a secret for an app, in base32: 160 bits."""
    return pyotp.random_base32()


def address(secret: str, login: str, issuer: str = "Anju") -> str:
    """Return what the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the half minute to which a code belongs, or None for a wrong one."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=SKEW)
    except OTPVerificationError:
        return None


def wait(failures: int, failed_at: datetime | None, now: datetime) -> timedelta | None:
    """Return how long to wait before the next code is judged, or None when it may be now.

    At most 24 codes a day are judged in the end: a guess then succeeds less than once in 30 years.
    """
    if failed_at is None or failures < FREE_FAILURES:
        return None
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - FREE_FAILURES, 10))
    left = failed_at + pause - now
    return left if left > timedelta() else None


def new_recovery_codes() -> list[str]:
    """Return ten codes as they are shown, in groups of four letters."""
    return [_grouped("".join(secrets.choice(_LETTERS) for _ in range(16))) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> bytes | None:
    """Return what is kept of a recovery code, however it was typed; None for what cannot be one."""
    plain = "".join(code.split()).replace("-", "").upper()
    if len(plain) != _RECOVERY_LENGTH or not set(plain) <= set(_LETTERS):
        return None
    return hashlib.sha256(b"anju recovery code 1\0" + plain.encode()).digest()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
