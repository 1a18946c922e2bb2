"""Every provider of the registry with what plays it: what the suite over all channels needs of each.

A new provider is a row in `BENCHES`; the suite fails while it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from apprise.plugins.wecombot import NotifyWeComBot
from pydantic import SecretStr

from hub.notify.channels.aliyun.channel import AliyunChannel
from hub.notify.channels.chat.channel import ChatChannel
from hub.notify.channels.email.channel import EmailChannel
from hub.notify.channels.port import Channel, Medium, Outgoing
from hub.notify.channels.push.channel import PushChannel
from hub.notify.channels.twilio.channel import TwilioChannel
from hub.settings import Settings
from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import OnCall
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.aliyun_rig import aliyun_settings
from tests.http_rig import http_server
from tests.mail_rig import mail_server
from tests.push_rig import Browser
from tests.village import DAUGHTER

NOWHERE = "127.0.0.1:9"
FANG = "+8613800000001"
OF_CALLS = Faults(create=[CreateFault(answer="500", accepted=True)])

#: What is sent, but for the medium and the address.
FALL = Outgoing(
    attempt_id="0f3b8c2d4e5a4f60a1b2c3d4e5f60718",
    channel="voice",
    address="",
    text="【安居】王秀英：摔倒，浴室，03:12。",
    subject="王秀英：摔倒",
    words={
        "who": "王秀英",
        "what": "摔倒",
        "where": "浴室",
        "when": "03:12",
        "address": "东街12号",
        "state": "",
    },
    urgent=True,
)


@dataclass
class Bench:
    """One provider by one medium, and hands for whoever plays it."""

    channel: Channel
    away: Callable[[], tuple[Channel, str]]  #: the same where nobody listens, and an address there
    medium: Medium
    address: str
    taken: Callable[[], int]  #: how many calls or messages the provider has taken
    refuse: Callable[[], None]  #: from now on the address is bad
    lose_answers: Callable[[], None]  #: from now on everything is taken, and no answer comes
    finds: bool = False  #: a look-up finds what was taken

    def outgoing(self, attempt_id: str = FALL.attempt_id) -> Outgoing:
        """What is sent."""
        return replace(FALL, attempt_id=attempt_id, channel=self.medium, address=self.address)


def second_account(first: Settings) -> Settings:
    """A hub whose second account is the one that is given."""
    both = first.model_copy(
        update={
            "twilio2_url": first.twilio_url,
            "twilio2_account_sid": first.twilio_account_sid,
            "twilio2_auth_token": first.twilio_auth_token,
            "twilio2_from": first.twilio_from,
        }
    )
    found = both.second_twilio
    assert found is not None
    return found


def twilio(medium: Medium, *, second: bool = False) -> Callable[[Path], AbstractContextManager[Bench]]:
    """Twilio, played by the telephones."""

    @contextmanager
    def bench(_: Path) -> Iterator[Bench]:
        with RunningTelephones(TelephoneSettings(speed=20)) as telephones:
            telephones.person(DAUGHTER, "王芳", [OnCall(does="no_answer")])
            settings = Settings(
                public_url="http://127.0.0.1:9",
                twilio_url=telephones.url,
                twilio_account_sid=telephones.account_sid,
                twilio_auth_token=SecretStr(telephones.auth_token),
                twilio_from="+15005550006",
            )
            if second:  # built as the registry builds it, from the settings of the second account
                settings = second_account(settings)
            code = 21211 if medium == "voice" else 21614
            yield Bench(
                channel=TwilioChannel(settings, name="twilio2" if second else "twilio"),
                away=lambda: (
                    TwilioChannel(settings.model_copy(update={"twilio_url": f"http://{NOWHERE}"})),
                    DAUGHTER,
                ),
                medium=medium,
                address=DAUGHTER,
                taken=lambda: len(telephones.calls() + telephones.messages()),
                refuse=lambda: telephones.faults(Faults(refused={DAUGHTER: code})),
                lose_answers=lambda: telephones.faults(OF_CALLS),
                finds=True,
            )

    return bench


def aliyun(medium: Medium) -> Callable[[Path], AbstractContextManager[Bench]]:
    """Aliyun, played by the telephones; of calls it lists none."""

    @contextmanager
    def bench(_: Path) -> Iterator[Bench]:
        with RunningTelephones(TelephoneSettings(speed=20)) as telephones:
            telephones.person(FANG, "王芳", [OnCall(does="no_answer")])
            given = aliyun_settings(telephones)
            away = {"aliyun_voice_url": f"http://{NOWHERE}", "aliyun_sms_url": f"http://{NOWHERE}"}
            wrong = Faults(refused_by_aliyun={FANG: "isv.MOBILE_NUMBER_ILLEGAL"})
            yield Bench(
                channel=AliyunChannel(Settings(**given)),
                away=lambda: (AliyunChannel(Settings(**given | away)), FANG),
                medium=medium,
                address=FANG,
                taken=lambda: len(telephones.calls() + telephones.messages()),
                refuse=lambda: telephones.faults(wrong),
                lose_answers=lambda: telephones.faults(OF_CALLS),
                finds=medium == "sms",
            )

    return bench


@contextmanager
def smtp(_: Path) -> Iterator[Bench]:
    """E-mail, to a mail server."""
    with mail_server() as server:
        settings = Settings(smtp_url=SecretStr(server.url), smtp_from="Anju <anju@example.org>")
        nowhere = settings.model_copy(update={"smtp_url": SecretStr(f"smtp://{NOWHERE}")})
        yield Bench(
            channel=EmailChannel(settings),
            away=lambda: (EmailChannel(nowhere), "fang@example.org"),
            medium="email",
            address="fang@example.org",
            taken=lambda: len(server.taken),
            refuse=lambda: setattr(server, "rcpt", "550 no such person"),
            lose_answers=lambda: setattr(server, "data", ""),
        )


@contextmanager
def webpush(data_dir: Path) -> Iterator[Bench]:
    """Web push, to a browser's service."""
    with http_server() as service:
        service.says(201)
        settings = Settings(
            data_dir=data_dir, push_contact="mailto:a@example.org", push_services=service.host
        )
        address = Browser(service).subscription
        nowhere = settings.model_copy(update={"push_services": NOWHERE})
        yield Bench(
            channel=PushChannel(settings),
            away=lambda: (PushChannel(nowhere), address.replace(service.host, NOWHERE)),
            medium="push",
            address=address,
            taken=lambda: len(service.came) if service.status in (0, 201) else 0,
            refuse=lambda: service.says(410),
            lose_answers=lambda: service.says(0),
        )


