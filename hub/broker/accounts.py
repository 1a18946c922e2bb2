"""The accounts of the embedded broker: a file that only this user reads, made on first use.

A new edge agent's account works at once: the file is read again whenever it changes. A county's Mosquitto
keeps its own password file instead.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from hub.broker.access import HUB


class Accounts(Mapping[str, str]):
    """Passwords by account (`hub`, `<home>/<edge>`), as the file says now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._known: dict[str, str] = {}
        if not path.exists():
            self._write({HUB: secrets.token_urlsafe(24)})

    def add(self, account: str, password: str | None = None) -> str:
        """Give an account a password, a new one or the given one, and return it."""
        known = dict(self._read())
        known[account] = password or secrets.token_urlsafe(24)
        self._write(known)
        return known[account]

    def remove(self, account: str) -> None:
        """Take an account away; its next connection is refused."""
        self._write({name: secret for name, secret in self._read().items() if name != account})

    def _read(self) -> dict[str, str]:
        stat = self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._known = json.loads(self._path.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._known

    def _write(self, accounts: dict[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(accounts, file)
        part.replace(self._path)

    def __getitem__(self, account: str) -> str:
        return self._read()[account]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())
