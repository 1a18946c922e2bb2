"""What people write back, understood strictly: only what is nothing but an answer is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.reply_words import code_of, key_of_resident, short_codes, understand


@pytest.mark.parametrize(
    ("text", "kind", "eta", "code"),
    [
        ("1", "go", None, ""),
        (" １。", "go", None, ""),
        ("1 15", "go", 15, ""),
        ("1 15min", "go", 15, ""),
        ("go", "go", None, ""),
        ("I'm going", "go", None, ""),
        ("我去", "go", None, ""),
        ("去，15分钟到", "go", 15, ""),
        ("15分钟后到", "go", 15, ""),
        ("1 A7", "go", None, "A7"),
        ("1A7", "go", None, "A7"),
        ("a7 2", "cannot", None, "A7"),
        ("1 a7 20", "go", 20, "A7"),
        ("A7", "unknown", None, "A7"),
        ("到了", "arrived", None, ""),
        ("2", "cannot", None, ""),
        ("can’t", "cannot", None, ""),
        ("不能去", "cannot", None, ""),
        ("3", "more", None, ""),
        ("?", "more", None, ""),
        ("STOP", "opt_out", None, ""),
        ("Cancel", "opt_out", None, ""),
        ("退订", "opt_out", None, ""),
        ("她去了医院", "unknown", None, ""),
        ("I cannot go before five, but my brother can", "unknown", None, ""),
        ("12", "unknown", None, ""),
        ("1 0", "unknown", None, ""),
        ("2 15", "unknown", None, ""),
        ("", "unknown", None, ""),
        ("好的谢谢", "unknown", None, ""),
    ],
)
def test_an_answer_is_understood(text: str, kind: str, eta: int | None, code: str) -> None:
    meaning = understand(text)
    assert (meaning.kind, meaning.eta_minutes, meaning.code) == (kind, eta, code)


@given(st.text(max_size=400))
def test_whatever_is_written_means_something(text: str) -> None:
    meaning = understand(text)
    assert meaning.eta_minutes is None or 0 < meaning.eta_minutes < 1000
    assert key_of_resident(text) in ("1", "2", "3")


@pytest.mark.parametrize(
    ("text", "key"),
    [("没事", "1"), ("YES", "1"), ("no", "2"), ("Help!", "2"), ("救命", "2"), ("去", "3"), ("", "3")],
)
def test_a_resident_who_is_asked_how_they_are_is_understood(text: str, key: str) -> None:
    assert key_of_resident(text) == key


@given(st.lists(st.from_regex(r"[0-9]{6}-[0-9a-f]{12}", fullmatch=True), unique=True, max_size=12))
def test_codes_name_each_of_several_alerts_and_are_read_back(alert_ids: list[str]) -> None:
    codes = short_codes(alert_ids)
    assert len(set(codes.values())) == len(alert_ids) or max(map(len, codes.values())) == 6
    for alert_id, code in codes.items():
        assert code_of(alert_id).startswith(code)
        assert understand(f"1 {code.lower()}").code == code
        assert understand(f"2{code}").kind == "cannot"
