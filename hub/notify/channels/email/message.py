"""An attempt as an e-mail: plain text, marked as sent by a machine, with the attempt's own Message-ID.

A message that is sent twice, because the server's answer was lost, carries the same Message-ID both times:
mail programs show it once.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from hub.notify.channels.port import Outgoing

#: Longer subjects are cut: a telephone's lock screen shows about so much.
LONGEST_SUBJECT = 120


def message_id(attempt_id: str, sender: str) -> str:
    """Return the identifier of an attempt's message, with the angle brackets."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "anju.invalid"
    return f"<{attempt_id}@{domain}>"


def compose(outgoing: Outgoing, sender: str, at: datetime) -> EmailMessage:
    """Return the message; `sender` is an address, with or without a name before it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _one_line(sender)
    message["To"] = outgoing.address
    message["Subject"] = _subject(outgoing)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(outgoing.attempt_id, sender)
    # RFC 3834: no holiday answers to a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN" if outgoing.language == "zh" else outgoing.language
    if outgoing.urgent:
        message["X-Priority"] = "1"
        message["Importance"] = "high"
    body = outgoing.text
    if outgoing.link and outgoing.link not in body:
        body = f"{body}\n\n{outgoing.link}"
    message.set_content(body + "\n", cte="base64" if not body.isascii() else "quoted-printable")
    return message


def _subject(outgoing: Outgoing) -> str:
    subject = _one_line(outgoing.subject) or _one_line(outgoing.text)
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1] + "…"


def _one_line(text: str) -> str:
    """A header is one line: nothing in a name can start another header."""
    return " ".join(text.split())
