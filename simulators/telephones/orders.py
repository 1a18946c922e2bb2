"""What a program may ask of the provider: the form's fields are checked once, here, with Twilio's numbers.

Pure. After this only valid orders exist; whatever does not fit raises a RefusalError in Twilio's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from simulators.telephones.errors import RefusalError
from simulators.telephones.numbers import e164, sender

Fields = Mapping[str, Sequence[str]]

CALLBACK_EVENTS: Final = ("initiated", "ringing", "answered", "completed")
LONGEST_TWIML: Final = 4000
LONGEST_BODY: Final = 1600
LONGEST_RING: Final = 600
LONGEST_CALL: Final = 86_400
USUAL_LONGEST_CALL: Final = 14_400


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """A call that somebody asked for."""

    to: str
    from_: str
    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_callback_events: frozenset[str] = frozenset({"completed"})
    timeout: int = 60  #: seconds that it may ring
    time_limit: int = USUAL_LONGEST_CALL  #: seconds that it may last
    machine_detection: str | None = None  #: Enable or DetectMessageEnd
    async_amd: bool = False
    async_amd_callback: str | None = None
    async_amd_callback_method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOrder:
    """A short message that somebody asked for, or that a person sent."""

    to: str
    from_: str | None
    body: str
    media: tuple[str, ...] = ()
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    validity: int = 36_000  #: seconds that it may wait


def one(fields: Fields, name: str) -> str | None:
    """Return a field's last value; an empty one counts as not given."""
    values = fields.get(name)
    return values[-1] if values and values[-1] != "" else None


def call_order(fields: Fields, own_numbers: frozenset[str]) -> CallOrder:
    """Read `POST Calls.json`. An empty `own_numbers` lets every number call."""
    to, from_ = one(fields, "To"), one(fields, "From")
    if to is None:
        raise RefusalError(21201, "No 'To' number is specified")
    if from_ is None:
        raise RefusalError(21213, "No 'From' number is specified")
    callee, caller = e164(to), e164(from_)
    if callee is None:
        raise RefusalError(21211, f"The 'To' number {to} is not a valid phone number.")
    if caller is None:
        raise RefusalError(21212, f"The 'From' number {from_} is not a valid phone number.")
    if own_numbers and caller not in own_numbers:
        raise RefusalError(
            21210, f"The source phone number provided, {caller}, is not verified for your account."
        )
    if one(fields, "ApplicationSid"):
        raise RefusalError(21218, "No application with that ApplicationSid exists.")
    twiml, url = one(fields, "Twiml"), _url(fields, "Url", 21205)
    if url is None and twiml is None:
        raise RefusalError(21205, "Url parameter is required.")
    if twiml is not None and len(twiml) > LONGEST_TWIML:
        raise RefusalError(21205, f"Twiml must not be longer than {LONGEST_TWIML} characters.")
    events = tuple(word for value in fields.get("StatusCallbackEvent", ()) for word in value.split())
    if unknown := [event for event in events if event not in CALLBACK_EVENTS]:
        raise RefusalError(21626, f"One or more StatusCallbackEvents were invalid: {', '.join(unknown)}")
    detection = one(fields, "MachineDetection")
    if detection not in (None, "Enable", "DetectMessageEnd"):
        raise RefusalError(20001, f"MachineDetection {detection} is not Enable or DetectMessageEnd.")
    return CallOrder(
        to=callee,
        from_=caller,
        url=url,
        method=_method(fields, "Method"),
        twiml=twiml,
        fallback_url=_url(fields, "FallbackUrl", 21502),
        fallback_method=_method(fields, "FallbackMethod"),
        status_callback=_url(fields, "StatusCallback", 21609),
        status_callback_method=_method(fields, "StatusCallbackMethod"),
        status_callback_events=frozenset(events) or frozenset({"completed"}),
        timeout=_whole(fields, "Timeout", 60, 1, LONGEST_RING, 21208),
        time_limit=_whole(fields, "TimeLimit", USUAL_LONGEST_CALL, 1, LONGEST_CALL, 20001),
        machine_detection=detection,
        async_amd=(one(fields, "AsyncAmd") or "").lower() == "true",
        async_amd_callback=_url(fields, "AsyncAmdStatusCallback", 21502),
        async_amd_callback_method=_method(fields, "AsyncAmdStatusCallbackMethod"),
    )


def message_order(fields: Fields, own_numbers: frozenset[str]) -> MessageOrder:
    """Read `POST Messages.json`. An empty `own_numbers` lets every number send."""
    to, from_, service = one(fields, "To"), one(fields, "From"), one(fields, "MessagingServiceSid")
    if to is None:
        raise RefusalError(21604, "A 'To' phone number is required.")
    if from_ is None and service is None:
        raise RefusalError(21603, "A 'From' phone number is required.")
    callee = e164(to)
    if callee is None:
        raise RefusalError(21211, f"The 'To' number {to} is not a valid phone number.")
    caller = sender(from_) if from_ is not None else None
    if from_ is not None and caller is None:
        raise RefusalError(
            21212, f"The 'From' number {from_} is not a valid phone number, shortcode or sender ID."
        )
    if caller is not None and own_numbers and caller not in own_numbers:
        raise RefusalError(21606, f"The 'From' phone number provided ({caller}) is not yours to send from.")
    if caller == callee:
        raise RefusalError(21266, "'To' and 'From' number cannot be the same.")
    body, media = one(fields, "Body") or "", tuple(fields.get("MediaUrl", ()))
    if not body and not media:
        raise RefusalError(21602, "Message body is required.")
    if len(body) > LONGEST_BODY:
        raise RefusalError(21617, "The concatenated message body exceeds the 1600 character limit.")
    return MessageOrder(
        to=callee,
        from_=caller,
        body=body,
        media=media,
        messaging_service_sid=service,
        status_callback=_url(fields, "StatusCallback", 21609),
        validity=_whole(fields, "ValidityPeriod", 36_000, 1, 36_000, 21624),
    )


def full_url(text: str) -> bool:
    """Whether the text is an address that the provider could ask: http or https, with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= LONGEST_TWIML
    except ValueError:
        return False


def _url(fields: Fields, name: str, code: int) -> str | None:
    url = one(fields, name)
    if url is not None and not full_url(url):
        raise RefusalError(code, f"{name} is not a valid URL: {url}")
    return url


def _method(fields: Fields, name: str) -> str:
    method = (one(fields, name) or "POST").upper()
    if method not in ("GET", "POST"):
        raise RefusalError(20001, f"{name} {method} is not GET or POST.")
    return method


def _whole(fields: Fields, name: str, usual: int, least: int, most: int, code: int) -> int:
    text = one(fields, name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise RefusalError(code, f"{name} {text} is not a whole number from {least} to {most}.")
    return int(text)
