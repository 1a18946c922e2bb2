"""Aliyun's codes, numbers and templates in our words; half of its settings is refused with a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SettingsError
from hub.notify.capability import covering
from hub.notify.channels.aliyun import templates
from hub.notify.channels.aliyun.capabilities import SMS, VOICE
from hub.notify.channels.aliyun.codes import CALL_ENDS, of_ended_call, of_refusal
from hub.notify.channels.aliyun.identity import OUT_ID_BYTES, out_id
from hub.notify.channels.aliyun.numbers import international, is_mobile, local
from hub.notify.channels.port import Outgoing, Refused, Unknown
from hub.notify.lifecycle import ENDED_WITHOUT_ANSWER
from hub.settings import Settings, read_settings

WHOLE = {
    "ANJU_ALIYUN_ACCESS_KEY_ID": "LTAI5tAnju",
    "ANJU_ALIYUN_ACCESS_KEY_SECRET": "the-secret",
    "ANJU_ALIYUN_CALLBACK_SECRET": "sixteen-or-longer",
    "ANJU_ALIYUN_SHOW_NUMBER": "057188880000",
    "ANJU_ALIYUN_MENU_TEMPLATE": "TTS_1",
    "ANJU_ALIYUN_TAKEN_TEMPLATE": "TTS_2",
    "ANJU_ALIYUN_DECLINED_TEMPLATE": "TTS_3",
    "ANJU_ALIYUN_MORE_TEMPLATE": "TTS_4",
}


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", "provider"),
        ("isv.OUT_OF_SERVICE", "provider"),
        ("isv.AMOUNT_NOT_ENOUGH", "provider"),
        ("isv.TTS_TEMPLATE_ILLEGAL", "provider"),
        ("isv.MOBILE_NUMBER_ILLEGAL", "method"),
        ("Throttling.User", "again"),
        ("SignatureDoesNotMatch", "provider"),
    ],
)
def test_a_refusal_says_what_may_help(code: str, then: str) -> None:
    refused = of_refusal(code, "why", 400)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.then) == (code, then)


@pytest.mark.parametrize(("code", "status"), [("isp.SYSTEM_ERROR", 200), ("InternalError", 500)])
def test_after_a_stumble_of_aliyuns_own_nobody_knows(code: str, status: int) -> None:
    assert isinstance(of_refusal(code, "why", status), Unknown)


def test_however_a_call_ends_it_is_no_answer() -> None:
    """Only a key is an answer, and it comes beside the state."""
    assert {of_ended_call(state) for state in [*CALL_ENDS, "299999", ""]} <= ENDED_WITHOUT_ANSWER


@pytest.mark.parametrize(
    ("address", "dialled"),
    [
        ("+8613800000001", "13800000001"),
        ("+8657185550001", "057185550001"),
        ("+862085550001", "02085550001"),
        ("+447700900001", None),
        ("+85291234567", None),
    ],
)
def test_a_mainland_number_is_written_as_it_is_dialled(address: str, dialled: str | None) -> None:
    assert local(address) == dialled


@pytest.mark.parametrize("written", ["13800000001", "+8613800000001", "008613800000001", "8613800000001"])
def test_a_number_in_a_receipt_is_read_however_it_is_written(written: str) -> None:
    assert international(written) == "+8613800000001"


@pytest.mark.parametrize("written", ["", "1381111****", "+447700900001", "abc"])
def test_what_is_no_mainland_number_is_none(written: str) -> None:
    assert international(written) is None


def test_messages_go_to_mobiles_only() -> None:
    assert is_mobile("13800000001")
    assert not is_mobile("057185550001")
    assert SMS.reaches("sms", "+8613800000001")
    assert not SMS.reaches("sms", "+8657185550001")
    assert VOICE.reaches("voice", "+8657185550001")
    assert covering((VOICE, SMS), "voice", "+447700900001") is None


def test_what_aliyun_gets_of_an_attempts_id_fits_its_fifteen_bytes() -> None:
    assert len(out_id("0123456789abcdef0123456789abcdef").encode()) == OUT_ID_BYTES == 15


def outgoing(**words: str) -> Outgoing:
    return Outgoing(attempt_id="a" * 32, channel="voice", address="+8613800000001", text="", words=words)


def test_words_hold_no_link_and_are_never_empty() -> None:
    made = json.loads(templates.words(outgoing(who="王秀英", where="http://anju.example/a 东街12号"), 20))
    assert made["who"] == "王秀英"
    assert made["where"] == "东街12号"
    assert set(made) == {"who", "what", "where", "when", "address", "state"}
    assert all(made.values())


@given(text=st.text(max_size=80), longest=st.integers(min_value=2, max_value=30))
def test_a_word_fits_its_place(text: str, longest: int) -> None:
    made = templates.word(text, longest)
    assert len(made) <= longest
    assert "\n" not in made
    assert re.search("https?://", made) is None


def test_what_asks_nothing_gets_a_call_without_a_menu() -> None:
    settings = Settings(aliyun_access_key_id="")
    assert templates.menu(settings, "news") is None
    assert templates.menu(settings, "answer") is None, "without a template nobody can be asked"


def test_each_key_has_its_template() -> None:
    menu = templates.menu(read_settings(WHOLE), "answer")
    assert menu is not None
    assert menu.start == "TTS_1"
    assert menu.keys == {"1": "TTS_2", "2": "TTS_3", "3": "TTS_4"}


@pytest.mark.parametrize("left_out", sorted(WHOLE))
def test_half_of_aliyun_is_refused_at_the_start(left_out: str) -> None:
    with pytest.raises(SettingsError, match=f"Aliyun is set by half: set {left_out} too"):
        read_settings({name: value for name, value in WHOLE.items() if name != left_out})


def test_messages_alone_are_a_whole() -> None:
    keys = {name: value for name, value in WHOLE.items() if "KEY" in name or "SECRET" in name}
    with pytest.raises(SettingsError, match="ANJU_ALIYUN_SMS_TEMPLATE"):
        read_settings({**keys, "ANJU_ALIYUN_SMS_SIGN": "安居"})
    assert read_settings({**keys, "ANJU_ALIYUN_SMS_SIGN": "安居", "ANJU_ALIYUN_SMS_TEMPLATE": "SMS_1"})


def test_its_secrets_come_from_files_and_print_as_stars(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("the-secret\n", "utf-8")
    given_ = {name: value for name, value in WHOLE.items() if name != "ANJU_ALIYUN_ACCESS_KEY_SECRET"}
    settings = read_settings({**given_, "ANJU_ALIYUN_ACCESS_KEY_SECRET_FILE": str(file)})
    assert settings.aliyun_access_key_secret is not None
    assert settings.aliyun_access_key_secret.get_secret_value() == "the-secret"
    assert "the-secret" not in repr(settings)
    assert "sixteen-or-longer" not in repr(settings)


def test_with_aliyun_alone_people_can_be_called() -> None:
    assert read_settings(WHOLE).calls_people
    assert not read_settings({}).calls_people


def test_a_short_callback_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="16 characters"):
        read_settings({**WHOLE, "ANJU_ALIYUN_CALLBACK_SECRET": "short"})
