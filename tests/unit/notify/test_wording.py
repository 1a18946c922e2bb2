"""What helpers and residents hear and read: who, where, what, in their language, as short as it must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.notify import wording
from hub.notify.wording import LastActivity

AT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)  # 03:12 in China
LAST = LastActivity(AT - timedelta(minutes=40), "bedroom")


def alert(**other: Any) -> dict[str, Any]:
    """A fall of Mrs Wang at night, as a row of the database with what is shown beside it."""
    return {
        "home_id": "wang",
        "home_name": "王秀英家",
        "resident_names": "王秀英",
        "address": "东街12号2单元301",
        "entry_note": "钥匙盒在门右侧，密码2580。",
        "zone": "Asia/Shanghai",
        "risk": "fall",
        "severity": "emergency",
        "status": "triggered",
        "room": "bathroom",
        "late": False,
        "drill": False,
        "reason": {"text": "The radar says that somebody fell.", "values": {}},
        "occurred_at": AT,
        "acknowledged_by": None,
        "resolved_by": None,
        "outcome": None,
        "eta_at": None,
    } | other


def test_a_message_says_who_where_what_how_to_get_in_and_the_last_movement() -> None:
    text = wording.written(alert(), "zh", last=LAST, two_way=True, link="https://anju.example/a/x")
    for part in (
        "王秀英",
        "跌倒",
        "卫生间",
        "03:12",
        "东街12号2单元301",
        "密码2580",
        "卧室",
        "02:32",
        "回复1",
    ):
        assert part in text
    assert text.endswith("https://anju.example/a/x")


def test_a_message_that_must_be_short_keeps_who_what_and_where() -> None:
    short = wording.written(alert(), "zh", last=LAST, two_way=True, longest=35)
    assert len(short) <= 35
    assert all(part in short for part in ("王秀英", "跌倒", "卫生间", "03:12"))
    assert "The radar" not in short


def test_where_links_are_forbidden_there_is_no_address_of_a_page() -> None:
    assert "http" not in wording.written(alert(), "zh", last=LAST)
    assert "http" not in wording.written(alert(), "en", last=LAST)


@given(st.integers(min_value=1, max_value=400), st.sampled_from(["zh", "en"]))
def test_more_room_never_says_less(longest: int, language: str) -> None:
    less = wording.written(alert(), language, last=LAST, two_way=True, longest=longest)
    more = wording.written(alert(), language, last=LAST, two_way=True, longest=longest + 1)
    assert len(less) <= len(more)
    assert wording.summary(alert(), language) in less


def test_a_drill_says_so_at_once_in_every_form() -> None:
    drill = alert(drill=True)
    for language, word in (("zh", "演练"), ("en", "drill")):
        assert word in wording.spoken(drill, language)[0]
        for text in (
            wording.written(drill, language),
            wording.written(drill, language, purpose="news"),
            wording.written(drill, language, purpose="ask"),
            wording.subject(drill, language),
            wording.words(drill, language)["what"],
        ):
            assert word in text.split(" ")[0] + text.split(":")[0].split("：")[0], text
        assert any(word in line for line in wording.question_for_resident(drill, language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_resident_is_asked_and_not_sent(language: str) -> None:
    asked = " ".join(wording.question_for_resident(alert(), language))
    told = " ".join([*wording.spoken(alert(), language), wording.question(language)])
    assert {"zh": "您还好吗", "en": "Are you all right"}[language] in asked
    assert {"zh": "您去处理", "en": "going there"}[language] in told
    for line in wording.question_for_resident(alert(), language):
        assert line not in told
    assert "2580" not in asked, "the code of the key-safe is for helpers"


def test_whoever_presses_3_hears_how_to_get_in_and_where_somebody_last_moved() -> None:
    lines = " ".join(wording.more(alert(), "en", LAST))
    assert "How to get in: 钥匙盒在门右侧，密码2580." in lines
    assert "Last movement: Bedroom, 02:32." in lines


def test_a_movement_of_another_day_is_told_with_its_day() -> None:
    text = wording.activity(LastActivity(AT - timedelta(days=1)), alert(), "en")
    assert text == "Last movement: 2026-11-21 03:12."


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"status": "acknowledged", "acknowledged_by": "王强"}, "王强 has taken it."),
        (
            {"status": "on_the_way", "acknowledged_by": "王强", "eta_at": AT + timedelta(minutes=15)},
            "王强 has taken it and is on the way, there at about 03:27.",
        ),
        ({"status": "on_site", "acknowledged_by": "王强"}, "王强 has taken it and is there."),
        ({"status": "triggered"}, "Whoever took it cannot go after all; others are being called."),
        (
            {"status": "resolved", "outcome": "false", "resolved_by": "李敏"},
            "It is over: a false alarm. Closed by 李敏.",
        ),
        ({"status": "resolved", "outcome": "cleared"}, "It is over: over by itself."),
    ],
)
def test_news_say_what_has_become_of_it(row: dict[str, Any], says: str) -> None:
    text = wording.written(alert(**row), "en", purpose="news")
    assert text == f"[Anju] 王秀英: a fall, Bathroom, at 03:12. {says}"


def test_an_alert_of_an_area_speaks_of_its_organisation() -> None:
    storm = alert(home_id=None, home_name="东街站", resident_names="", address="", entry_note="", room="")
    assert "东街站" in wording.written(storm, "zh")
    assert wording.words(storm, "zh")["where"] == "东街站"
    assert "东街站" in " ".join(wording.spoken(storm, "zh"))
