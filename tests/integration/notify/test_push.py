"""Push messages against a real endpoint that decrypts them: what a device reads, what failures lead to."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from hub.errors import SettingsError
from hub.notify.channels.port import Accepted, Outgoing, Refused, SendResult, Unknown
from hub.notify.channels.push.channel import PushChannel
from hub.notify.channels.push.keys import private_key, public_key
from hub.notify.channels.push.services import is_allowed
from hub.places.addresses import address
from hub.settings import Settings
from tests.http_rig import http_server
from tests.push_rig import Browser

FALL = Outgoing(
    attempt_id="0f3b8c2d4e5a4f60a1b2c3d4e5f60718",
    channel="push",
    address="",
    text="【安居】王秀英：摔倒，浴室，03:12。",
    subject="王秀英：摔倒",
    link="https://anju.example.org/a/x",
    urgent=True,
)


@pytest.fixture
def phone() -> Iterator[Browser]:
    with http_server() as service:
        service.says(201)
        yield Browser(service)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, push_contact="mailto:duty@example.org")


def sent(phone: Browser, settings: Settings, outgoing: Outgoing = FALL, timeout_s: float = 5.0) -> SendResult:
    own = settings.model_copy(update={"push_services": phone.service.host})
    return PushChannel(own, timeout_s=timeout_s).send(
        replace(outgoing, address=address("push", phone.subscription))
    )


def test_only_the_device_can_read_it_and_it_says_everything(phone: Browser, settings: Settings) -> None:
    assert sent(phone, settings) == Accepted(FALL.attempt_id)
    (request,) = phone.service.came
    assert "王秀英".encode() not in request.body
    assert phone.read(request) == {
        "title": "王秀英：摔倒",
        "body": FALL.text,
        "link": FALL.link,
        "tag": FALL.attempt_id,
        "urgent": True,
        "language": "zh",
    }
    assert request.headers["urgency"] == "high"
    assert request.headers["topic"] == FALL.attempt_id
    assert request.headers["ttl"] == "43200"


def test_it_is_signed_with_the_key_that_the_device_was_given(phone: Browser, settings: Settings) -> None:
    sent(phone, settings)
    sent(phone, settings)
    for request in phone.service.came:
        token, _, key = request.headers["authorization"].removeprefix("vapid t=").partition(",k=")
        assert key == public_key(private_key(settings))
        assert Vapid02.verify(request.headers["authorization"])
        claims = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert (said["aud"], said["sub"]) == (f"http://{phone.service.host}", "mailto:duty@example.org")


def test_news_without_haste_waits_for_the_device_to_wake(phone: Browser, settings: Settings) -> None:
    sent(phone, settings, replace(FALL, urgent=False))
    assert phone.service.came[0].headers["urgency"] == "normal"


def test_the_longest_text_fits(phone: Browser, settings: Settings) -> None:
    from hub.notify.channels.push.capabilities import LONGEST

    sent(phone, settings, replace(FALL, text="浴" * LONGEST, subject="王" * 80, link="https://" + "x" * 200))
    assert len(phone.service.came[0].body) <= 4096


@pytest.mark.parametrize(
    ("status", "code", "then"),
    [
        (410, "gone", "method"),
        (404, "gone", "method"),
        (429, "429", "again"),
        (503, "503", "again"),
        (413, "413", "method"),
        (403, "403", "method"),
        (307, "307", "method"),
    ],
)
def test_what_the_service_does_not_take_says_what_may_help(
    phone: Browser, settings: Settings, status: int, code: str, then: str
) -> None:
    phone.service.says(status)
    result = sent(phone, settings)
    assert isinstance(result, Refused)
    assert (result.code, result.then) == (code, then)
    assert len(phone.service.came) == 1


def test_an_answer_that_does_not_come_leaves_the_fate_open(phone: Browser, settings: Settings) -> None:
    phone.service.wait = threading.Event()
    assert isinstance(sent(phone, settings, timeout_s=0.2), Unknown)
    phone.service.wait.set()


def test_a_service_that_is_not_there_is_tried_again_and_no_secret_is_said(settings: Settings) -> None:
    with http_server() as service:
        phone = Browser(service)
    result = sent(phone, settings)
    assert isinstance(result, Refused)
    assert (result.code, result.then) == ("no_connection", "again")
    assert "dGhlLXNlY3JldA" not in result.text


def test_a_server_that_no_browser_uses_is_never_asked(phone: Browser, settings: Settings) -> None:
    """Whoever signs in may hand a subscription in: it must not lead into the hub's own network."""
    result = PushChannel(settings).send(replace(FALL, address=address("push", phone.subscription)))
    assert isinstance(result, Refused)
    assert (result.code, result.then) == ("host_not_allowed", "method")
    assert phone.service.came == []


def test_a_damaged_subscription_is_passed_over(phone: Browser, settings: Settings) -> None:
    subscription = json.loads(phone.subscription)
    off_the_curve = base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode().rstrip("=")
    subscription["keys"]["p256dh"] = off_the_curve
    own = settings.model_copy(update={"push_services": phone.service.host})
    for damaged in (json.dumps(subscription), "{}", "no subscription"):
        result = PushChannel(own).send(replace(FALL, address=damaged))
        assert isinstance(result, Refused)
        assert (result.code, result.then) == ("no_address", "method")
    assert phone.service.came == []


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://wns2-by3p.notify.windows.com/w/?token=x", True),
        ("http://fcm.googleapis.com/fcm/send/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com.example.org/x", False),
        ("https://fcm.googleapis.com@10.0.0.1/x", False),
        ("https://10.0.0.1/x", False),
        ("https://push.example.org/x", True),
        ("https://.push.apple.com.example.org/x", False),
    ],
)
def test_the_services_of_browsers_are_known_and_others_are_the_operators_word(
    endpoint: str, allowed: bool
) -> None:
    assert is_allowed(endpoint, "push.example.org, 127.0.0.1:9") is allowed
    assert not is_allowed("https:///x", "")


def test_the_key_is_made_once_and_nobody_else_can_read_it(settings: Settings) -> None:
    made = [private_key(settings) for _ in range(2)]
    assert public_key(made[0]) == public_key(made[1])
    (file,) = settings.data_dir.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_key_that_is_none_is_said_at_the_start() -> None:
    from cryptography.hazmat.primitives import serialization

    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for pem in ("no key", other.decode()):
        with pytest.raises(SettingsError, match=r"ANJU_PUSH_KEY .* P-256"):
            PushChannel(Settings(push_key=pem))  # type: ignore[arg-type]
