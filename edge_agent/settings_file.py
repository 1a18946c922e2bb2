"""The settings file as pairing writes it: the agent's place and the hub's broker; all else stays as it was.

Written whole beside the old one and put in its place at once, readable by its owner only.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from edge_agent.pairing import Paired, PairingError, Reach
from edge_agent.settings import Settings, SettingsError, load

OURS = ("home", "edge")  #: the lines before the first table that pairing writes
TABLES = ("hub", "hub2")
FIRST = """
# The broker in the home, where the sensors speak.
[sensors]
host = "127.0.0.1"
port = 1883
prefix = "zigbee2mqtt"

# One of these for each sensor: anju-agent watch shows their addresses.
# [devices."0x00158d00018255df"]
# name = "Fall radar"
# room = "bedroom"
# outer_door = false
"""

Text = Callable[[str], str]


class Written(NamedTuple):
    """What was written."""

    settings: Settings
    set_aside: Path | None  #: events of the home that this agent watched before


def check(path: Path, text: Text = str) -> Settings | None:
    """Return what the file says now, None where there is none.

    A code works once, so this comes first: raises PairingError for a file that cannot be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path.with_name(path.name + ".test"), "", 0o600)
        path.with_name(path.name + ".test").unlink()
    except OSError as error:
        raise _unwritable(error, path, text) from error
    if not path.exists():
        return None
    try:
        return load(path, {})
    except SettingsError as error:
        raise PairingError(
            text("{reason} Or move the file away, then pair again.").format(reason=error)
        ) from error


def write(path: Path, paired: Paired, password: str, hub_host: str, text: Text = str) -> Written:
    """Write the settings of a paired agent. Raises PairingError when the disk or the old file forbids it."""
    before = check(path, text)
    authority = path.with_name("hub-ca.pem") if paired.ca else None
    try:
        old = path.read_text("utf-8") if before is not None else FIRST
        if authority is not None and paired.ca is not None:
            _replace(authority, paired.ca, 0o644)
        if path.exists():
            _replace(path.with_suffix(".before"), old, 0o600)
        _replace(path, _laid_over(old, paired, password, hub_host, authority), 0o600)
        if os.geteuid() == 0:
            _give_to_owner(path, authority)
        settings = load(path, {}, text)
        moved = before is not None and (before.home, before.edge) != (settings.home, settings.edge)
        set_aside = _set_aside(Path(settings.data_dir), before) if before and moved else None
    except OSError as error:
        raise _unwritable(error, path, text) from error
    except SettingsError as error:
        raise PairingError(str(error)) from error
    return Written(settings, set_aside)


def _set_aside(folder: Path, before: Settings) -> Path | None:
    """Events of another home must never be told as this one's: they stay, under that home's name."""
    name = f"{before.home}-{before.edge}"
    config = folder / "config.json"
    if config.exists():  # what that home's hub wanted
        config.replace(folder / f"config-{name}.json")
    outbox = folder / "outbox.db"
    if not outbox.exists():
        return None
    aside = folder / f"outbox-{name}.db"
    for end in ("", "-wal", "-shm"):
        part = Path(f"{outbox}{end}")
        if part.exists():
            part.replace(f"{aside}{end}")
    return aside


def _unwritable(error: OSError, path: Path, text: Text) -> PairingError:
    return PairingError(
        text("{path} cannot be written ({reason}): call this as root, or name another with --config.").format(
            path=error.filename or path, reason=error.strerror or error
        )
    )


def _laid_over(old: str, paired: Paired, password: str, host: str, authority: Path | None) -> str:
    """Return the old text with our lines and tables in the place of those that were there."""
    kept: list[str] = []
    comments: list[str] = []  # in a table of ours; the last ones may belong to the next table
    table = ""
    for line in old.splitlines():
        found = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if found:
            table = found[1].strip('"')
            kept += comments if table not in TABLES else []
        comments = [*comments, line] if table in TABLES and line.startswith("#") else []
        key = re.match(r"\s*(\w+)\s*=", line)
        if table in TABLES or (not table and key and key[1] in OURS):
            continue
        kept.append(line)
    first_table = next((at for at, line in enumerate(kept) if line.lstrip().startswith("[")), len(kept))
    while first_table and kept[first_table - 1].startswith("#"):
        first_table -= 1  # a table's comment stays with it
    head = [f"home = {_quoted(paired.home)}", f"edge = {_quoted(paired.edge)}", *kept[:first_table]]
    ours: list[str] = []
    for table, reach in zip(TABLES, paired.brokers[:2], strict=False):
        ours += [f"[{table}]", *_broker(reach, paired.username, password, host, authority), ""]
    lines = [*head, "", *ours, *kept[first_table:]]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _broker(reach: Reach, username: str, password: str, host: str, authority: Path | None) -> Sequence[str]:
    lines = [f"host = {_quoted(reach.host or host)}", f"port = {reach.port}"]
    if reach.tls:
        lines.append("tls = true")
        if authority is not None:
            lines.append(f"ca = {_quoted(str(authority))}")
    return [*lines, f"username = {_quoted(username)}", f"password = {_quoted(password)}"]


def _replace(path: Path, content: str, mode: int) -> None:
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(mode)
    part.replace(path)


def _give_to_owner(*paths: Path | None) -> None:
    """What root writes belongs to whoever owns the folder: the service's own user must read it."""
    for path in paths:
        if path is not None:
            owner = path.parent.stat()
            os.chown(path, owner.st_uid, owner.st_gid)


def _quoted(value: str) -> str:
    """A TOML string: JSON writes it the same way."""
    return json.dumps(value, ensure_ascii=False)
