"""What `anju-agent doctor` looks at: brokers, Zigbee2MQTT's settings, the disk, the clock, the agent itself.

Nothing is changed, and an agent that runs keeps its connections: a broker that takes the account for the
client id would throw it out, so that then only the way to the hub's broker is tried.
"""

from __future__ import annotations

import fcntl
import json
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edge_agent import machine, status
from edge_agent.doctor import Facts
from edge_agent.inbox import Inbox, Incoming
from edge_agent.mqtt import Link
from edge_agent.outbox_file import peek
from edge_agent.reaching import what_is_wrong
from edge_agent.settings import Broker, Settings

BRIDGE_S = 5.0  #: Zigbee2MQTT's retained messages come at once, if they come
PATIENCE_S = 8.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ELSEWHERE = "192.0.2.1"  #: an address of documentation: it is only asked which way would lead there

Text = Callable[[str], str]


def collect(settings: Settings, text: Text = str) -> Facts:
    """Look at everything; takes a few seconds where something does not answer."""
    folder = Path(settings.data_dir)
    now, mono, runs = machine.now_ms(), machine.mono_ms(), _runs(folder)
    said = status.read(folder, settings.home, settings.edge)
    bridge: dict[str, Any] = {}
    sensors_wrong = what_is_wrong(settings.sensors, text)
    if sensors_wrong is None:
        bridge = _bridge(settings)
    own = settings.sensors.host
    reached = (_own_address() if own in _LOOPBACK else own) if sensors_wrong is None else None
    hub_wrong, until = _hub(settings.hub, said if runs else None, text)
    waiting, oldest_at = _outbox(folder)
    info, online = bridge.get("info", {}), bridge.get("state")
    return Facts(
        now=now,
        mono=mono,
        clock=machine.clock(now),
        runs=runs,
        status=said,
        disk_free_mb=machine.disk_free_mb(folder),
        writable=_writable(folder),
        waiting=waiting,
        oldest_at=oldest_at,
        hub_where=f"{settings.hub.host}:{settings.hub.port}",
        hub_wrong=hub_wrong,
        encrypted=settings.hub.encrypted,
        certificate_until=until,
        sensors_wrong=sensors_wrong,
        sensors_open=reached is not None and anybody_gets_in(reached, settings.sensors.port),
        bridge_heard=bool(bridge),
        bridge=info if isinstance(info, dict) else {},
        bridge_online=None if online is None else "online" in json.dumps(online),
    )


def _hub(broker: Broker, said: status.Status | None, text: Text) -> tuple[str | None, int | None]:
    """Return what is wrong with the hub's broker, and until when its certificate is good."""
    if said is None:
        wrong = what_is_wrong(broker, text)
    elif not said.hub:
        wrong = None
    else:
        wrong = text("The agent does not reach {where}: {reason}.").format(
            where=f"{broker.host}:{broker.port}", reason=said.hub
        )
    try:
        return wrong, _certificate_until(broker) if broker.encrypted else None
    except (OSError, ValueError):
        return wrong, None  # what is wrong has been said


def _certificate_until(broker: Broker) -> int | None:
    context = ssl.create_default_context(cafile=broker.ca or None)
    if broker.certificate:
        context.load_cert_chain(broker.certificate, broker.key or None)
    with (
        socket.create_connection((broker.host, broker.port), PATIENCE_S) as line,
        context.wrap_socket(line, server_hostname=broker.host) as encrypted,
    ):
        found = encrypted.getpeercert() or {}
    until = found.get("notAfter")
    return int(ssl.cert_time_to_seconds(until) * 1000) if isinstance(until, str) else None


def anybody_gets_in(host: str, port: int) -> bool:
    """Whether a broker lets somebody in who says no name."""
    return what_is_wrong(Broker(host=host, port=port)) is None


def _own_address() -> str | None:
    """Return this machine's address in the home's network, None without one. Nothing is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_ELSEWHERE, 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return address


def _bridge(settings: Settings) -> dict[str, Any]:
    """Return what Zigbee2MQTT has left with the home's broker: `info`, `state`, `devices`."""
    prefix, inbox = settings.sensors.prefix, Inbox()
    topics = {f"{prefix}/bridge/{leaf}": leaf for leaf in ("info", "state", "devices")}
    link = Link(
        "sensors", settings.sensors, f"anju-doctor-{machine.mono_ms()}", inbox, subscriptions=[*topics]
    )
    found: dict[str, Any] = {}
    ends = machine.mono_ms() + BRIDGE_S * 1000
    try:
        while len(found) < len(topics) and (mono := machine.mono_ms()) < ends:
            link.tick(mono)
            for item in inbox.take(0.2, 100):
                if isinstance(item, Incoming):
                    found[topics.get(item.topic, "")] = _json(item.payload)
                else:
                    link.took(item, mono)
    finally:
        link.close()
    found.pop("", None)
    return found


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")


def _outbox(folder: Path) -> tuple[int, int | None]:
    try:
        facts = peek(folder / "outbox.db")
    except (sqlite3.Error, OSError):
        return 0, None
    return int(facts["depth"]), int(facts["oldest"]) if facts["oldest"] else None


def _writable(folder: Path) -> bool:
    """Whether the disk takes something; a folder of another user is no fault of the disk."""
    probe = folder / f".doctor-{threading.get_ident()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text(datetime.now(UTC).isoformat())
        probe.unlink()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _runs(folder: Path) -> bool:
    """Whether an agent holds the folder's lock."""
    try:
        with (folder / "agent.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
