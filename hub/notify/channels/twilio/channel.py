"""The Twilio channel: sends, asks and hangs up through Twilio's own client, translated into our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from hub.errors import SettingsError
from hub.notify.capability import Capability
from hub.notify.channels.port import Accepted, Outgoing, Receipt, SendResult, Unknown
from hub.notify.channels.twilio.capabilities import capabilities as capabilities_at
from hub.notify.channels.twilio.errors import NO_CALLBACK, no_connection, of_news, of_refusal
from hub.notify.channels.twilio.status import CALL_STATUS, MESSAGE_STATUS
from hub.settings import Settings

TIMEOUT_S = 10.0


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's HTTP client, speaking to another address: the telephones, or a proxy."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT_S, max_retries=0)
        self._base = base.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send a request to the configured address instead of the built-in one."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, f"{self._base}{parts.path}{query}", *args, **kwargs)


class TwilioChannel:
    """Voice calls with key press, and SMS.

    `name` tells two accounts apart; `capabilities` stand in for what Twilio itself carries.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        name: str = "twilio",
        capabilities: tuple[Capability, ...] | None = None,
    ) -> None:
        token = settings.twilio_auth_token
        if not settings.twilio_account_sid or token is None or not settings.twilio_from:
            raise SettingsError(
                "Calls need a Twilio account: set ANJU_TWILIO_ACCOUNT_SID, ANJU_TWILIO_AUTH_TOKEN and "
                "ANJU_TWILIO_FROM (the number that calls)."
            )
        self.name = name
        self.capabilities = (
            capabilities_at(name, settings.twilio_url) if capabilities is None else capabilities
        )
        self._from = settings.twilio_from
        self._own = settings.own_url
        self._ring = settings.ring_seconds
        self._client = Client(
            settings.twilio_account_sid,
            token.get_secret_value(),
            http_client=_Elsewhere(settings.twilio_url),
        )

    def send(self, outgoing: Outgoing) -> SendResult:
        """Call or write; see Channel."""
        try:
            return self._create(outgoing, f"{self._own}/twilio/status/{outgoing.attempt_id}")
        except TwilioRestException as error:
            return of_refusal(error.status, error.code, error.msg)
        except requests.ConnectTimeout as error:
            return no_connection(str(error))
        except requests.ConnectionError as error:
            # Refused before a byte was sent, or cut in the middle: only the first is certain.
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            if isinstance(reason, NewConnectionError):
                return no_connection(str(error))
            return Unknown(str(error))
        except (requests.RequestException, TwilioException) as error:
            return Unknown(str(error))

    def _create(self, outgoing: Outgoing, callback: str) -> Accepted:
        try:
            return self._ask_for(outgoing, callback)
        except TwilioRestException as error:
            if error.code != NO_CALLBACK:
                raise
            return self._ask_for(outgoing, None)

    def _ask_for(self, outgoing: Outgoing, callback: str | None) -> Accepted:
        told: dict[str, Any] = {} if callback is None else {"status_callback": callback}
        if outgoing.channel == "voice":
            if told:
                told["status_callback_event"] = ["initiated", "ringing", "answered", "completed"]
            call = self._client.calls.create(
                to=outgoing.address,
                from_=self._from,
                url=f"{self._own}/twilio/voice/{outgoing.attempt_id}",
                timeout=self._ring,
                machine_detection="Enable",
                **told,
            )
            return Accepted(str(call.sid))
        message = self._client.messages.create(
            to=outgoing.address, from_=self._from, body=outgoing.text, **told
        )
        return Accepted(str(message.sid))

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Fetch one call or message; see Channel."""
        try:
            if channel == "voice":
                return _call(self._client.calls(provider_id).fetch())
            return _message(self._client.messages(provider_id).fetch())
        except (requests.RequestException, TwilioException):
            return None

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """List what went to an address since an instant; see Channel."""
        day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            if channel == "voice":
                calls = self._client.calls.list(to=address, from_=self._from, start_time_after=day, limit=50)
                return [_call(c) for c in calls if c.date_created is None or c.date_created >= _whole(since)]
            messages = self._client.messages.list(to=address, from_=self._from, date_sent_after=day, limit=50)
            return [
                _message(m) for m in messages if m.date_created is None or m.date_created >= _whole(since)
            ]
        except (requests.RequestException, TwilioException):
            return None

    def hang_up(self, provider_id: str) -> bool:
        """End a call; see Channel."""
        try:
            self._client.calls(provider_id).update(status="completed")
        except (requests.RequestException, TwilioException):
            return False
        return True


def _whole(at: datetime) -> datetime:
    """Twilio's resources carry whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0)


def _call(call: Any) -> Receipt:
    return Receipt(provider_id=str(call.sid), status=CALL_STATUS.get(str(call.status), "accepted"))


def _message(message: Any) -> Receipt:
    code = message.error_code
    return Receipt(
        provider_id=str(message.sid),
        status=MESSAGE_STATUS.get(str(message.status), "accepted"),
        error_code=None if code is None else str(code),
        then=of_news(None if code is None else str(code)),
    )
