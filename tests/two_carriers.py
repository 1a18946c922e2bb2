"""A hub with two providers of calls and messages, each with telephones of its own: `first` is preferred."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from hub.escalation.dispatcher import Dispatcher
from hub.notify.capability import Capability
from hub.notify.carriers import Carriers
from hub.notify.channels.twilio.channel import TwilioChannel
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.hub_rig import HubRig, running_hub

NOWHERE = "http://127.0.0.1:9"  #: nobody listens there


class TwoCarriers:
    """The rig, and the telephones of the second provider."""

    def __init__(self, rig: HubRig, second: RunningTelephones) -> None:
        self.rig = rig
        self.second = second
        self.choose(self.provider("first"), self.provider("second", second.url))

    @property
    def first(self) -> RunningTelephones:
        """The telephones of the preferred provider."""
        return self.rig.telephones

    def provider(
        self, name: str, url: str | None = None, capabilities: tuple[Capability, ...] | None = None
    ) -> TwilioChannel:
        """A provider at some telephones, the rig's own unless told otherwise."""
        settings = self.rig.settings.model_copy(update={"twilio_url": url or self.rig.settings.twilio_url})
        return TwilioChannel(settings, name=name, capabilities=capabilities)

    def choose(self, *channels: TwilioChannel) -> None:
        """Start the dispatcher anew with these providers."""
        self.rig.dispatcher = Dispatcher(self.rig.url, self.rig.pool, Carriers(channels), self.rig.clock)

    def person(self, number: str, *args: Any, **more: Any) -> None:
        """Somebody has one telephone, by whichever provider it rings."""
        for telephones in (self.first, self.second):
            telephones.person(number, *args, **more)

    def called(self) -> list[tuple[str, str]]:
        """Who was called through whom, in order of time."""
        calls = [(call.created_at, "first", call.to) for call in self.first.calls()]
        calls += [(call.created_at, "second", call.to) for call in self.second.calls()]
        return [(provider, to) for _, provider, to in sorted(calls)]

    def written(self) -> list[tuple[str, str]]:
        """Who was written to through whom."""
        messages = [(message.created_at, "first", message.to) for message in self.first.messages()]
        messages += [(message.created_at, "second", message.to) for message in self.second.messages()]
        return [(provider, to) for _, provider, to in sorted(messages)]

    def attempts(self, alert: str) -> list[dict[str, Any]]:
        """The rows of an alert's attempts."""
        with self.rig.pool.connection() as connection:
            return connection.execute(
                "select * from attempts where alert_id = %s order by n", (alert,)
            ).fetchall()

    def messages(self, alert: str) -> list[tuple[str, str, str | None]]:
        """Of each message of an alert: the provider, what became of it, and the provider's code."""
        rows = (row for row in self.attempts(alert) if row["channel"] == "sms")
        return [(row["provider"], row["status"], row["error_code"]) for row in rows]

    def codes(self, alert: str, status: str) -> list[str]:
        """The codes of the file's entries of one kind of news."""
        return [
            str(entry["data"].get("code", ""))
            for entry in self.rig.entries(alert)
            if entry["kind"] == "attempt" and entry["data"]["status"] == status
        ]

    def add_message(self, contact: str, number: str) -> None:
        """Somebody can also be written to."""
        with self.rig.pool.connection() as connection:
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address, rank)"
                " values (%s, %s, 'sms', %s, 2)",
                (f"{contact}-sms", contact, number),
            )


@contextmanager
def two_carriers(database: str, data_dir: Path) -> Iterator[TwoCarriers]:
    """Both providers know one account, so that the hub believes the callbacks of both."""
    with running_hub(database, data_dir) as rig:
        settings = TelephoneSettings(
            speed=20,
            account_sid=rig.telephones.account_sid,
            auth_token=SecretStr(rig.telephones.auth_token),
        )
        with RunningTelephones(settings) as second:
            yield TwoCarriers(rig, second)
