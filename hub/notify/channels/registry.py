"""One row for each provider: its name, and how it is built. Adding one is a folder and a row.

A provider that is not set costs nothing: its library is imported when it is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.notify.capability import Capability
from hub.notify.carriers import Carriers
from hub.notify.channels.aliyun import capabilities as aliyun
from hub.notify.channels.chat import capabilities as chat
from hub.notify.channels.email import capabilities as email
from hub.notify.channels.port import Channel
from hub.notify.channels.push import capabilities as push
from hub.notify.channels.twilio import capabilities as twilio
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Row:
    """A provider that can be set."""

    name: str
    build: Callable[[Settings], Channel | None]  #: None when it is not set; raises SettingsError when by half


def _twilio(settings: Settings) -> Channel | None:
    if not settings.twilio_account_sid and settings.twilio_auth_token is None:
        return None
    from hub.notify.channels.twilio.channel import TwilioChannel

    return TwilioChannel(settings)


def _second_twilio(settings: Settings) -> Channel | None:
    second = settings.second_twilio
    if second is None:
        return None
    from hub.notify.channels.twilio.channel import TwilioChannel

    return TwilioChannel(second, name="twilio2")


def _aliyun(settings: Settings) -> Channel | None:
    if not settings.aliyun_access_key_id:
        return None
    from hub.notify.channels.aliyun.channel import AliyunChannel

    return AliyunChannel(settings)


def _email(settings: Settings) -> Channel | None:
    if settings.smtp_url is None:
        return None
    from hub.notify.channels.email.channel import EmailChannel

    return EmailChannel(settings)


def _push(settings: Settings) -> Channel | None:
    """Needs no account: its key is made by itself."""
    from hub.notify.channels.push.channel import PushChannel

    return PushChannel(settings)


def _chat(settings: Settings) -> Channel | None:
    """Needs no account: everything is in the address."""
    from hub.notify.channels.chat.channel import ChatChannel

    return ChatChannel(settings)


#: In the order in which they are preferred where several reach an address.
ROWS: tuple[Row, ...] = (
    Row("aliyun", _aliyun),
    Row("twilio", _twilio),
    Row("twilio2", _second_twilio),
    Row("smtp", _email),
    Row("webpush", _push),
    Row("chat", _chat),
)


def carriers_of(settings: Settings) -> Carriers:
    """Return the providers that are set."""
    built = (row.build(settings) for row in ROWS)
    return Carriers(channel for channel in built if channel is not None)


def carried(settings: Settings) -> tuple[Capability, ...]:
    """Return what the providers that are set can carry, as `carriers_of` would, without building any."""
    rows: list[Capability] = []
    if settings.aliyun_access_key_id:
        rows += [aliyun.VOICE] if settings.aliyun_menu_template else []
        rows += [aliyun.SMS] if settings.aliyun_sms_template else []
    if settings.twilio_account_sid:
        rows += twilio.capabilities("twilio", settings.twilio_url)
    second = settings.second_twilio
    if second is not None:
        rows += twilio.capabilities("twilio2", second.twilio_url)
    if settings.smtp_url is not None:
        rows += email.CAPABILITIES
    return (*rows, *push.CAPABILITIES, *chat.CAPABILITIES)
