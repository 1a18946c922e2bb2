"""E-mail against a real SMTP server: what is written, and what every way to fail leads to."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.errors import SettingsError
from hub.notify.channels.email.channel import EmailChannel
from hub.notify.channels.port import Accepted, Outgoing, Refused, SendResult, Unknown
from hub.settings import Settings
from tests.mail_rig import MailServer, mail_server

FANG = Outgoing(
    attempt_id="a1b2c3",
    channel="email",
    address="wang.fang@example.org",
    text="【安居】王秀英：摔倒，浴室，03:12。",
    subject="王秀英：摔倒",
    link="https://anju.example.org/a/x",
    urgent=True,
)


def channel(url: str, **given: float) -> EmailChannel:
    settings = Settings(smtp_url=url, smtp_from="Anju 安居 <anju@example.org>")  # type: ignore[arg-type]
    return EmailChannel(settings, **given)


def sent(server: MailServer, outgoing: Outgoing = FANG) -> SendResult:
    return channel(server.url).send(outgoing)


def test_a_mail_says_who_what_and_where_to_answer() -> None:
    with mail_server() as server:
        assert sent(server) == Accepted("<a1b2c3@example.org>")
    (mail,) = server.taken
    assert server.to == ["wang.fang@example.org"]
    assert mail["Subject"] == "王秀英：摔倒"
    assert mail["From"] == "Anju 安居 <anju@example.org>"
    assert mail["Message-ID"] == "<a1b2c3@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["X-Priority"], mail["Importance"]) == ("1", "high")
    assert mail.get_content().splitlines() == [FANG.text, "", FANG.link]


def test_news_without_haste_is_not_marked_as_urgent() -> None:
    with mail_server() as server:
        sent(server, replace(FANG, urgent=False))
    assert server.taken[0]["X-Priority"] is None


def test_nothing_in_a_name_can_write_a_header() -> None:
    with mail_server() as server:
        sent(server, replace(FANG, subject="王秀英\r\nBcc: everybody@example.org"))
    assert server.to == ["wang.fang@example.org"]
    assert server.taken[0]["Bcc"] is None
    assert server.taken[0]["Subject"] == "王秀英 Bcc: everybody@example.org"


def test_a_subject_is_made_of_the_text_where_there_is_none() -> None:
    with mail_server() as server:
        sent(server, replace(FANG, subject="", text="x" * 300))
    assert server.taken[0]["Subject"] == "x" * 119 + "…"


@pytest.mark.parametrize(
    ("answers", "then"),
    [
        ({"rcpt": "451 4.7.1 Greylisted"}, "again"),
        ({"rcpt": "550 5.1.1 No such user"}, "method"),
        ({"mail": "421 4.3.2 Closing"}, "again"),
        ({"mail": "553 5.7.1 Not your address"}, "provider"),
        ({"data": "452 4.3.1 Full"}, "again"),
        ({"data": "554 5.7.1 Rejected"}, "method"),
        ({"mail": ""}, "again"),
    ],
)
def test_what_the_server_does_not_take_says_what_may_help(answers: dict[str, str], then: str) -> None:
    with mail_server(**answers) as server:
        result = sent(server)
    assert isinstance(result, Refused)
    assert result.then == then
    assert server.taken == []


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        result = channel(f"smtp://127.0.0.1:{closed.getsockname()[1]}").send(FANG)
    assert isinstance(result, Refused)
    assert (result.code, result.then) == ("no_connection", "again")


def test_a_line_that_closes_after_the_content_leaves_the_fate_open() -> None:
    with mail_server(data="") as server:
        assert isinstance(sent(server), Unknown)
        server.data = "250 OK"
        assert isinstance(sent(server), Accepted)
    assert [mail["Message-ID"] for mail in server.taken] == ["<a1b2c3@example.org>"] * 2, "shown once"


def test_an_answer_that_does_not_come_after_the_content_leaves_the_fate_open() -> None:
    with mail_server(silent_after_data=threading.Event()) as server:
        assert isinstance(channel(server.url, timeout_s=0.3).send(FANG), Unknown)
        assert len(server.taken) == 1


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mail.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "mail.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: resolve("127.0.0.1" if host == "mail.test" else host, *rest, **more),
    )
    return context


def test_beyond_this_machine_the_line_is_encrypted_before_the_password(certificate: ssl.SSLContext) -> None:
    with mail_server(tls=certificate) as server:
        result = channel(f"smtp://anju:right@mail.test:{server.port}").send(FANG)
        assert isinstance(result, Accepted), result
        assert server.logins == [("anju", "right")]
        wrong = channel(f"smtp://anju:wrong@mail.test:{server.port}").send(FANG)
    assert isinstance(wrong, Refused)
    assert (wrong.code, wrong.then) == ("535", "provider"), wrong
    assert "wrong" not in wrong.text
    assert len(server.taken) == 1


def test_a_server_without_encryption_gets_no_word_of_a_home(certificate: ssl.SSLContext) -> None:
    with mail_server() as server:
        result = channel(f"smtp://mail.test:{server.port}").send(FANG)
        assert isinstance(result, Refused)
        assert (result.code, result.then) == ("no_tls", "provider")
        assert server.taken == []
        assert isinstance(channel(f"smtp://mail.test:{server.port}?tls=never").send(FANG), Accepted)


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://a:b@mail.example.org?tls=never"]
)
def test_a_server_that_cannot_be_used_is_said_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="ANJU_SMTP_URL"):
        channel(url)


def test_half_of_it_is_said_at_the_start() -> None:
    with pytest.raises(ValueError, match="ANJU_SMTP_FROM"):
        Settings(smtp_url="smtp://mail.example.org")  # type: ignore[arg-type]
