"""The push channel: one encrypted message to one browser, through the service that the browser names."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException
from urllib3.exceptions import NewConnectionError

from hub.notify.capability import Capability
from hub.notify.channels.port import GONE, Accepted, Outgoing, Receipt, Refused, SendResult, Unknown
from hub.notify.channels.push.capabilities import CAPABILITIES, NAME
from hub.notify.channels.push.keys import private_key
from hub.notify.channels.push.services import is_allowed
from hub.places import push_addresses
from hub.settings import Settings

TIMEOUT_S = 10.0
#: How long a service keeps a message for a device that is off. Late news of a fall still matters to a family.
KEPT: Final = timedelta(hours=12)


class PushChannel:
    """Web push. A service that took a message does not say whether the device showed it."""

    name = NAME
    capabilities: tuple[Capability, ...] = CAPABILITIES

    def __init__(self, settings: Settings, *, timeout_s: float = TIMEOUT_S) -> None:
        self._key = Vapid02(private_key(settings))
        self._contact = _contact(settings)
        self._own_services = settings.push_services
        self._timeout_s = timeout_s

    def send(self, outgoing: Outgoing) -> SendResult:
        """Encrypt and post one message; see Channel."""
        try:
            subscription = push_addresses.parsed(outgoing.address)
            endpoint = str(subscription["endpoint"])
            if not is_allowed(endpoint, self._own_services):
                return Refused("host_not_allowed", "not among ANJU_PUSH_SERVICES", then="method")
            with requests.Session() as session:
                session.max_redirects = 0
                answer: Any = WebPusher(subscription, requests_session=session).send(
                    payload(outgoing),
                    self._headers(endpoint, outgoing),
                    ttl=int(KEPT.total_seconds()),
                    timeout=self._timeout_s,
                )
        except (ValueError, KeyError, TypeError, WebPushException):
            return Refused("no_address", "this subscription cannot be read", then="method")
        except requests.RequestException as error:
            return _of_failure(error)
        return _of_answer(answer.status_code) or Accepted(outgoing.attempt_id)

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Say again that it is sent: more is never known of a push message."""
        return Receipt(provider_id=provider_id, status="sent")

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """Know nothing: it is sent once more, in place of the first one."""
        return []

    def hang_up(self, provider_id: str) -> bool:
        """Have nothing to end."""
        return False

    def _headers(self, endpoint: str, outgoing: Outgoing) -> dict[str, str]:
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": self._contact}
        signed: dict[str, str] = self._key.sign(claims)
        return signed | {
            "Urgency": "high" if outgoing.urgent else "normal",
            # What waits for a device and is sent again is replaced, not shown twice.
            "Topic": outgoing.attempt_id[:32],
        }


def payload(outgoing: Outgoing) -> str:
    """Return what the service worker reads."""
    return json.dumps(
        {
            "title": " ".join(outgoing.subject.split()) or "Anju",
            "body": outgoing.text,
            "link": outgoing.link,
            "tag": outgoing.attempt_id,
            "urgent": outgoing.urgent,
            "language": outgoing.language,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _of_answer(status: int) -> Refused | None:
    """Return why a push service did not take a message (RFC 8030), or None when it did."""
    if status in (200, 201, 202, 204):
        return None
    if status in (404, 410):
        return Refused(GONE, "the device takes no more messages", then="method")
    if status == 429 or status >= 500:
        return Refused(str(status), "the push service is busy", then="again")
    return Refused(str(status), "the push service refuses", then="method")


def _of_failure(error: requests.RequestException) -> SendResult:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return Refused("no_connection", "the push service is not there", then="again")
    if isinstance(error, requests.TooManyRedirects):
        return Refused("redirected", "the push service is elsewhere", then="method")
    return Unknown(f"no answer: {type(error).__name__}")


def _contact(settings: Settings) -> str:
    """Whom a push service tells when something is wrong with our messages."""
    if settings.push_contact:
        return settings.push_contact
    own = settings.own_url
    return own if own.startswith("https://") else "mailto:anju@localhost"
