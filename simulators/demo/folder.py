"""The demo's folder: one demo at a time in it, what it made up, and files that only their owner reads."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from simulators.demo.town import TOWN, Secrets
from simulators.errors import SimulatorError
from simulators.texts import _


class DemoRunsError(SimulatorError):
    """The demo cannot begin."""


@contextlib.contextmanager
def taken(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; raises DemoRunsError, with its number, when another one holds it.

    A killed demo holds nothing: the lock is the kernel's, the number in the file is for people.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise DemoRunsError(
                _(
                    "A demo runs in {folder} already (process {pid}): end it with Ctrl-C, "
                    "or give this one another --folder."
                ).format(folder=folder, pid=file.read().strip() or "?")
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whoever read an older one of this name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def secrets_of(folder: Path) -> Secrets:
    """Return what was made up when the town was built, or make it up; a home that is new gets its own."""
    path = folder / "secrets.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    edges = {family.home: secrets.token_urlsafe(18) for family in TOWN} | known.get("edges", {})
    if known and edges == known["edges"]:
        return Secrets(**known)
    made = Secrets(
        password=known.get("password") or secrets.token_urlsafe(9),
        token=known.get("token") or secrets.token_urlsafe(24),
        edges=edges,
    )
    write_private(path, json.dumps(asdict(made)))
    return made
