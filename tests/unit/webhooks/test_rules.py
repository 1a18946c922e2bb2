"""Where webhooks may go, how they are signed, and for how long they are tried."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import get_args

import pytest

from hub.web.api.webhooks import Kind
from hub.webhooks import rules
from hub.webhooks.rules import WebhookError


@pytest.mark.parametrize("url", ["https://example.org/a?b=1", "http://127.0.0.1:9/x", "http://[::1]:9/"])
def test_an_address_that_will_do(url: str) -> None:
    assert rules.check_url(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    ["", "example.org", "http://example.org", "ftp://example.org", "https://user:pw@example.org", "https://",
     "https://example.org:99999", "https://example.org/\n", "http://127.0.0.1.example.org/", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_that_will_not(url: str) -> None:
    with pytest.raises(WebhookError):
        rules.check_url(url)


@pytest.mark.parametrize(
    ("host", "address", "private", "allowed"),
    [
        ("example.org", "93.184.216.34", False, True),
        ("example.org", "10.0.0.8", False, False),
        ("example.org", "10.0.0.8", True, True),
        ("example.org", "127.0.0.1", False, False),
        ("example.org", "169.254.169.254", False, False),
        ("example.org", "::ffff:10.0.0.8", False, False),
        ("example.org", "fd00::1", False, False),
        ("example.org", "224.0.0.1", False, False),
        ("127.0.0.1", "127.0.0.1", False, True),
        ("localhost", "10.0.0.8", True, False),
    ],
)
def test_a_name_may_not_lead_into_our_own_network(
    host: str, address: str, private: bool, allowed: bool
) -> None:
    assert rules.may_go_to(host, address, private_too=private) is allowed


def test_the_signature_is_that_of_the_standard() -> None:
    """HMAC-SHA256 over id, time and body, with dots between, keyed with the bytes behind `whsec_`."""
    secret = rules.PREFIX + base64.b64encode(b"k" * 32).decode()
    expected = base64.b64encode(hmac.new(b"k" * 32, b"msg_1.1700000000.{}", hashlib.sha256).digest()).decode()
    assert rules.signature([secret], "msg_1", 1_700_000_000, "{}") == f"v1,{expected}"
    two = rules.signature([secret, rules.new_secret()], "msg_1", 1_700_000_000, "{}").split(" ")
    assert len(set(two)) == 2


def test_it_is_tried_for_more_than_a_day_and_then_no_more() -> None:
    least = sum((rules.wait(tries, 0.0) or timedelta() for tries in range(1, 20)), timedelta())
    assert least > timedelta(hours=20)
    assert sum(rules.WAITS, timedelta()) > timedelta(hours=24)
    assert rules.wait(len(rules.WAITS), 0.5) == rules.WAITS[-1]
    assert rules.wait(len(rules.WAITS) + 1, 0.5) is None
    assert rules.wait(1, 0.0) != rules.wait(1, 1.0)


def test_what_kinds_there_are_is_said_by_the_api_too() -> None:
    assert list(get_args(Kind)) == list(rules.KINDS)
    with pytest.raises(WebhookError):
        rules.check_kinds(("alert.opened", "alert.invented"))
