"""The days of a simulated resident: the same for the same seed, and such as a person could live them."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, datetime, time, timedelta
from statistics import mean

import pytest

from simulators.home import plan as plans
from simulators.home.plan import Plan
from simulators.home.resident import ACTIVITIES, DAY, OUT, day, visits

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(60)]


@pytest.fixture(params=plans.names())
def home(request: pytest.FixtureRequest) -> Plan:
    return plans.load(request.param)


def test_the_same_seed_gives_the_same_day(home: Plan) -> None:
    assert day(7, FIRST, home) == day(7, FIRST, home)


def test_another_seed_or_another_date_gives_another_day(home: Plan) -> None:
    assert day(7, FIRST, home) != day(8, FIRST, home)
    assert visits(7, DAYS[0], home) != visits(7, DAYS[1], home)


def test_stays_follow_each_other_without_gap_from_midnight_to_midnight(home: Plan) -> None:
    for on in DAYS:
        stays = visits(1, on, home)
        assert stays[0].start == 0
        assert stays[-1].end == DAY
        assert all(one.end == two.start for one, two in itertools.pairwise(stays))
        assert all(stay.end > stay.start for stay in stays)


def test_each_thing_is_done_in_a_room_for_it(home: Plan) -> None:
    kinds = {room.id: room.kind for room in home.rooms}
    for stay in (stay for on in DAYS for stay in visits(1, on, home) if stay.activity != OUT):
        assert kinds[stay.room] in ACTIVITIES[stay.activity].rooms


def test_acts_are_in_order_and_of_that_day_alone(home: Plan) -> None:
    for on in DAYS[:14]:
        instants = [act.at for act in day(1, on, home)]
        midnight = datetime.combine(on, time(), home.timezone)
        assert instants == sorted(instants)
        assert midnight.timestamp() * 1000 <= instants[0]
        assert instants[-1] < (midnight + timedelta(days=1)).timestamp() * 1000


def test_they_get_up_and_go_to_bed_at_their_hours(home: Plan) -> None:
    habits = home.resident.habits
    ups, downs = [], []
    for on in DAYS:
        stays = visits(1, on, home)
        awake = [stay for stay in stays if stay.activity in ("cook", "television", "hobby")]
        ups.append(next(stay.start for stay in stays if stay.activity == "wash") / 3600)
        downs.append(awake[-1].end / 3600)
        assert awake[0].start / 3600 > 4
    assert mean(ups) == pytest.approx(habits.wake.hour + habits.wake.minute / 60, abs=0.5)
    assert mean(downs) == pytest.approx(habits.sleep.hour + habits.sleep.minute / 60, abs=0.8)


def test_they_sleep_six_to_ten_and_a_half_hours(home: Plan) -> None:
    slept = [sum(s.end - s.start for s in visits(1, on, home) if s.activity == "sleep") / 3600 for on in DAYS]
    assert all(5.5 < hours < 11 for hours in slept)
    assert 6.5 < mean(slept) < 10


def test_they_eat_three_times_on_most_days(home: Plan) -> None:
    meals = Counter(sum(stay.activity == "eat" for stay in visits(1, on, home)) for on in DAYS)
    assert meals[3] > 0.8 * len(DAYS)


def test_they_go_out_as_often_as_is_their_habit(home: Plan) -> None:
    outings = mean(sum(stay.activity == OUT for stay in visits(1, on, home)) for on in DAYS)
    assert outings == pytest.approx(home.resident.habits.outings, abs=0.45)


def test_they_use_the_toilet_at_night_as_often_as_is_their_habit(home: Plan) -> None:
    nights = [
        sum(stay.activity == "toilet" and stay.end < 4 * 3600 for stay in visits(1, on, home)) for on in DAYS
    ]
    assert 0.1 < mean(nights) < home.resident.habits.night_toilets


def test_every_outing_opens_and_closes_the_door_twice(home: Plan) -> None:
    for on in DAYS[:14]:
        outings = [stay for stay in visits(1, on, home) if stay.activity == OUT]
        doors = [act.what for act in day(1, on, home) if act.what.startswith("door")]
        assert doors == ["door_open", "door_close"] * (2 * len(outings))


def test_nobody_moves_in_the_home_while_its_resident_is_out(home: Plan) -> None:
    for on in DAYS[:14]:
        midnight = datetime.combine(on, time(), home.timezone).timestamp()
        moves = [act.at / 1000 - midnight for act in day(1, on, home) if act.what == "move"]
        for stay in visits(1, on, home):
            if stay.activity == OUT:
                assert not [second for second in moves if stay.start + 1 < second < stay.end - 1]


def test_a_day_of_23_hours_ends_at_its_own_midnight() -> None:
    """Berlin, the night in which clocks are set forward."""
    import msgspec

    berlin = msgspec.structs.replace(plans.load("lane-flat"), zone="Europe/Berlin")
    on = date(2026, 3, 29)
    end = datetime(2026, 3, 30, tzinfo=berlin.timezone).timestamp() * 1000
    assert max(act.at for act in day(1, on, berlin)) < end
