"""The chat channel: a message into a group, without an answer.

Addresses hold secrets, and libraries name the address of a failed request: nothing they say is passed on.
"""

from __future__ import annotations

import logging
import re
import threading
from datetime import datetime
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from hub.notify.capability import Capability
from hub.notify.channels.chat.capabilities import CAPABILITIES, NAME
from hub.notify.channels.chat.robots import post_of, verdict
from hub.notify.channels.port import Accepted, Outgoing, Receipt, Refused, SendResult, Unknown
from hub.places import chat_addresses
from hub.settings import Settings

TIMEOUT_S = 10.0
#: Where Teams' workflows live.
_WORKFLOWS = (".logic.azure.com", ".powerplatform.com")


class _Codes(logging.Handler):
    """Keeps of what Apprise logs the last HTTP status that a thread was answered with, and nothing else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._of = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Take the status out of a message."""
        if found := re.search(r"error=([0-9]{3})", record.getMessage()):
            self._of.code = int(found.group(1))

    def take(self) -> int | None:
        """Return this thread's status and forget it."""
        code = getattr(self._of, "code", None)
        self._of.code = None
        return code


class ChatChannel:
    """Group chats. A service that took a message says no more about it."""

    name = NAME
    capabilities: tuple[Capability, ...] = CAPABILITIES

    def __init__(self, settings: Settings, *, timeout_s: float = TIMEOUT_S) -> None:
        self._own_hosts = frozenset(host.strip() for host in settings.chat_hosts.split(",") if host.strip())
        self._timeout_s = timeout_s
        self._codes = _Codes()
        chat_addresses.log().addHandler(self._codes)

    def send(self, outgoing: Outgoing) -> SendResult:
        """Post one message; see Channel."""
        scheme = outgoing.address.partition("://")[0]
        service: Any = chat_addresses.service(outgoing.address)
        if service is None:
            return Refused("no_address", "this chat address cannot be read", then="method")
        if not self._allowed(scheme, service):
            return Refused("host_not_allowed", "not among ANJU_CHAT_HOSTS", then="method")
        post = post_of(scheme, service, _whole(outgoing))
        if post is None:
            return self._by_apprise(service, outgoing)
        try:
            answer = requests.post(
                post.url,
                json=post.body,
                params=post.query,
                timeout=self._timeout_s,
                allow_redirects=False,
            )
        except (requests.ConnectTimeout, requests.ConnectionError) as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
                return Refused("no_connection", "the chat service is not there", then="again")
            return Unknown("the line closed before the answer")
        except requests.RequestException as error:
            return Unknown(f"no answer: {type(error).__name__}")
        return verdict(answer.status_code, _json(answer)) or Accepted(outgoing.attempt_id)

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Say again that it is sent: more is never known of a chat message."""
        return Receipt(provider_id=provider_id, status="sent")

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """Know nothing: it is sent once more."""
        return []

    def hang_up(self, provider_id: str) -> bool:
        """Have nothing to end."""
        return False

    def _by_apprise(self, service: Any, outgoing: Outgoing) -> SendResult:
        self._codes.take()
        service.include_image = False  # it would be fetched from Apprise's own site
        service.socket_connect_timeout = service.socket_read_timeout = self._timeout_s
        if outgoing.urgent and hasattr(service, "priority"):
            service.priority = "max"
        body = outgoing.text
        if outgoing.link and outgoing.link not in body:
            body = f"{body}\n{outgoing.link}"
        if service.notify(body=body, title=_one_line(outgoing.subject), notify_type="warning"):
            return Accepted(outgoing.attempt_id)
        code = self._codes.take()
        if code is None:
            return Refused("no_connection", "the chat service is not there", then="again")
        return verdict(code, None) or Refused(str(code), "the chat service refuses", then="method")

    def _allowed(self, scheme: str, service: Any) -> bool:
        """Whoever edits contacts must not make the hub post to any server that it can reach."""
        if scheme in ("ntfy", "ntfys") and service.mode == "private":
            return service.host in self._own_hosts
        if scheme == "workflows":
            return service.host in self._own_hosts or str(service.host).endswith(_WORKFLOWS)
        return True


def _whole(outgoing: Outgoing) -> str:
    """A robot's message is one text: its subject is its first line, unless the text begins with it."""
    subject = _one_line(outgoing.subject)
    lines = [] if not subject or subject in outgoing.text else [subject]
    lines.append(outgoing.text)
    if outgoing.link and outgoing.link not in outgoing.text:
        lines.append(outgoing.link)
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _json(answer: requests.Response) -> object:
    try:
        found: object = answer.json()
    except ValueError:
        return None
    return found
