"""Days on which clocks change have neither a gap nor two shifts at once, whatever the zone and the hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.escalation.rota import gaps, on_duty, shifts_of, turns
from hub.escalation.rota_document import DAYS, Half, Rota, Rotation, Swap, WeeklyShift
from hub.escalation.rota_times import instant_of

#: One hour at 01:00 UTC, one hour at 02:00 on the wall, half an hour, and none at all.
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")
JANUARY, NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
PEOPLE = ("li-min", "zhou-jianguo", "chen-jie", "wang-fang")

walls = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
boundaries = st.lists(walls, min_size=1, max_size=6, unique=True).map(sorted)
zones = st.sampled_from(ZONES)


def around_the_clock(zone: str, times: list[str]) -> Rota:
    """Shifts that touch on the wall, each with somebody of their own, every day of the week."""
    ends = [*times[1:], times[0]]
    return Rota(
        zone=zone,
        shifts=tuple(
            WeeklyShift(since=since, until=until, contacts=(f"{since}-{until}",))
            for since, until in zip(times, ends, strict=True)
        ),
    )


@settings(max_examples=60, deadline=None)
@given(zone=zones, times=boundaries)
def test_shifts_that_touch_on_the_wall_leave_no_gap_and_no_overlap_all_year(
    zone: str, times: list[str]
) -> None:
    duties = on_duty(around_the_clock(zone, times), JANUARY, NEW_YEAR)
    assert duties[0].since == JANUARY
    assert duties[-1].until == NEW_YEAR
    assert all(before.until == after.since for before, after in pairwise(duties))
    assert {len(duty.contacts) for duty in duties} == {1}


@pytest.mark.parametrize(
    ("zone", "forward", "back", "hours"),
    [
        ("Europe/London", date(2026, 3, 28), date(2026, 10, 24), (7, 9)),
        ("America/New_York", date(2026, 3, 7), date(2026, 10, 31), (7, 9)),
        ("Australia/Lord_Howe", date(2026, 10, 3), date(2026, 4, 4), (7.5, 8.5)),
    ],
)
def test_a_night_is_as_long_as_its_clock_makes_it(
    zone: str, forward: date, back: date, hours: tuple[float, float]
) -> None:
    place = ZoneInfo(zone)
    rota = Rota(zone=zone, shifts=(WeeklyShift(since="22:00", until="06:00", contacts=("li-min",)),))
    for day, length in zip((forward, back, date(2026, 7, 1)), (*hours, 8.0), strict=True):
        noon = instant_of(day, "12:00", place)
        (night,) = shifts_of(rota, noon, noon + timedelta(days=1))["li-min"]
        assert (night.until - night.since) / timedelta(hours=1) == length


def test_china_knows_no_change_of_clocks() -> None:
    rota = around_the_clock("Asia/Shanghai", ["06:00", "22:00"])
    lengths = {duty.until - duty.since for duty in on_duty(rota, JANUARY, NEW_YEAR)[1:-1]}
    assert lengths == {timedelta(hours=8), timedelta(hours=16)}


def test_a_time_that_a_day_skips_is_the_moment_of_the_change() -> None:
    london, lord_howe = ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert {instant_of(date(2026, 3, 29), wall, london) for wall in ("01:00", "01:30", "01:59", "02:00")} == {
        jump
    }
    assert instant_of(date(2026, 10, 4), "02:15", lord_howe) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


def test_a_day_that_never_was_has_no_shifts_and_leaves_no_gap() -> None:
    """Samoa went from 29 to 31 December 2011."""
    rota = around_the_clock("Pacific/Apia", ["06:00", "18:00"])
    since = datetime(2011, 12, 28, tzinfo=UTC)
    assert gaps(rota, since, since + timedelta(days=5)) == ()
    assert {len(duty.contacts) for duty in on_duty(rota, since, since + timedelta(days=5))} == {1}


def test_a_time_that_comes_twice_is_its_first_coming() -> None:
    london = ZoneInfo("Europe/London")
    assert instant_of(date(2026, 10, 25), "01:30", london) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    rota = around_the_clock("Europe/London", ["01:15", "01:45"])
    hour = datetime(2026, 10, 25, tzinfo=UTC)
    short = shifts_of(rota, hour, hour + timedelta(hours=2))["01:15-01:45"]
    assert [(shift.since, shift.until) for shift in short] == [
        (hour + timedelta(minutes=15), hour + timedelta(minutes=45))
    ], "a quarter past one comes twice; the shift is worked once"


@settings(max_examples=200, deadline=None)
@given(zone=zones, day=st.dates(date(2026, 1, 1), date(2026, 12, 31)), walls=st.tuples(walls, walls))
def test_a_later_time_on_the_wall_is_never_an_earlier_instant(
    zone: str, day: date, walls: tuple[str, str]
) -> None:
    place = ZoneInfo(zone)
    first, second = (instant_of(day, wall, place) for wall in sorted(walls))
    assert (
        first
        <= second
        <= instant_of(day, "24:00", place)
        == instant_of(day + timedelta(days=1), "00:00", place)
    )


@settings(max_examples=40, deadline=None)
@given(
    zone=zones,
    n=st.integers(1, 4),
    length=st.integers(1, 10),
    unit=st.sampled_from(["day", "week"]),
    hand_over=walls,
    anchor=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)
def test_somebody_always_has_the_turn_and_nobody_two_at_once(
    zone: str, n: int, length: int, unit: str, hand_over: str, anchor: date
) -> None:
    rotation = msgspec.convert(
        {"name": "turns", "participants": PEOPLE[:n], "length": length, "unit": unit,
         "anchor": anchor, "hand_over": hand_over},
        Rotation,
    )  # fmt: skip
    rota = Rota(
        zone=zone,
        shifts=(WeeklyShift(since="00:00", until="24:00", rotation="turns"),),
        rotations=(rotation,),
    )
    duties = on_duty(rota, JANUARY, NEW_YEAR)
    assert {len(duty.contacts) for duty in duties} == {1}
    if n > 1:
        for duty in duties[1:-1]:
            shown = duty.since.astimezone(ZoneInfo(zone))
            assert instant_of(shown.date(), hand_over, ZoneInfo(zone)) == duty.since
            assert (shown.date() - anchor).days % (length * (7 if unit == "week" else 1)) == 0


@settings(max_examples=60, deadline=None)
@given(
    zone=zones,
    times=boundaries.filter(lambda times: len(times) > 1),
    picks=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    day=st.integers(1, 350),
)
def test_a_swap_gives_each_exactly_the_others_hours_and_loses_none(
    zone: str, times: list[str], picks: tuple[int, int], day: int
) -> None:
    since = JANUARY + timedelta(days=day)
    until = since + timedelta(days=14)
    rota = around_the_clock(zone, times)
    known = turns(rota, since, until)
    first = known[picks[0] % len(known)]
    others = [turn for turn in known if turn.contact != first.contact]
    second = others[picks[1] % len(others)]
    swap = Swap(
        id="1",
        first=Half(contact=first.contact, since=first.since, until=first.until),
        second=Half(contact=second.contact, since=second.since, until=second.until),
    )
    swapped = msgspec.structs.replace(rota, changes=(swap,))
    before, after = hours(rota, since, until), hours(swapped, since, until)
    longer = (second.until - second.since) - (first.until - first.since)
    assert after[first.contact] - before[first.contact] == longer
    assert after[second.contact] - before[second.contact] == -longer
    assert sum(after.values(), timedelta()) == sum(before.values(), timedelta()) == until - since
    twice = Swap(id="2", first=swap.second, second=swap.first)
    back = msgspec.structs.replace(
        rota,
        changes=(swap, msgspec.structs.replace(
            twice,
            first=msgspec.structs.replace(twice.first, contact=first.contact),
            second=msgspec.structs.replace(twice.second, contact=second.contact),
        )),
    )  # fmt: skip
    assert on_duty(back, since, until) == on_duty(rota, since, until), "swapped back, nothing has changed"


def hours(rota: Rota, since: datetime, until: datetime) -> dict[str, timedelta]:
    """How long each person has duty."""
    held = {contact: timedelta() for shift in rota.shifts for contact in shift.contacts}
    for contact, own in shifts_of(rota, since, until).items():
        held[contact] = sum((shift.until - shift.since for shift in own), timedelta())
    return held


@settings(max_examples=40, deadline=None)
@given(
    zone=zones,
    shifts=st.lists(
        st.tuples(walls, walls, st.sets(st.sampled_from(DAYS), min_size=1), st.sampled_from(PEOPLE)),
        max_size=5,
    ),
    day=st.integers(0, 350),
    cut=st.integers(1, 24 * 60 * 5 - 1),
)
def test_a_span_asked_in_two_parts_is_the_same_span(
    zone: str, shifts: list[tuple[str, str, set[str], str]], day: int, cut: int
) -> None:
    """Whoever asks for one minute hears what somebody hears who asks for a week."""
    rota = Rota(
        zone=zone,
        shifts=tuple(
            WeeklyShift(since=since, until=until, days=tuple(sorted(days)), contacts=(who,))  # type: ignore[arg-type]
            for since, until, days, who in shifts
        ),
    )
    since = JANUARY + timedelta(days=day)
    until, middle = since + timedelta(days=5), since + timedelta(minutes=cut)
    parts = [*on_duty(rota, since, middle), *on_duty(rota, middle, until)]
    for duty in on_duty(rota, since, until):
        for part in parts:
            if part.since < duty.until and duty.since < part.until:
                assert part.contacts == duty.contacts
    assert sum((g.until - g.since for g in gaps(rota, since, until)), timedelta()) == sum(
        (part.until - part.since for part in parts if not part.contacts), timedelta()
    )
