"""Accounts at a Mosquitto, made through its dynamic security plugin while it runs.

The plugin keeps accounts only. It grants nothing to anybody but to the account that makes accounts, and what
it does not grant is decided by `mosquitto.acl`, so that a hundred thousand homes need no rules of their own.
An account that is taken away, or gets another password, is thrown out by the plugin at once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Mapping
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from hub.broker.address import BrokerAddress
from hub.errors import HubError

ASK: Final = "$CONTROL/dynamic-security/v1"
ANSWER: Final = f"{ASK}/response"
KEEPER: Final = "hub-accounts"  #: the account that makes accounts, and may do nothing else
PATIENCE_S: Final = 5.0

_ITERATIONS: Final = 101  # Mosquitto's own; our passwords are random and long


class RegisterError(HubError):
    """The broker's accounts cannot be changed now."""


class DynamicSecurity:
    """The accounts of one Mosquitto. Every call is a connection of its own; threads may share it."""

    def __init__(self, address: BrokerAddress) -> None:
        self._address = address

    def add(self, account: str, password: str | None = None) -> str:
        """Give an account a password, a new one or the given one, and return it. Raises RegisterError."""
        password = password or secrets.token_urlsafe(24)
        made = {"username": account, "password": password}
        refused = self._ask({"command": "createClient", **made})
        if refused is not None and "already exists" in refused:
            refused = self._ask({"command": "setClientPassword", **made})
        if refused is not None:
            raise RegisterError(f"It says: {refused}.")
        return password

    def remove(self, account: str) -> None:
        """Take an account away; one that is not there is no mistake. Raises RegisterError."""
        refused = self._ask({"command": "deleteClient", "username": account})
        if refused is not None and "not found" not in refused:
            raise RegisterError(f"It says: {refused}.")

    def __contains__(self, account: object) -> bool:
        refused = self._ask({"command": "getClient", "username": account})
        if refused is not None and "not found" not in refused:
            raise RegisterError(f"It says: {refused}.")
        return refused is None

    def _ask(self, command: dict[str, Any]) -> str | None:
        """Let the broker do one thing; return why it did not, or None. Raises RegisterError."""
        ours, heard = secrets.token_hex(8), threading.Event()
        answer: list[str | None] = []
        asked = json.dumps({"commands": [{**command, "correlationData": ours}]})

        def connected(client: mqtt.Client, _: Any, _flags: Any, reason: Any, _properties: Any) -> None:
            if reason.is_failure:
                answer.append(f"{reason}")
                heard.set()
            else:
                client.subscribe(ANSWER, 1)

        def subscribed(client: mqtt.Client, *_: Any) -> None:
            client.publish(ASK, asked, 1)

        def told(_client: mqtt.Client, _: Any, message: mqtt.MQTTMessage) -> None:
            for response in _responses(message.payload):
                if response.get("correlationData") == ours:
                    answer.append(response.get("error"))
                    heard.set()

        client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        client.username_pw_set(self._address.username or "", self._address.password)
        if self._address.tls:
            client.tls_set(ca_certs=str(self._address.ca) if self._address.ca else None)
        client.on_connect, client.on_subscribe, client.on_message = connected, subscribed, told
        try:
            client.connect(self._address.host, self._address.port, keepalive=30)
        except OSError as error:
            where = f"{self._address.host}:{self._address.port}"
            raise RegisterError(f"{where} does not answer ({error}).") from error
        client.loop_start()
        try:
            if not heard.wait(PATIENCE_S):
                raise RegisterError(
                    "It gave no answer: is its plugin loaded, and does ANJU_BROKER_ACCOUNTS_URL name the "
                    f"account '{KEEPER}'?"
                )
        finally:
            client.disconnect()
            client.loop_stop()
        return answer[0]


def first_file(passwords: Mapping[str, str]) -> str:
    """Return the plugin's first file: these accounts, of which `KEEPER` makes others, without rights."""
    control = [
        {"acltype": kind, "topic": f"{ASK}/#", "allow": True}
        for kind in ("publishClientSend", "publishClientReceive", "subscribePattern")
    ]
    return json.dumps(
        {
            "defaultACLAccess": {
                "publishClientSend": False,
                "publishClientReceive": False,
                "subscribe": False,
                "unsubscribe": True,
            },
            "clients": [_client(account, password) for account, password in passwords.items()],
            "roles": [{"rolename": "accounts", "acls": control}],
        },
        indent=1,
    )


def _client(account: str, password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(12)
    kept = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return {
        "username": account,
        "password": base64.b64encode(kept).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": _ITERATIONS,
        "roles": [{"rolename": "accounts"}] if account == KEEPER else [],
    }


def _responses(payload: bytes | bytearray) -> list[dict[str, Any]]:
    try:
        found = json.loads(payload)["responses"]
    except (ValueError, KeyError, TypeError):
        return []
    return [response for response in found if isinstance(response, dict)] if isinstance(found, list) else []
