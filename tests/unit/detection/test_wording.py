"""Reasons in words: complete in both languages, and made of the finding's own numbers."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import models
from models.detection.finding import Reason
from models.detection.wording import PHRASES, render
from tests.unit.detection.lane import Lane

PACKAGE = Path(models.__file__).parent
SHANGHAI = "Asia/Shanghai"


def sentences() -> set[str]:
    """Every sentence that a rule can give as its reason: string constants that end like one."""
    found = set()
    for path in (PACKAGE / "detection" / "rules").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in loose else None
            if isinstance(text, str) and text.endswith("."):
                found.add(text)
    return found


def catalogue() -> dict[str, str]:
    with (PACKAGE / "language" / "zh" / "LC_MESSAGES" / "anju.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_rules_have_sentences() -> None:
    assert len(sentences()) > 50


def test_every_sentence_and_phrase_has_a_translation_and_none_is_left_over() -> None:
    assert catalogue().keys() == sentences() | set(PHRASES)
    assert all(catalogue().values())


#: Chinese names a month by its number.
DATED = "{day} {month_name} {time}"


@pytest.mark.parametrize("text", sorted((sentences() | set(PHRASES)) - {DATED}))
def test_a_translation_says_the_same_numbers(text: str) -> None:
    assert places(catalogue()[text]) == places(text)


@pytest.mark.parametrize("text", sorted(sentences() | set(PHRASES)))
def test_no_sentence_speaks_of_medicine(text: str) -> None:
    assert not re.search(r"patient|diagnos|treat|medical|disease", text, re.IGNORECASE)
    assert not re.search(r"患者|病人|诊断|治疗|监护|医疗", catalogue()[text])


def test_a_reason_says_durations_and_the_homes_own_time() -> None:
    lane = Lane("2026-03-10 09:00")
    lane.moves("kitchen")
    [finding] = lane.passes(hours=4)
    english = render(finding.reason, "en", SHANGHAI, lane.now)
    assert english == (
        "No movement for 4 h, last at 09:00 (kitchen); by day the limit is 4 h (5 of 5 sensors are heard)."
    )
    chinese = render(finding.reason, "zh", SHANGHAI, lane.now)
    assert chinese == (
        "已有4 小时没有活动，最后一次在09:00（厨房）；白天的限度为4 小时（5个传感器中有5个在线）。"
    )


def test_a_late_reason_says_when_it_happened_in_the_same_breath() -> None:
    lane = Lane("2026-03-10 03:40")
    [finding] = lane.says("smoke-kitchen", "smoke", ago=28 * 60_000, late=True)
    assert render(finding.reason, "en", SHANGHAI, lane.now) == (
        "Smoke in the kitchen. It happened at 03:12; the line was down."
    )
    assert render(finding.reason, "zh", SHANGHAI, lane.now) == "厨房有烟雾。事情发生在03:12，当时线路中断。"


def test_a_time_of_another_day_carries_its_date() -> None:
    reason = Reason("Smoke.", {"late_at": Lane("2026-03-09 22:05").now})
    today = Lane("2026-03-10 03:40").now
    assert render(reason, "en", SHANGHAI, today).startswith("Smoke. It happened at 9 Mar 22:05;")
    assert render(reason, "zh", SHANGHAI, today).startswith("有烟雾。事情发生在3月9日22:05，")
    assert render(reason, "zh", SHANGHAI) == render(reason, "zh", SHANGHAI, today)


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (45, "45 s", "45 秒"),
        (60, "1 min", "1 分"),
        (90.4, "1 min 30 s", "1 分 30 秒"),
        (15 * 60 + 20, "15 min", "15 分"),
        (3 * 3600 + 40 * 60, "3 h 40 min", "3 小时 40 分"),
        (12 * 3600, "12 h", "12 小时"),
        (26 * 3600 + 59 * 60, "1 d 2 h", "1 天 2 小时"),
    ],
)
def test_durations_are_said_in_their_two_largest_units(seconds: float, english: str, chinese: str) -> None:
    reason = Reason("The home is heard again after {silent_s}.", {"silent_s": seconds})
    assert render(reason, "en", SHANGHAI) == f"The home is heard again after {english}."
    assert render(reason, "zh", SHANGHAI) == f"{chinese}之后又收到这户的消息。"


def test_a_room_is_translated_when_it_is_a_common_one_and_shown_as_typed_otherwise() -> None:
    for typed, said in (
        ("living_room", "客厅"),
        ("Kitchen", "厨房"),
        ("奶奶的房间", "奶奶的房间"),
        ("", "房间不详"),
    ):
        assert render(Reason("Somebody moves again ({room}).", {"room": typed}), "zh", SHANGHAI) == (
            f"又有人活动（{said}）。"
        )
