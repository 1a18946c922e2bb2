"""The configuration that the hub wants: checked, tried, kept, or rolled back. One file beside the outbox.

A new configuration is on trial until the agent has lived with it for a minute. Each start with it is counted
before anything else happens; after two that did not live so long the one before holds again, and the hub is
told. What the residents want kept to themselves (`muted`) needs no start and is kept at once.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from edge_agent.settings import Placement, Settings
from models.contract import configuration
from models.contract.errors import InvalidMessageError
from models.contract.messages import Config

MOST_STARTS = 2  #: without having lived for `PROVED_MS`
PROVED_MS = 60_000

log = logging.getLogger("anju.agent")


class Kept(Struct, frozen=True):
    """One configuration."""

    version: int = 0
    settings: dict[str, Any] = {}


class _File(Struct, omit_defaults=True):
    good: Kept = Kept()  #: the last one that proved itself
    trial: Kept | None = None
    starts: int = 0  #: of the trial
    refused: int = 0
    note: str = ""


class Desired:
    """What the hub wants, and what of it this agent runs. One thread uses it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "config.json"
        self._file = _read(self._path)
        self._waiting: Kept | None = None  #: taken over when no alert is going
        self.changed = False  #: what is to be told to the hub; whoever tells it clears this

    @property
    def version(self) -> int:
        """The version that runs."""
        return self._running.version

    @property
    def refused(self) -> int:
        """A version that this agent will not run, 0 for none; `note` says why."""
        return self._file.refused

    @property
    def note(self) -> str:
        """Why not."""
        return self._file.note[:200]

    @property
    def muted(self) -> frozenset[str]:
        """Devices of which nothing may leave this home."""
        return frozenset(configuration.read(self._running.settings).muted)

    @property
    def waits(self) -> bool:
        """Whether a new configuration waits for a start."""
        return self._waiting is not None

    def begin(self, settings: Settings) -> Settings:
        """Begin with the configuration whose turn it is; return the agent's settings under it.

        Called once at each start, before anything that could fail because of it.
        """
        file = self._file
        if file.trial is not None and file.starts >= MOST_STARTS:
            log.error(
                "configuration %d did not live twice: back to %d", file.trial.version, file.good.version
            )
            file.refused, file.note = file.trial.version, "It did not start twice, and was rolled back."
            file.trial, file.starts = None, 0
            self._write()
        if file.trial is not None:
            file.starts += 1
            self._write()
        return laid_over(settings, configuration.read(self._running.settings))

    def proved(self) -> bool:
        """The agent has lived with it for a minute; return whether that changed anything."""
        if self._file.trial is None:
            return False
        self._file.good, self._file.trial, self._file.starts = self._file.trial, None, 0
        self._file.refused, self._file.note = 0, ""
        self._write()
        log.info("configuration %d has proved itself", self._file.good.version)
        return True

    def offer(self, config: Config, settings: Settings) -> bool:
        """Take what the hub wants; return whether devices were muted or may speak again, which holds at once.

        `settings` are those of the agent's own file. An older version means nothing; the same one with other
        content is of a hub that was put up anew.
        """
        known = self._waiting or self._running
        same = config.version == known.version and configuration.digest(known.settings) == config.sha256
        if config.version < known.version or same or config.version == self.refused:
            return False
        try:
            wanted = configuration.read(config.settings)
        except InvalidMessageError as error:
            return self._refuse(config.version, str(error))
        if configuration.digest(config.settings) != config.sha256:
            return self._refuse(config.version, "It was damaged on its way.")
        laid_over(settings, wanted)
        offered = Kept(config.version, config.settings)
        muted_before = self.muted
        if _without_muted(config.settings) == _without_muted(self._running.settings):
            self._run(offered)
        else:
            # What is muted must not wait for a start: it is kept under the version that runs.
            self._run(Kept(self.version, {**self._running.settings, "muted": sorted(wanted.muted)}))
            self._waiting = offered
        return self.muted != muted_before

    def take_over(self) -> None:
        """Put what waits on trial; the agent starts anew with it."""
        if self._waiting is not None:
            self._file.trial, self._file.starts, self._waiting = self._waiting, 0, None
            self._write()

    @property
    def _running(self) -> Kept:
        return self._file.trial or self._file.good

    def _run(self, kept: Kept) -> None:
        """Go on with another one that needs no start. What is muted stays so if the trial is rolled back."""
        if self._file.trial is not None:
            self._file.trial = kept
            muted = kept.settings.get("muted", [])
            self._file.good = replace(self._file.good, settings={**self._file.good.settings, "muted": muted})
        else:
            self._file.good = kept
        self._file.refused, self._file.note = 0, ""
        self.changed = True
        self._write()

    def _refuse(self, version: int, why: str) -> bool:
        log.error("configuration %d is refused: %s", version, why)
        self._file.refused, self._file.note = version, why
        self.changed = True
        self._write()
        return False

    def _write(self) -> None:
        """Write it whole and put it in its place at once; a disk that takes nothing leaves the old one."""
        part = self._path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                file.write(msgspec.json.encode(self._file))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            log.error("the configuration cannot be written (%s): it holds until the next start", error)


def laid_over(settings: Settings, wanted: configuration.Wanted) -> Settings:
    """Return the agent's own settings with what the hub wants laid over them."""
    devices = dict(settings.devices)
    for device, place in wanted.devices.items():
        said = {name: value for name, value in msgspec.structs.asdict(place).items() if value is not None}
        devices[device] = replace(devices.get(device, Placement()), **said)
    changes: dict[str, Any] = {"devices": devices}
    if wanted.history is not None:
        changes["history"] = wanted.history
    if wanted.backlog_rate is not None:
        changes["backlog_rate"] = wanted.backlog_rate
    return replace(settings, **changes)


def _without_muted(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "muted"}


def _read(path: Path) -> _File:
    """Return what was kept. A file that makes no sense is set aside: the agent's own settings hold then."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
        for kept in (file.good, file.trial or file.good):
            configuration.read(kept.settings)
        return file
    except FileNotFoundError:
        return _File()
    except (OSError, msgspec.DecodeError, InvalidMessageError) as error:
        log.error("the kept configuration cannot be read (%s): the agent's own settings hold", error)
        return _File(note="What it kept could not be read.")
