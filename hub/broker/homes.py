"""How homes reach the broker: what an agent is told when it is paired."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hub.broker import certificates
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Reach:
    """One broker as a home reaches it; without a host it is where the hub was found."""

    host: str | None
    port: int
    tls: bool


def brokers(settings: Settings) -> list[Reach]:
    """Return the brokers, the primary first."""
    if settings.homes_broker:
        parts = [urlsplit(address.strip()) for address in settings.homes_broker.split(",") if address.strip()]
        return [Reach(p.hostname, p.port or _port(p.scheme), p.scheme == "mqtts") for p in parts]
    if settings.embedded_broker_tls_host:
        return [Reach(None, settings.embedded_broker_tls_port, tls=True)]
    return [Reach(None, settings.embedded_broker_port, tls=False)]


def authority(settings: Settings) -> str | None:
    """Return the certificate of the authority that homes check the broker with (PEM), or None."""
    path: Path | None = settings.homes_broker_ca
    if path is None and not settings.homes_broker and settings.embedded_broker_tls_host:
        path = certificates.authority(settings.data_dir / "tls")
    return None if path is None else path.read_text(encoding="utf-8")


def _port(scheme: str) -> int:
    return 8883 if scheme == "mqtts" else 1883
