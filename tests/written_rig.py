"""A hub that writes: a mail server, a browser's push service and a group's chat beside the telephones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.escalation.dispatcher import Dispatcher
from hub.notify.channels.registry import carriers_of
from hub.places import contacts
from tests.http_rig import HttpServer, http_server
from tests.hub_rig import HubRig, running_hub
from tests.mail_rig import MailServer, mail_server
from tests.push_rig import Browser


@dataclass
class WritingHub:
    """The hub, and everywhere it may write to."""

    rig: HubRig
    mail: MailServer
    browser: Browser
    chat: HttpServer

    def tell(self, contact: str, channel: str, address: str) -> str:
        """Give a contact a way to be told; return the method's id."""
        with self.rig.pool.connection() as connection:
            return contacts.add_method(connection, contact, channel=channel, address=address, rank=9)

    @property
    def chat_address(self) -> str:
        """A group's address; its topic is its secret."""
        return f"ntfy://{self.chat.host}/wang-topic-secret"

    def written(self) -> list[tuple[str, str]]:
        """Everything that was written anywhere: by which way, and to whom or about what."""
        return [
            *(("email", to) for to in self.mail.to),
            *(("push", str(self.browser.read(came)["title"])) for came in self.browser.service.came),
            *(("chat", str(came.json["topic"])) for came in self.chat.came),
            *(("sms", message.to) for message in self.rig.telephones.messages()),
        ]

    def statuses(self, alert: str, channel: str) -> list[str]:
        """What became of the attempts by one way."""
        return [row["status"] for row in self._attempts(alert, channel)]

    def purposes(self, alert: str, channel: str) -> list[str]:
        """What the attempts by one way were for."""
        return [row["purpose"] for row in self._attempts(alert, channel)]

    def _attempts(self, alert: str, channel: str) -> list[dict[str, Any]]:
        with self.rig.pool.connection() as connection:
            return connection.execute(
                "select status, purpose from attempts where alert_id = %s and channel = %s order by n",
                (alert, channel),
            ).fetchall()


@contextmanager
def writing_hub(url: str, data_dir: Path) -> Iterator[WritingHub]:
    """A hub with every written channel that the registry builds of its settings."""
    with mail_server() as mail, http_server() as push, http_server() as chat:
        push.says(201)
        more = {
            "smtp_url": mail.url,
            "smtp_from": "Anju <anju@example.org>",
            "push_services": push.host,
            "chat_hosts": "127.0.0.1",
        }
        with running_hub(url, data_dir, more=lambda _: more) as rig:
            rig.dispatcher = Dispatcher(url, rig.pool, carriers_of(rig.settings), rig.clock)
            yield WritingHub(rig, mail, Browser(push), chat)
