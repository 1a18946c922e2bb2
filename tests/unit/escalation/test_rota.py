"""Who is on duty: weekly shifts, turns, overrides and swaps, on a village station of three people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from hub.escalation.policy import Shift
from hub.escalation.rota import Duty, Turn, gaps, on_duty, shifts_of, turns
from hub.escalation.rota_document import Half, Override, Rota, Rotation, Swap, WeeklyShift

LI, ZHOU, CHEN = "li-min", "zhou-jianguo", "chen-jie"
CHINA = ZoneInfo("Asia/Shanghai")

DAYTIME = WeeklyShift(name="白班", since="08:00", until="20:00", contacts=(LI,))
NIGHTS = WeeklyShift(name="夜班", since="20:00", until="08:00", rotation="夜班轮值")
TURNS = Rotation(
    name="夜班轮值",
    participants=(ZHOU, CHEN),
    length=1,
    unit="day",
    anchor=date(2026, 11, 2),
    hand_over="12:00",
)
STATION = Rota(shifts=(DAYTIME, NIGHTS), rotations=(TURNS,))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant by the clocks of the village, in November 2026; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA).astimezone(UTC)


def with_changes(*changes: Override | Swap) -> Rota:
    return msgspec.structs.replace(STATION, changes=changes)


def test_days_and_nights_follow_each_other_and_the_night_goes_by_turns() -> None:
    assert on_duty(STATION, at(2, 8), at(4, 8)) == (
        Duty(at(2, 8), at(2, 20), (LI,)),
        Duty(at(2, 20), at(3, 8), (ZHOU,)),
        Duty(at(3, 8), at(3, 20), (LI,)),
        Duty(at(3, 20), at(4, 8), (CHEN,)),
    )


def test_a_question_in_the_middle_of_a_night_that_began_yesterday_is_answered() -> None:
    assert on_duty(STATION, at(3, 3, 12), at(3, 3, 13)) == (Duty(at(3, 3, 12), at(3, 3, 13), (ZHOU,)),)


def test_turns_go_on_before_their_anchor_too() -> None:
    assert on_duty(STATION, at(1, 21), at(1, 22))[0].contacts == (CHEN,)


def test_a_turn_that_ends_within_a_shift_hands_over_there() -> None:
    weekly = Rotation(name="周", participants=(LI, CHEN), length=1, unit="week", anchor=date(2026, 11, 2))
    always = WeeklyShift(since="00:00", until="24:00", rotation="周")
    rota = Rota(shifts=(always,), rotations=(weekly,))
    assert on_duty(rota, at(2, 0), at(16, 8)) == (
        Duty(at(2, 0), at(2, 8), (CHEN,)),
        Duty(at(2, 8), at(9, 8), (LI,)),
        Duty(at(9, 8), at(16, 8), (CHEN,)),
    )


def test_two_shifts_at_once_have_both_people_on_duty() -> None:
    helper = WeeklyShift(since="10:00", until="12:00", contacts=(CHEN, LI))
    rota = Rota(shifts=(DAYTIME, helper))
    assert on_duty(rota, at(2, 9), at(2, 13)) == (
        Duty(at(2, 9), at(2, 10), (LI,)),
        Duty(at(2, 10), at(2, 12), (LI, CHEN)),
        Duty(at(2, 12), at(2, 13), (LI,)),
    )


def test_days_without_a_shift_are_gaps() -> None:
    weekdays = msgspec.structs.replace(DAYTIME, days=("mon", "tue", "wed", "thu", "fri"))
    assert gaps(Rota(shifts=(weekdays,)), at(6, 19), at(9, 9)) == (Shift(at(6, 20), at(9, 8)),)
    assert gaps(STATION, at(1, 0), at(28, 0)) == ()
    assert gaps(Rota(), at(1, 0), at(2, 0)) == (Shift(at(1, 0), at(2, 0)),)


def test_whoever_is_no_longer_called_covers_nothing() -> None:
    assert gaps(STATION, at(2, 8), at(4, 8), absent={CHEN}) == (Shift(at(3, 20), at(4, 8)),)
    assert CHEN not in shifts_of(STATION, at(2, 8), at(30, 8), absent={CHEN})


def test_one_stands_in_for_another_only_while_the_other_has_duty() -> None:
    rota = with_changes(Override(id="1", since=at(2, 18), until=at(2, 23), on=LI, off=ZHOU))
    assert on_duty(rota, at(2, 12), at(3, 8)) == (
        Duty(at(2, 12), at(2, 23), (LI,)),
        Duty(at(2, 23), at(3, 8), (ZHOU,)),
    )


def test_one_is_put_on_duty_besides_and_one_is_taken_off() -> None:
    rota = with_changes(
        Override(id="1", since=at(2, 10), until=at(2, 11), on=CHEN),
        Override(id="2", since=at(2, 12), until=at(2, 13), off=LI),
    )
    assert [duty.contacts for duty in on_duty(rota, at(2, 9), at(2, 14))] == [
        (LI,),
        (LI, CHEN),
        (LI,),
        (),
        (LI,),
    ]


def test_a_later_change_changes_what_an_earlier_one_left() -> None:
    rota = with_changes(
        Override(id="1", since=at(2, 8), until=at(2, 20), on=CHEN, off=LI),
        Override(id="2", since=at(2, 8), until=at(2, 20), on=ZHOU, off=CHEN),
    )
    assert on_duty(rota, at(2, 9), at(2, 10))[0].contacts == (ZHOU,)


def test_a_swap_gives_each_the_others_duty_on_that_occasion_and_on_no_other() -> None:
    rota = with_changes(
        Swap(
            id="1",
            first=Half(contact=ZHOU, since=at(2, 20), until=at(3, 8)),
            second=Half(contact=CHEN, since=at(5, 20), until=at(6, 8)),
        )
    )
    nights = {n: on_duty(rota, at(n, 22), at(n, 23))[0].contacts for n in range(2, 8)}
    assert nights == {2: (CHEN,), 3: (CHEN,), 4: (ZHOU,), 5: (ZHOU,), 6: (ZHOU,), 7: (CHEN,)}


def test_what_can_be_swapped_is_told_occasion_by_occasion() -> None:
    """The same person on two days in a row has two turns, though they are one stretch of duty."""
    weekend = WeeklyShift(name="周末", days=("sat", "sun"), since="00:00", until="24:00", contacts=(LI,))
    rota = Rota(shifts=(weekend,))
    assert turns(rota, at(7, 0), at(9, 0)) == (
        Turn(at(7, 0), at(8, 0), LI, "周末"),
        Turn(at(8, 0), at(9, 0), LI, "周末"),
    )
    assert shifts_of(rota, at(7, 0), at(9, 0)) == {LI: (Shift(at(7, 0), at(9, 0)),)}


def test_a_document_is_the_same_after_it_was_kept() -> None:
    rota = with_changes(
        Override(id="1", since=at(2, 10), until=at(2, 11), on=CHEN, note="家里有事"),
        Swap(
            id="2",
            first=Half(contact=ZHOU, since=at(2, 20), until=at(3, 8)),
            second=Half(contact=CHEN, since=at(3, 20), until=at(4, 8)),
        ),
    )
    assert msgspec.json.decode(msgspec.json.encode(rota), type=Rota) == rota
