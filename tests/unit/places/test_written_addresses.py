"""Where written messages go is parsed once, at the door; a secret address is never shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.addresses import AddressError, address, shown, without_secrets
from hub.places.chat_addresses import SERVICES

P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
PHONE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/dGhlIHNlY3JldA",
    "expirationTime": None,
    "keys": {"p256dh": P256DH, "auth": "tBHItJI5svbpez7KI4CCXg"},
}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("wecombot://693a91f6-7abc", "wecombot://693a91f6-7abc"),
        (
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc",
            "wecombot://693a91f6-7abc",
        ),
        ("https://oapi.dingtalk.com/robot/send?access_token=66ab12", "dingtalk://66ab12"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/9f-ab12", "feishu://9f-ab12"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/9f-ab12", "lark://9f-ab12"),
        (" DingTalk://SECab@66ab12 ", "dingtalk://SECab@66ab12"),
        ("ntfys://ntfy.example.org/wang", "ntfys://ntfy.example.org/wang"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "tgram://123456789:abcdefg_hijklmnop/12315544/"),
    ],
)
def test_a_robots_address_is_taken_as_its_service_shows_it(given: str, kept: str) -> None:
    assert address("chat", given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "wecombot://",
        "ntfy://",
        "wecombot://two words",
        "wecombot://" + "x" * 600,
        "mailto://anju:word@example.org",
        "json://127.0.0.1/x",
        "file:///etc/passwd",
        "https://example.org/hook",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "exec://rm",
        "+86 138 0013 8000",
    ],
)
def test_what_is_no_known_chat_service_is_refused_with_what_to_do(given: str) -> None:
    with pytest.raises(AddressError, match="wecombot://KEY"):
        address("chat", given)


def test_every_service_that_is_allowed_can_be_sent_to() -> None:
    complete = {"slack": "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "workflows": "example.org/abc/def",
                "tgram": "123456789:abcdefg_hijklmnop/12315544"}  # fmt: skip
    for scheme in SERVICES:
        assert address("chat", f"{scheme}://{complete.get(scheme, '693a91f6')}").startswith(scheme)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Wang.Fang@Example.ORG ", "Wang.Fang@example.org"),
        ("120@qq.com", "120@qq.com"),
        ("fang@邮局.example.org", "fang@xn--dgtz33j.example.org"),
    ],
)
def test_an_e_mail_address_keeps_its_name_and_loses_the_noise(given: str, kept: str) -> None:
    assert address("email", given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "fang",
        "fang@",
        "@example.org",
        "fang@localhost",
        "a b@example.org",
        "fang@example.org\nBcc: x@example.org",
        "fang@exa_mple.org",
        "fang..x@example.org",
        "fang@example.org, qiang@example.org",
        "王芳@example.org",
        "Fang <fang@example.org>",
        "x" * 65 + "@example.org",
        "fang@" + "x" * 64 + ".org",
    ],
)
def test_what_is_no_e_mail_address_is_refused_with_what_to_do(given: str) -> None:
    with pytest.raises(AddressError, match=r"wang\.fang@example\.org"):
        address("email", given)


def test_a_subscription_is_kept_in_one_form_whatever_the_browser_adds() -> None:
    kept = address("push", json.dumps(PHONE))
    assert json.loads(kept) == {"endpoint": PHONE["endpoint"], "keys": PHONE["keys"]}
    assert address("push", kept) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https:///x"},
        {"endpoint": None},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000},
        {"keys": {"p256dh": P256DH}},
        {"keys": {"p256dh": P256DH[:-4], "auth": "tBHItJI5svbpez7KI4CCXg"}},
        {"keys": {"p256dh": P256DH, "auth": "t"}},
        {"keys": None},
    ],
)
def test_what_is_no_subscription_is_refused_with_what_to_do(change: dict[str, object]) -> None:
    with pytest.raises(AddressError, match="press its button"):
        address("push", json.dumps(PHONE | change))


@given(st.text(max_size=40), st.sampled_from(["voice", "sms", "email", "push", "chat"]))
def test_nothing_that_is_typed_breaks_the_door(text: str, channel: str) -> None:
    try:
        kept = address(channel, text)
    except AddressError:
        return
    assert address(channel, kept) == kept
    assert shown(channel, kept)


def test_of_a_secret_address_only_where_it_leads_is_shown() -> None:
    assert shown("chat", "wecombot://693a91f6-7abc") == "wecombot://****"
    assert shown("push", json.dumps(PHONE)) == "push://fcm.googleapis.com/****"
    assert shown("push", "damaged") == "push://unknown/****"
    assert shown("chat", "693a91f6://[") == "chat://****", "what was mistyped may be the secret"
    assert shown("voice", "+8613800138000") == "+8613800138000"
    assert shown("email", "fang@example.org") == "fang@example.org"


def test_no_depth_of_data_hides_a_secret() -> None:
    method = {"channel": "chat", "address": "wecombot://693a91f6-7abc"}
    daughter = {"channel": "voice", "address": "+8613800138000"}
    data = {"policy": {"steps": [{"people": ({"methods": [method, daughter]},)}]}, "address": "东街12号"}
    clean = without_secrets(data)
    assert "693a91f6" not in str(clean)
    assert clean["address"] == "东街12号"
    assert clean["policy"]["steps"][0]["people"][0]["methods"][1] == daughter
    assert method["address"] == "wecombot://693a91f6-7abc", "the given data stays as it is"
