"""`anju-hub serve`: starts one process a role, with its own database and broker where none is set, and
starts again whatever ends. A role that cannot live is started again ever more slowly, and says so.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from hub.app import database_url
from hub.ending import told_to_end
from hub.errors import SettingsError, StorageError
from hub.settings import Settings
from hub.storage import embedded
from hub.storage.schema import migrate

log = structlog.get_logger()

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
GOOD_AFTER_S = 30.0  #: a role that lived so long starts with a short pause again
STOP_S = 10.0
PREDECESSOR_S = 3.0  #: the roles of a killed supervisor have ended after so long


@dataclass(slots=True)
class Child:
    """One role's process."""

    role: str
    process: subprocess.Popen[bytes]
    started_at: float
    pause_s: float = FIRST_PAUSE_S
    again_at: float | None = None  #: it has ended: when it is started again


def serve(settings: Settings) -> None:
    """Run all roles until Ctrl-C or SIGTERM; leaves nothing running."""
    _check_ports(settings)
    stop = told_to_end()
    database: embedded.EmbeddedPostgres | None = None
    with ExitStack() as ending:
        environment = dict(os.environ)
        environment["ANJU_SUPERVISOR"] = str(os.getpid())
        environment["ANJU_DATA_DIR"] = str(settings.data_dir.resolve())
        if settings.database_url is None:
            database = embedded.start(settings.data_dir / "postgres")
            ending.callback(database.stop)
            environment["ANJU_DATABASE_URL"] = url = database.url
        else:
            url = database_url(settings)
        taken = migrate(url)
        log.info("schema", migrations=len(taken))
        roles = ["ingest", "dispatch", "web"]
        if settings.broker_url is None:
            roles.insert(0, "broker")
        children: list[Child] = []
        ending.callback(_end, children)
        for role in roles:
            children.append(_start(role, environment))
            if role == "broker":  # the others need not knock in vain and wait before they knock again
                _wait_for(settings.embedded_broker_host, settings.embedded_broker_port, children[-1])
        log.info("serving", web=settings.own_url, roles=roles)
        while not stop.wait(0.2):
            if database is not None:
                _revive(database)
            for at, child in enumerate(children):
                children[at] = _watch(child, environment)


def _start(role: str, environment: dict[str, str], pause_s: float = FIRST_PAUSE_S) -> Child:
    # A session of its own: Ctrl-C on the terminal reaches the supervisor only, which ends the roles in order.
    process = subprocess.Popen(
        [sys.executable, "-m", "hub.cli", role], env=environment, start_new_session=True
    )
    return Child(role, process, time.monotonic(), pause_s)


def _watch(child: Child, environment: dict[str, str]) -> Child:
    """Return the role's child: another one when it has ended and its pause is over."""
    if child.process.poll() is None:
        return child
    now = time.monotonic()
    if child.again_at is None:
        pause = FIRST_PAUSE_S if now - child.started_at > GOOD_AFTER_S else child.pause_s
        log.error("role ended", role=child.role, code=child.process.returncode, again_in_s=pause)
        child.again_at, child.pause_s = now + pause, min(LONGEST_PAUSE_S, pause * 2)
    if now < child.again_at:
        return child
    return _start(child.role, environment, child.pause_s)


def _revive(database: embedded.EmbeddedPostgres) -> None:
    try:
        if database.revive():
            log.error("the database ended and was started again")
    except StorageError as error:
        log.error("the database is away", reason=str(error))


def _wait_for(host: str, port: int, child: Child, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.02)


def _end(children: list[Child]) -> None:
    """End the roles: those who talk to people first, the broker last."""
    for child in reversed(children):
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_S
    for child in reversed(children):
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("killed", role=child.role)
            child.process.kill()
            child.process.wait()


def _check_ports(settings: Settings) -> None:
    wanted = {"ANJU_WEB_PORT": (settings.web_host, settings.web_port)}
    if settings.broker_url is None:
        wanted["ANJU_EMBEDDED_BROKER_PORT"] = (
            settings.embedded_broker_host,
            settings.embedded_broker_port,
        )
    # The roles of a supervisor that was killed a moment ago are about to end.
    patience = time.monotonic() + PREDECESSOR_S
    for name, (host, port) in wanted.items():
        while (reason := _taken(host, port)) is not None:
            if time.monotonic() > patience:
                raise SettingsError(
                    f"{host}:{port} is taken by another program ({reason}): set {name} to a free port."
                )
            time.sleep(0.1)


def _taken(host: str, port: int) -> str | None:
    """Return why nobody can listen there, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return None
