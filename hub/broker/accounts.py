"""The accounts of the embedded broker: a file that only this user reads, made on first use.

A new edge agent's account works at once: the file is read again whenever it changes. A county's Mosquitto
keeps its own accounts instead (`dynamic_security`).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hub.broker.access import HUB


class Accounts(Mapping[str, str]):
    """Passwords by account (`hub`, `<home>/<edge>`), as the file says now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._known: dict[str, str] = {}
        if not path.exists():
            with self._alone():
                if not path.exists():
                    self._write({HUB: secrets.token_urlsafe(24)})

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else change the file: of two agents that are paired at once neither is lost."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._stamp = None  # what another process has just written is read
            yield

    def add(self, account: str, password: str | None = None) -> str:
        """Give an account a password, a new one or the given one, and return it."""
        secret = password or secrets.token_urlsafe(24)
        with self._alone():
            self._write({**self._read(), account: secret})
        return secret

    def remove(self, account: str) -> None:
        """Take an account away: who is connected with it is thrown out."""
        with self._alone():
            self._write({name: secret for name, secret in self._read().items() if name != account})

    def _read(self) -> dict[str, str]:
        stat = self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._known = json.loads(self._path.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._known

    def _write(self, accounts: dict[str, str]) -> None:
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
