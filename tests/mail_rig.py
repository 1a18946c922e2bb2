"""A real mail server for tests: keeps what it takes, and fails at the stage that a test names."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    """What the server took, and how it answers; instead of an empty answer the line is closed."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    mail: str = "250 OK"
    rcpt: str = "250 OK"
    data: str = "250 OK"
    logins: list[tuple[str, str]] = field(default_factory=list)
    silent_after_data: threading.Event | None = None  #: takes the message and answers only once this is set

    @property
    def url(self) -> str:
        """The address for ANJU_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802  (the name that aiosmtpd asks for)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer(server, self.mail)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._answer(server, self.rcpt)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        if not self.data or self.data.startswith("250"):
            self.to.extend(envelope.rcpt_tos)
            self.taken.append(message_from_bytes(content, policy=default))
        if self.silent_after_data is not None:
            import asyncio

            await asyncio.to_thread(self.silent_after_data.wait, 10)
        return self._answer(server, self.data)

    def _answer(self, server: SMTP, answer: str) -> str:
        if not answer:
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        """Let in who knows the password."""
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"right", handled=False)


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None, **given: Any) -> Iterator[MailServer]:
    """A mail server on a free port; with a certificate it asks for STARTTLS and a password."""
    rig = MailServer(**given)
    controller = Controller(
        rig,
        hostname="127.0.0.1",
        port=0,
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=rig.authenticate if tls else None,
        auth_required=tls is not None,
    )
    # The controller asks its own port for a greeting to see that it runs, and must know it for that.
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    rig.port = controller.port
    try:
        yield rig
    finally:
        if rig.silent_after_data is not None:
            rig.silent_after_data.set()
        controller.stop()
