"""Where e-mail is handed in: one SMTP server, as `smtp://user:password@host:587` says it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from hub.errors import SettingsError

_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """One server. Homes' addresses travel in these messages: only the own network may do without TLS."""

    host: str
    port: int
    implicit_tls: bool  #: TLS from the first byte; else STARTTLS
    plain: bool  #: neither: a server on this machine, or where the operator said so
    user: str = ""
    password: str = field(default="", repr=False)


def smtp_server(url: str) -> SmtpServer:
    """Return the server that `smtp://…` or `smtps://…` names; raises SettingsError with what to do.

    `?tls=never` allows a server of one's own network that offers no STARTTLS; never together with a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("ANJU_SMTP_URL: the host or the port cannot be read.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError("ANJU_SMTP_URL: write it as smtp://user:password@mail.example.org:587.")
    never = parse_qs(parts.query).get("tls") == ["never"]
    if never and parts.password and not is_loopback(parts.hostname):
        raise SettingsError("ANJU_SMTP_URL: a password is not sent without TLS. Leave tls=never out.")
    return SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        implicit_tls=parts.scheme == "smtps",
        plain=parts.scheme == "smtp" and (never or is_loopback(parts.hostname)),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
