"""What the running agent says of itself to whoever looks at the machine: one small file in memory.

systemd's RuntimeDirectory is in memory, so that writing it each minute wears no card. Without systemd it lies
beside the outbox.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from models.contract.messages import Devices, Health

NAME = "status.json"
TROUBLE = "trouble"  #: a file that is there while somebody may need help
RUN = Path("/run/anju-agent")  #: what the service's RuntimeDirectory is
STALE_MS = 180_000  #: written each minute; an older one is of an agent that hangs or has ended

log = logging.getLogger("anju.agent")


class Status(Struct, omit_defaults=True, frozen=True, kw_only=True):
    """How the agent does. Instants are UTC in milliseconds."""

    at: int
    mono: int  #: tells its age, whatever becomes of the wall clock
    home: str
    edge: str
    hub: str  #: why the hub's broker is not reached; empty: it is
    met: bool  #: the hub has answered on this connection
    sensors: str  #: the same of the home's broker
    health: Health
    devices: Devices
    config_version: int = 0
    config_note: str = ""


def tell_trouble(trouble: bool, data_dir: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Say by a file that somebody may need help just now: the installer starts nothing anew then."""
    path = _folder(data_dir, environ) / TROUBLE
    try:
        if trouble:
            path.touch()
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.debug("%s cannot be written: %s", path, error)


def write(status: Status, data_dir: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Write it; what cannot be written is no harm."""
    folder = _folder(data_dir, environ)
    try:
        part = folder / f"{NAME}.part"
        part.write_bytes(msgspec.json.encode(status))
        part.replace(folder / NAME)
    except OSError as error:
        log.debug("the status cannot be written: %s", error)


def read(data_dir: Path, home: str, edge: str) -> Status | None:
    """Return what the agent of this home said last, None where it has said nothing."""
    for folder in (data_dir, RUN):
        try:
            status = msgspec.json.decode((folder / NAME).read_bytes(), type=Status)
        except (OSError, msgspec.DecodeError):
            continue
        if (status.home, status.edge) == (home, edge):
            return status
    return None


def _folder(data_dir: Path, environ: Mapping[str, str]) -> Path:
    return Path(environ.get("RUNTIME_DIRECTORY", "").split(":")[0] or data_dir)
