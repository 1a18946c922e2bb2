"""Two weeks of duty as blocks: nothing is left out of a day, and a gap is a block of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.escalation.rota import on_duty
from hub.escalation.rota_document import Rota, WeeklyShift
from hub.web.rota_days import Block, colours_of, days_of
from hub.web.rota_words import local, span, weekdays

NAMES = {"li": "李敏", "zhou": "周建国"}
LONDON = Rota(
    zone="Europe/London",
    shifts=(
        WeeklyShift(since="22:00", until="06:00", contacts=("zhou",)),
        WeeklyShift(since="06:00", until="18:00", contacts=("li", "zhou")),
    ),
)


def test_every_day_is_filled_from_end_to_end_also_where_the_clocks_change() -> None:
    since = datetime(2026, 3, 27, tzinfo=UTC)
    duties = on_duty(LONDON, since, since + timedelta(days=5))
    rows = days_of(duties, NAMES, date(2026, 3, 28), 3, "Europe/London", since + timedelta(days=1, hours=12))
    assert [row.hours for row in rows] == [24, 23, 24]
    for row in rows:
        assert sum(block.width / block.lanes for block in row.blocks) == pytest.approx(1000)
    assert [row.now for row in rows] == [pytest.approx(500), None, None]
    assert rows[1].told == (
        ("00:00–06:00", ("周建国",)),
        ("06:00–18:00", ("李敏", "周建国")),
        ("18:00–22:00", ()),
        ("22:00–24:00", ("周建国",)),
    )


def test_a_gap_is_a_block_of_nobody_and_two_on_duty_are_two_lanes() -> None:
    since = datetime(2026, 7, 1, tzinfo=UTC)
    (row,) = days_of(
        on_duty(LONDON, since, since + timedelta(days=2)), NAMES, date(2026, 7, 2), 1, "Europe/London", since
    )
    assert [(block.contact, block.lane, block.lanes, block.hours) for block in row.blocks] == [
        ("zhou", 0, 1, "00:00–06:00"),
        ("li", 0, 2, "06:00–18:00"),
        ("zhou", 1, 2, "06:00–18:00"),
        (None, 0, 1, "18:00–22:00"),
        ("zhou", 0, 1, "22:00–24:00"),
    ]
    assert colours_of(NAMES, on_duty(LONDON, since, since + timedelta(hours=2))) == [("周建国", 1)]


@pytest.mark.parametrize(
    ("name", "pixels", "shown"),
    [("周建国", 560, "周建国"), ("周建国", 300, "周"), ("周建国", 200, ""), ("Zhou Jianguo", 300, "ZJ")],
)
def test_a_name_is_shortened_to_what_its_block_holds(name: str, pixels: float, shown: str) -> None:
    block = Block(x=0, width=100, lane=0, lanes=1, contact="zhou", name=name, colour=0, hours="")
    assert block.label(pixels) == shown


def test_days_and_hours_are_told_briefly() -> None:
    zone, evening = "Asia/Shanghai", datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert span(evening, evening + timedelta(hours=12), zone, "en") == "Sat 21 Nov 20:00–08:00"
    assert span(evening, evening + timedelta(days=1), zone, "en") == "Sat 21 Nov 20:00–20:00"
    assert span(evening, evening + timedelta(days=2), zone, "en") == "Sat 21 Nov 20:00 – Mon 23 Nov 20:00"
    assert span(evening, evening + timedelta(hours=2), zone, "zh") == "11月21日周六 20:00–22:00"
    assert local(evening, zone) == "2026-11-21T20:00"
    assert weekdays(("mon", "tue", "wed", "thu", "fri"), "en") == "Mon–Fri"
    assert weekdays(("mon", "wed"), "zh") == "周一、周三"
    assert weekdays(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "zh") == "每天"
