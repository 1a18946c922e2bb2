"""Where a broker is and who we are to it, read from one address."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hub.errors import SettingsError


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is, and who we are to it."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool
    ca: Path | None = None


def broker_address(url: str, ca: Path | None = None, name: str = "ANJU_BROKER_URL") -> BrokerAddress:
    """Read `mqtt://user:password@host:port` or `mqtts://…`; raises SettingsError with what is wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"{name}: {error}.") from error
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise SettingsError(f"{name} reads mqtt://user:password@host:port, or mqtts:// with TLS.")
    tls = parts.scheme == "mqtts"
    return BrokerAddress(
        host=parts.hostname,
        port=port or (8883 if tls else 1883),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
        ca=ca,
    )
