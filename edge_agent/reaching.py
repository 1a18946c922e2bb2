"""Whether a broker lets this agent in, asked once, and what is wrong in words for a person."""

from __future__ import annotations

import ssl
import threading
import uuid
from collections.abc import Callable
from typing import Any

import edge_agent.paho_alone  # noqa: F401  isort: skip
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from edge_agent import machine
from edge_agent.settings import Broker

PATIENCE_S = 8.0

Text = Callable[[str], str]


def what_is_wrong(broker: Broker, text: Text = str, client_id: str = "") -> str | None:
    """Connect to a broker and leave it again; return a sentence that says what is wrong, or None.

    `client_id`: of the agent itself where the broker asks for it; that would end the agent's own connection,
    so that another one is used by default.
    """
    where = f"{broker.host}:{broker.port}"
    answered, reasons = threading.Event(), [""]

    def connected(_client: paho.Client, _: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        reasons[0] = str(reason) if reason.is_failure else "in"
        answered.set()

    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id or f"anju-look-{uuid.uuid4().hex[:8]}",
        reconnect_on_failure=False,
    )
    client.suppress_exceptions = True
    client.on_connect = connected
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    try:
        if broker.encrypted:
            client.tls_set(broker.ca or None, broker.certificate or None, broker.key or None)
        client.connect(broker.host, broker.port, keepalive=10)
    except ssl.SSLCertVerificationError as error:
        return _certificate(where, error, text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return text(
            "Nobody answers at {where} ({reason}): is the broker running, is the address right?"
        ).format(where=where, reason=reason)
    client.loop_start()
    try:
        answered.wait(PATIENCE_S)
    finally:
        client.disconnect()
        client.loop_stop()
    if reasons[0] == "in":
        return None
    if reasons[0] in ("Not authorized", "Bad user name or password"):
        return text("The broker {where} does not let '{username}' in: pair this agent again.").format(
            where=where, username=broker.username or "anonymous"
        )
    return text("The broker {where} does not answer as a broker should ({reason}).").format(
        where=where, reason=reasons[0] or "-"
    )


def _certificate(where: str, error: ssl.SSLCertVerificationError, text: Text) -> str:
    if machine.clock(machine.now_ms()) == "unsynced":
        return text(
            "The certificate of {where} cannot be checked, for this machine does not know the time: "
            "let it find a time server (timedatectl)."
        ).format(where=where)
    return text("The certificate of {where} cannot be believed ({reason}): pair this agent again.").format(
        where=where, reason=error.verify_message
    )
