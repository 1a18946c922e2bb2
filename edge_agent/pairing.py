"""`anju-agent pair`: brings a code to the hub and writes the settings file that lets the agent in.

The agent makes its password itself and sends it along with the code: whoever hears no answer asks again with
the same password, and nothing secret has to travel back. Whatever goes wrong ends in PairingError, one
sentence that says what to do.
"""

from __future__ import annotations

import json
import secrets
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from edge_agent import __version__, machine

TRIES = 3  #: when no answer comes
TIMEOUT_S = 15.0
OFF_MS = 120_000  #: a clock that is further from the hub's than this is said to be wrong

Text = Callable[[str], str]


class PairingError(Exception):
    """The agent was not paired. The text is one sentence for a person."""


class Reach(Struct, frozen=True):
    """A broker of the hub; without a host it is where the hub was found."""

    port: Annotated[int, Meta(ge=1, le=65535)]
    tls: bool
    host: str | None = None


class Paired(Struct, frozen=True):
    """What the hub answers."""

    home: str
    edge: str
    username: str
    brokers: Annotated[list[Reach], Meta(min_length=1, max_length=4)]
    now: int
    ca: str | None = None


class Asked(NamedTuple):
    """Where the hub is and which code to bring."""

    url: str
    code: str


def read_asked(words: list[str], text: Text = str) -> Asked:
    """Read `URL CODE`, or the one word of a QR code. Raises PairingError."""
    joined = "".join(words[1:])
    address, _, fragment = (words or [""])[0].partition("#")
    code = joined or fragment
    if not code:
        raise PairingError(text("The code is missing: anju-agent pair URL CODE, as the hub shows it."))
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PairingError(
            text("'{url}' is no address of a hub: write it as the hub shows it, https://…").format(
                url=address
            )
        )
    if parts.scheme == "http" and not _is_near(parts.hostname):
        raise PairingError(
            text(
                "'{url}' is not encrypted, and {host} is not in this home: use the hub's https:// address."
            ).format(url=address, host=parts.hostname)
        )
    path = parts.path.rstrip("/").removesuffix("/pair")
    return Asked(f"{parts.scheme}://{parts.netloc}{path}", code)


def pair(asked: Asked, authority: Path | None, text: Text = str, pause_s: float = 2.0) -> tuple[Paired, str]:
    """Bring the code to the hub; return its answer and the password that now lets the agent in.

    `authority` is a file that the hub's https certificate is checked with; without it the system's are.
    Raises PairingError.
    """
    password = secrets.token_urlsafe(32)
    body = json.dumps({"code": asked.code, "password": password}).encode()
    try:
        context = ssl.create_default_context(cafile=str(authority) if authority else None)
    except OSError as error:
        raise PairingError(
            text("The file {path} holds no certificate that can be read: name another with --ca.").format(
                path=authority
            )
        ) from error
    for left in reversed(range(TRIES)):
        request = urllib.request.Request(  # noqa: S310 - http or https, as `read_asked` has seen
            f"{asked.url}/api/v1/pairing",
            body,
            {"Content-Type": "application/json", "User-Agent": f"anju-agent/{__version__}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=context) as answer:  # noqa: S310
                return _read(answer.read(1_000_000), asked, text), password
        except urllib.error.HTTPError as error:
            if error.code not in (502, 504) or not left:
                raise _refused(error, asked, text) from error
        except (OSError, ValueError) as error:
            problem = _unreachable(error, asked, text)
            if problem is not None or not left:
                raise problem or PairingError(_no_answer(error, asked, text)) from error
        time.sleep(pause_s)
    raise AssertionError("the last try returns or raises")


def clock_is_off(paired: Paired) -> bool:
    """Whether this machine's clock and the hub's are far apart."""
    return abs(paired.now - machine.now_ms()) > OFF_MS


def _read(raw: bytes, asked: Asked, text: Text) -> Paired:
    try:
        return msgspec.json.decode(raw, type=Paired)
    except msgspec.DecodeError as error:
        raise PairingError(
            text("What answers at {url} is no hub of this kind: check the address.").format(url=asked.url)
        ) from error


def _refused(error: urllib.error.HTTPError, asked: Asked, text: Text) -> PairingError:
    wait = error.headers.get("Retry-After") or "900"
    said = {
        403: text("The hub does not know this code: check it for typing mistakes, or make a new one there."),
        409: text("This code was used already: make a new one on the hub."),
        410: text("This code has expired (it lasts 15 minutes): make a new one on the hub."),
        429: text("Too many wrong codes came from here: wait {minutes} minutes and try again.").format(
            minutes=max(1, round(int(wait) / 60)) if wait.isdigit() else 15
        ),
        501: text(
            "This hub does not make accounts at its broker: its operator must set ANJU_BROKER_ACCOUNTS_URL, "
            "or send you a settings file."
        ),
        503: text("The hub cannot reach its database or its broker just now: try again in a minute."),
    }.get(error.code)
    error.close()
    return PairingError(
        said or text("What answers at {url} is no hub of this kind: check the address.").format(url=asked.url)
    )


def _unreachable(error: Exception, asked: Asked, text: Text) -> PairingError | None:
    """Return what is wrong where another try would not help."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        if machine.clock(machine.now_ms()) == "unsynced":
            now = datetime.now(UTC).isoformat(timespec="minutes")
            return PairingError(
                text(
                    "This machine believes it is {now}, so no certificate can be checked: let it find a time "
                    "server (timedatectl), then try again."
                ).format(now=now)
            )
        return PairingError(
            text(
                "The certificate of {url} cannot be believed ({reason}): check the address, or name the "
                "authority that signed it with --ca."
            ).format(url=asked.url, reason=reason.verify_message)
        )
    if isinstance(reason, ssl.SSLError):
        return PairingError(
            text("{url} does not speak TLS as it should ({reason}): is it an http:// address?").format(
                url=asked.url, reason=reason.reason or reason
            )
        )
    return None


def _no_answer(error: Exception, asked: Asked, text: Text) -> str:
    reason = getattr(error, "reason", error)
    return text(
        "No hub answers at {url} ({reason}): is the address right, and is this machine in the network?"
    ).format(url=asked.url, reason=getattr(reason, "strerror", None) or reason)


def _is_near(host: str) -> bool:
    """Whether an address without encryption stays within the home."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".lan", ".home.arpa")) or "." not in host
    return address.is_private or address.is_loopback or address.is_link_local
