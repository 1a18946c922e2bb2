"""The address at which a family says how something was done, without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hub.care.needs import ASKED_FOR
from hub.notify import link_keys, links
from hub.storage.database import Connection

USE: Final = "need"


def address_of(connection: Connection, base: str, need_id: str, done_at: datetime, now: datetime) -> str:
    """Return the address for a need that was done; it is good for as long as its people are asked."""
    number, secret = link_keys.signing(connection, now)
    return f"{base}/n/{links.signed(secret, number, USE, need_id, done_at + ASKED_FOR)}"


def need_of(connection: Connection, token: str, now: datetime) -> tuple[str, str]:
    """Return the need of a token, and why it opens nothing (`forged`, `expired`), or empty."""
    return links.said(link_keys.known(connection), USE, token, now)
