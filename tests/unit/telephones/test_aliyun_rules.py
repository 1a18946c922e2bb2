"""What the telephones' Aliyun takes and refuses, without a network: limits, orders, signatures, states."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.telephones.aliyun import orders
from simulators.telephones.aliyun.account import CALL_LIMITS, AliyunAccount, Pushes, pushes_below
from simulators.telephones.aliyun.limits import reached
from simulators.telephones.aliyun.refusals import AliyunRefusalError
from simulators.telephones.aliyun.signature import check

ACCOUNT = AliyunAccount(templates={"TTS_1": "${who}跌倒", "TTS_2": "谢谢", "SMS_1": "${who}"})
MENU = {
    "CalledNumber": "13800000001",
    "CalledShowNumber": "057188880000",
    "StartCode": "TTS_1",
    "StartTtsParams": '{"who": "王秀英"}',
    "MenuKeyMap.1.Key": "1",
    "MenuKeyMap.1.Code": "TTS_2",
    "OutId": "0123456789abcde",
}


@pytest.mark.parametrize(
    ("ages", "limit"),
    [
        ([], None),
        ([59.9], (1, 60.0)),
        ([60.0], None),
        ([61.0, 600.0, 1200.0, 1800.0], None),
        ([61.0, 600.0, 1200.0, 1800.0, 2400.0], (5, 3600.0)),
        ([3600.0 + 60 * n for n in range(20)], (20, 86_400.0)),
        ([86_400.0] * 50, None),
    ],
)
def test_one_number_takes_one_call_a_minute_five_an_hour_twenty_a_day(
    ages: list[float], limit: tuple[int, float] | None
) -> None:
    assert reached(CALL_LIMITS, ages) == limit


def test_a_call_is_read_with_its_words_in_their_places() -> None:
    order = orders.menu_call(MENU, ACCOUNT)
    assert (order.to, order.text, order.keys) == ("+8613800000001", "王秀英跌倒", {"1": "谢谢"})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"CalledNumber": "120"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"CalledNumber": "+447700900001"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"CalledShowNumber": ""}, "isv.DISPLAY_NUMBER_ILLEGAL"),
        ({"StartCode": "TTS_9"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"StartCode": "SMS_1"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"StartTtsParams": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"StartTtsParams": '{"who": ""}'}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"StartTtsParams": '{"who": "https://anju.example"}'}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"StartTtsParams": '{"who": "' + "王" * 251 + '"}'}, "isv.PARAM_LENGTH_LIMIT"),
        ({"StartTtsParams": "王秀英"}, "isv.INVALID_JSON_PARAM"),
        ({"StartTtsParams": "[1]"}, "isv.INVALID_JSON_PARAM"),
        ({"OutId": "0123456789abcdef"}, "isv.PARAM_LENGTH_LIMIT"),
        ({"PlayTimes": "4"}, "isv.INVALID_PARAMETERS"),
    ],
)
def test_what_does_not_fit_is_refused_with_aliyuns_code(wrong: dict[str, str], code: str) -> None:
    with pytest.raises(AliyunRefusalError) as refused:
        orders.menu_call(MENU | wrong, ACCOUNT)
    assert refused.value.code == code


def test_a_menu_without_keys_is_none() -> None:
    with pytest.raises(AliyunRefusalError, match="INVALID_PARAMETERS"):
        orders.menu_call({name: value for name, value in MENU.items() if "Key" not in name}, ACCOUNT)


@pytest.mark.parametrize("number", ["057185550001", "1380000", ""])
def test_a_message_goes_to_a_mobile_only(number: str) -> None:
    with pytest.raises(AliyunRefusalError, match="MOBILE_NUMBER_ILLEGAL"):
        orders.message({"PhoneNumbers": number, "SignName": "安居", "TemplateCode": "SMS_1"}, ACCOUNT)


@pytest.mark.parametrize(
    "header", ["", "Basic abc", "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=" + "0" * 64]
)
def test_a_request_that_is_not_signed_is_refused(header: str) -> None:
    headers: dict[str, Any] = {"authorization": header, "host": "dyvmsapi.aliyuncs.com"}
    with pytest.raises(AliyunRefusalError, match="SignatureDoesNotMatch"):
        check("POST", {}, headers, b"", key_id="id", key_secret="secret")


def test_receipts_go_below_a_hubs_address_with_its_query() -> None:
    assert Pushes(**pushes_below("http://hub:8000?secret=s")) == Pushes(
        call="http://hub:8000/aliyun/call?secret=s",
        progress="http://hub:8000/aliyun/progress?secret=s",
        message="http://hub:8000/aliyun/message?secret=s",
        reply="http://hub:8000/aliyun/reply?secret=s",
    )
