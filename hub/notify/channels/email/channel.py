"""The e-mail channel: one SMTP conversation for each message, its stages told apart.

Until the content is handed over, whatever fails has sent nothing. After that only the server's answer says
whether it took the message: without it nobody knows.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parseaddr

from hub.errors import SettingsError
from hub.notify.capability import Capability
from hub.notify.channels.email.answers import Stage, of_answer
from hub.notify.channels.email.capabilities import CAPABILITIES, NAME
from hub.notify.channels.email.message import compose, message_id
from hub.notify.channels.email.server import SmtpServer, smtp_server
from hub.notify.channels.port import Accepted, Outgoing, Receipt, Refused, SendResult, Unknown
from hub.settings import Settings

TIMEOUT_S = 10.0


class _AnsweredError(Exception):
    """The server answered a stage with something other than success."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.text)
        self.refused = refused


class EmailChannel:
    """E-mail. A server that took a message says no more about it: it is sent, and never known as read."""

    name = NAME
    capabilities: tuple[Capability, ...] = CAPABILITIES

    def __init__(self, settings: Settings, *, timeout_s: float = TIMEOUT_S) -> None:
        if settings.smtp_url is None or not settings.smtp_from:
            raise SettingsError(
                "E-mail needs a server and a sender: set ANJU_SMTP_URL (smtp://user:password@host:587) and "
                "ANJU_SMTP_FROM (Anju <anju@example.org>)."
            )
        self._server = smtp_server(settings.smtp_url.get_secret_value())
        self._from = settings.smtp_from
        self._timeout_s = timeout_s

    def send(self, outgoing: Outgoing) -> SendResult:
        """Hand one message in; see Channel."""
        content = compose(outgoing, self._from, datetime.now(UTC)).as_bytes()
        handed_over = False
        try:
            with self._conversation() as smtp:
                _expect(smtp.mail(_bare(self._from)), "sender")
                _expect(smtp.rcpt(outgoing.address), "recipient")
                handed_over = True
                _expect(smtp.data(content), "content")
        except _AnsweredError as error:
            return error.refused
        except smtplib.SMTPResponseException as error:
            stage: Stage = "content" if handed_over else "greeting"
            return of_answer(error.smtp_code, error.smtp_error, stage)
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            return Refused("no_tls", f"{self._server.host}: {error}", then="provider")
        except (OSError, smtplib.SMTPException) as error:
            if handed_over:
                return Unknown(f"no answer after the content: {error}")
            return Refused("no_connection", f"{self._server.host}: {error}", then="again")
        return Accepted(message_id(outgoing.attempt_id, self._from))

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Say again that it is sent: more is never known of an e-mail."""
        return Receipt(provider_id=provider_id, status="sent")

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """Know nothing: it is sent once more, under the same Message-ID, which mail programs show once."""
        return []

    def hang_up(self, provider_id: str) -> bool:
        """Have nothing to end."""
        return False

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """Greet, encrypt and sign in; take leave at the end, whatever the server says to that."""
        smtp = self._connect()
        try:
            smtp.ehlo_or_helo_if_needed()
            if not self._server.implicit_tls and not self._server.plain:
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
            if self._server.user:
                _sign_in(smtp, self._server)
            yield smtp
            if smtp.sock is not None:
                smtp.sock.settimeout(1.0)  # the message is taken: nobody waits for a farewell
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                return
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        own_name = _bare(self._from).rpartition("@")[2]  # asking the resolver for it may take seconds
        if self._server.implicit_tls:
            return smtplib.SMTP_SSL(
                self._server.host,
                self._server.port,
                local_hostname=own_name,
                timeout=self._timeout_s,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(
            self._server.host, self._server.port, local_hostname=own_name, timeout=self._timeout_s
        )


def _sign_in(smtp: smtplib.SMTP, server: SmtpServer) -> None:
    """Sign in, in one try: some servers close the line after a wrong password, before a second way."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    smtp.user, smtp.password = server.user, server.password
    try:
        if "PLAIN" in offered:
            smtp.auth("PLAIN", smtp.auth_plain)
        elif "LOGIN" in offered:
            smtp.auth("LOGIN", smtp.auth_login)
        else:
            smtp.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        # The server may repeat what it was given: only its code is kept.
        raise _AnsweredError(of_answer(error.smtp_code, "sign-in refused", "login")) from error


def _expect(answer: tuple[int, bytes], stage: Stage) -> None:
    code, text = answer
    if code not in (250, 251):
        raise _AnsweredError(of_answer(code, text, stage))


def _bare(sender: str) -> str:
    return parseaddr(sender)[1]