@contextmanager
def chat(_: Path) -> Iterator[Bench]:
    """A group's robot at WeCom, whose service stands here instead."""
    at = "http://{host}/cgi-bin/webhook/send?key={{key}}"
    channel, address = ChatChannel(Settings()), "wecombot://693a91f6-secret"
    with http_server() as service, pytest.MonkeyPatch.context() as patch:
        patch.setattr(NotifyWeComBot, "notify_url", at.format(host=service.host))

        def away() -> tuple[Channel, str]:
            patch.setattr(NotifyWeComBot, "notify_url", at.format(host=NOWHERE))
            return channel, address

        service.says(200, {"errcode": 0})
        yield Bench(
            channel=channel,
            away=away,
            medium="chat",
            address=address,
            taken=lambda: len(service.came) if service.status in (0, 200) else 0,
            refuse=lambda: service.says(404),
            lose_answers=lambda: service.says(0),
        )


#: Of each: the provider's name in the registry, and how it is set up.
BENCHES: dict[str, tuple[str, Callable[[Path], AbstractContextManager[Bench]]]] = {
    "twilio calls": ("twilio", twilio("voice")),
    "twilio messages": ("twilio", twilio("sms")),
    "second account's calls": ("twilio2", twilio("voice", second=True)),
    "aliyun calls": ("aliyun", aliyun("voice")),
    "aliyun messages": ("aliyun", aliyun("sms")),
    "e-mail": ("smtp", smtp),
    "push": ("webpush", webpush),
    "chat": ("chat", chat),
}
