"""The days of a simulated resident: the same for the same seed, and such as a person could live them."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, datetime, time, timedelta
from statistics import mean

import pytest
from msgspec.structs import replace

from simulators.home import circumstances
from simulators.home import plan as plans
from simulators.home.activities import ACTIVITIES
from simulators.home.circumstances import DAY, Special
from simulators.home.plan import Plan
from simulators.home.resident import OUT, day, life, visits

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(60)]


@pytest.fixture(params=plans.names())
def home(request: pytest.FixtureRequest) -> Plan:
    """One of the homes, with nobody who comes to see its resident."""
    return with_habits(plans.load(request.param), visitors=0, carer_days=(), lie_ins=0)


def with_habits(plan: Plan, **habits: object) -> Plan:
    resident = replace(plan.resident, habits=replace(plan.resident.habits, **habits))
    return replace(plan, resident=resident)


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


LANE = with_habits(plans.load("lane-flat"), visitors=0, carer_days=(), lie_ins=0)


def hours_of(plan: Plan, on: date, what: str, specials: tuple[Special, ...] = ()) -> list[float]:
    """At which hours of a day an act happens."""
    midnight = datetime.combine(on, time(), plan.timezone).timestamp()
    acts = day(1, on, plan, since=FIRST, specials=specials)
    return [(act.at / 1000 - midnight) / 3600 for act in acts if act.what == what]


def test_movement_comes_in_bouts_with_long_rests_between_them() -> None:
    """As in recorded homes: half of the minutes with a movement follow another, one gap in 50 is long."""
    minutes = sorted({act.at // 60_000 for on in DAYS[:20] for act in day(1, on, LANE) if act.what == "move"})
    gaps = sorted(two - one for one, two in itertools.pairwise(minutes))
    assert gaps[len(gaps) // 2] == 1
    assert gaps[int(len(gaps) * 0.98)] > 40


def test_visitors_come_as_often_as_is_usual_and_move_the_door_both_times() -> None:
    with_guests = with_habits(LANE, visitors=2.0, outings=0)
    doors = [len(hours_of(with_guests, on, "door_open")) for on in DAYS]
    assert sum(doors) / 2 / len(DAYS) * 7 == pytest.approx(2.0, abs=0.7)
    assert set(doors) <= {0, 2}


def test_a_carer_comes_on_her_days_at_her_hour() -> None:
    cared_for = with_habits(LANE, carer_days=(2, 5), carer_at=time(9), carer_minutes=50.0, outings=0)
    for on in DAYS[:14]:
        doors = hours_of(cared_for, on, "door_open")
        assert len(doors) == (2 if on.isoweekday() in (2, 5) else 0)
        assert all(8.4 < hour < 10.7 for hour in doors)


def test_nobody_is_home_over_a_weekend_away() -> None:
    away = (Special("away", 6, time(10), 2 * 24 * 60 - 16 * 60),)
    saturday, sunday = DAYS[6], DAYS[7]
    assert max(hours_of(LANE, saturday, "move", away)) < 10.1
    assert 17.9 < min(hours_of(LANE, sunday, "move", away)) < 18.1
    assert hours_of(LANE, sunday, "door_open", away)[0] == pytest.approx(18, abs=0.01)


def test_somebody_who_lies_still_moves_nothing() -> None:
    still = (Special("still", 1, time(10), 30 * 60),)
    assert max(hours_of(LANE, DAYS[1], "move", still)) < 10
    assert min(hours_of(LANE, DAYS[2], "move", still)) >= 16


def test_a_lie_in_a_nap_and_an_outing_can_be_asked_for() -> None:
    late = visits(1, DAYS[0], LANE, since=FIRST, specials=(Special("lie_in", 0, None, 150),))
    usual = visits(1, DAYS[0], LANE, since=FIRST)
    up = next(stay.start for stay in late if stay.activity == "wash")
    assert up - next(stay.start for stay in usual if stay.activity == "wash") > 2 * 3600
    nap = visits(1, DAYS[0], LANE, since=FIRST, specials=(Special("nap", 0, time(13), 120),))
    assert max(stay.end - stay.start for stay in nap if stay.activity == "nap") == pytest.approx(7200, abs=60)
    out = visits(1, DAYS[0], LANE, since=FIRST, specials=(Special("out", 0, time(14), 180),))
    assert [round(stay.end - stay.start) for stay in out if stay.activity == OUT] == [3 * 3600]


def test_in_summer_they_are_up_earlier_than_in_winter() -> None:
    def up(on: date) -> float:
        return mean(
            next(stay.start for stay in visits(seed, on, LANE) if stay.activity == "wash")
            for seed in range(30)
        )

    assert up(date(2026, 12, 21)) - up(date(2026, 6, 21)) > 15 * 60


def test_slow_decline_leaves_less_movement_week_by_week() -> None:
    weaker = with_habits(LANE, declines_from=FIRST, declines_per_day=0.01)
    assert circumstances.vigour(weaker, FIRST) == 1
    assert circumstances.vigour(weaker, FIRST + timedelta(days=60)) == pytest.approx(0.99**60)

    def minutes(plan: Plan, days: list[date]) -> float:
        return mean(len({act.at // 60_000 for act in day(1, on, plan)}) for on in days)

    assert minutes(weaker, DAYS[-7:]) < 0.85 * minutes(LANE, DAYS[-7:])
    assert minutes(weaker, DAYS[:3]) == pytest.approx(minutes(LANE, DAYS[:3]), rel=0.1)


def test_a_life_is_its_days_one_after_the_other() -> None:
    lived = list(life(1, LANE, FIRST, days=3))
    assert lived == [act for on in DAYS[:3] for act in day(1, on, LANE)]
