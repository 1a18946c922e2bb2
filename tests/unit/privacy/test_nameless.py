"""Names, numbers and addresses are taken out of what is kept, and nothing else is."""

from __future__ import annotations

import pytest

from hub.privacy.nameless import Marks


def marks(*, words_too: bool = False) -> Marks:
    made = Marks(ids={"wang-fang": "〔contact 1〕", "family": "〔user 1〕"}, words_too=words_too)
    made.add_names(["王芳", " Li ", "王芳家"], "〔contact 1〕")
    made.numbers.add("+8613800138000")
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王芳说好", "〔contact 1〕说好"),
        ("Li sits in the Living room", "〔contact 1〕 sits in the Living room"),
        ("138 0013 8000", "〔number〕"),
        ("+86 138-0013-8000。", "〔number〕。"),
        ("号码 8613800138000", "号码 〔number〕"),
        ("3 falls in 30 days", "3 falls in 30 days"),
        ("contact:wang-fang", "contact:〔contact 1〕"),
        ("wang-fangzhou", "wang-fangzhou"),
    ],
)
def test_a_text(text: str, expected: str) -> None:
    assert marks().in_text(text) == expected


def test_an_id_is_one_only_where_ids_stand() -> None:
    said = {"by": "family", "role": "family", "contact": "wang-fang", "at": 3, "left": ["wang-fang", "x"]}
    assert marks().in_value(said) == {
        "by": "〔user 1〕", "role": "family", "contact": "〔contact 1〕", "at": 3,
        "left": ["〔contact 1〕", "x"],
    }  # fmt: skip


def test_own_words_are_blanked_only_where_the_whole_home_goes() -> None:
    said = {"note": "她姨妈也在", "understood": "help", "text": "快来"}
    assert marks().in_value(said) == said
    assert marks(words_too=True).in_value(said) == {"note": "", "understood": "help", "text": ""}
