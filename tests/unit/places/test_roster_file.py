"""A county's table of homes is read whole; every mistake is named by its line before anything is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.roster_file import COLUMNS, Contact, Table, read

GOOD = "organisation,resident,address,born,capability,circumstances,contact1_name,contact1_phone\n" + (
    "dongjie,李桂英,北巷7号,1943,2,独居;失能,李明,+447700900001\n"
)


def table(text: str) -> Table:
    return read(text, {"dongjie", "xijie"}, {"wang"}, 2026)


def test_a_good_row_is_taken_as_it_is_meant() -> None:
    found = table(GOOD)
    assert found.problems == ()
    (row,) = found.rows
    assert (row.resident, row.born, row.capability) == ("李桂英", 1943, 2)
    assert row.circumstances == ("lives_alone", "disabled")
    assert row.contacts == (Contact(name="李明", number="+447700900001", role="family"),)


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_a_spreadsheet_may_separate_as_it_likes_and_speak_chinese(separator: str) -> None:
    lines = [["机构", "姓名", "地址", "类别"], ["xijie", "王大爷", "河边3号", "留守"], ["", "", "", ""]]
    found = table("\ufeff" + "\r\n".join(separator.join(line) for line in lines) + "\r\n")
    assert found.problems == ()
    assert [(row.resident, row.circumstances) for row in found.rows] == [("王大爷", ("left_behind",))]


@pytest.mark.parametrize(
    ("head", "cell", "said"),
    [
        ("organisation", "far", "There is no organisation “far” of yours."),
        ("resident", "", "“resident” is empty."),
        ("born", "1843", "“1843” is no year of birth."),
        ("born", "四三年", "“四三年” is no year of birth."),
        ("capability", "7", "“7” is no ability level from 0 to 4."),
        ("circumstances", "富裕", "“富裕” is none of the six groups."),
        ("home", "wang", "The home “wang” exists already."),
        ("home", "东街1", "“东街1” cannot be the number of a home: small letters, digits and hyphens."),
        ("contact1_phone", "12", "Nobody can be called at 12: "),
        ("contact1_name", "", "Contact 1 needs a name and a number."),
        ("contact1_role", "老板", "“老板” is no role of a contact."),
    ],
)
def test_each_mistake_is_named_with_its_line(head: str, cell: str, said: str) -> None:
    row = {
        "organisation": "dongjie", "resident": "李桂英", "address": "北巷7号", "home": "", "born": "",
        "capability": "", "circumstances": "", "contact1_name": "李明", "contact1_phone": "+447700900001",
        "contact1_role": "",
    } | {head: cell}  # fmt: skip
    found = table(",".join(row) + "\n" + ",".join(row.values()))
    assert [problem.line for problem in found.problems] == [2]
    assert found.problems[0].text.format(**found.problems[0].values).startswith(said)


def test_the_same_number_twice_in_one_table_is_found() -> None:
    text = "home,organisation,resident,address\nli,dongjie,李,一号\nli,dongjie,王,二号\n"
    assert [(p.line, p.text) for p in table(text).problems] == [(3, "The home “{name}” exists already.")]


def test_columns_that_are_missing_or_unknown_are_named() -> None:
    said = [problem.values["name"] for problem in table("organisation,resident,phone\n").problems]
    assert said == ["address", "phone"]
    assert table("  \n").problems[0].text == "The table is empty."


@given(st.text(max_size=400), st.lists(st.sampled_from(sorted(COLUMNS)), max_size=6))
def test_no_text_whatever_raises(text: str, heads: list[str]) -> None:
    found = table(",".join(heads) + "\n" + text)
    assert found.rows or found.problems


@pytest.mark.parametrize(
    ("text", "line"), [(GOOD.replace("\n", "\r"), None), (GOOD + '"' + "x" * 140_000, 3)]
)
def test_old_line_ends_are_read_and_a_quotation_that_never_ends_is_said(text: str, line: int | None) -> None:
    found = table(text)
    assert [problem.line for problem in found.problems] == ([] if line is None else [line])
    assert len(found.rows) == (1 if line is None else 0)
