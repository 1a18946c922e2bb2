"""Walking about at night: counted, held against the home's own nights, said with the numbers that crossed."""

from __future__ import annotations

import math
import random
import time

import pytest

from models.detection.finding import Cleared, Finding
from models.detection.limits import HOUR, MINUTE
from models.detection.routines.counts import Counts, shrunk
from models.detection.routines.night import LEAST
from models.detection.routines.spells import Sign
from models.detection.routines.wandering import (
    ENOUGH_NIGHTS,
    NIGHTS_KEPT,
    Facts,
    Nights,
    NightWandering,
    UnreadableNightsError,
)
from models.detection.wording import render

ZONE = "Asia/Shanghai"
ELEVEN = 1_772_463_600_000  #: 2 March 2026, 23:00 in Shanghai
DAY = 24 * HOUR
WALK = ("kitchen", "living room", "hall", "kitchen", "study")


def at(now: int, **changed: int) -> Facts:
    """A home with seven sensors in five rooms, all heard, unless `changed`."""
    known = {"alive": 7, "sensors": 7, "rooms": 5} | changed
    return Facts(now=now, zone=ZONE, **known)


def walks(home: NightWandering, start: int, changes: int, every: int = 2 * MINUTE) -> int:
    """Gets up and changes room so often; returns when the last was."""
    home.take(Sign(start, "bedroom"))
    now = start
    for n in range(changes):
        now += every
        home.take(Sign(now, WALK[n % len(WALK)]))
    return now


def usual(nights: int, seed: int = 1) -> NightWandering:
    """A home that is known for so many nights, with zero to four changes in each."""
    chance = random.Random(seed)
    home = NightWandering(ZONE)
    for _ in range(nights):
        home.nights.night.walks = chance.choice([0, 0, 0, 2, 3, 4])
        home.learn()
    return home


def test_a_negative_binomial_has_its_mean_its_spread_and_its_tail() -> None:
    counts = Counts(3.0, 4.0)
    chances = [counts.above(n) - counts.above(n + 1) for n in range(300)]
    mean = math.fsum(n * one for n, one in enumerate(chances))
    variance = math.fsum((n - mean) ** 2 * one for n, one in enumerate(chances))
    assert mean == pytest.approx(3.0, rel=1e-6)
    assert variance / mean == pytest.approx(4.0, rel=1e-5)
    for chance in (0.5, 0.1, 1 / 60, 1 / 1000):
        limit = counts.rarer_than(chance)
        assert counts.above(limit) <= chance < counts.above(limit - 1)


def test_a_home_without_nights_is_judged_by_others_and_then_more_and_more_by_its_own() -> None:
    others = Counts(3.0, 4.0)
    assert shrunk([], others) == others
    means = [shrunk([9] * n, others).mean for n in (0, 1, 7, 42)]
    assert means == sorted(means)
    assert means[-1] == pytest.approx(9.0, abs=1.0)
    wild = shrunk([2] * 20 + [300], others)
    assert wild.mean < 5


def test_to_the_bathroom_and_back_is_nobodys_business() -> None:
    home = usual(30)
    for n in range(20):
        home.take(Sign(ELEVEN + n * 10 * MINUTE, ("bedroom", "bathroom")[n % 2]))
    assert home.nights.night.walks == 0
    assert home.score(at(ELEVEN + 4 * HOUR)) is None


def test_more_changes_than_the_homes_nights_have_are_asked_about_with_their_numbers() -> None:
    home = usual(30)
    limit = home.measure().limit
    start = ELEVEN + 2 * HOUR
    last = walks(home, start, limit - 1, every=7 * MINUTE)
    assert home.score(at(last)) is None
    last += 7 * MINUTE
    home.take(Sign(last, "balcony"))
    found = home.score(at(last))
    assert isinstance(found, Finding)
    assert (found.risk, found.severity) == ("night_wandering", "warning")
    text = render(found.reason, "en", ZONE, last)
    assert text.startswith(f"{limit} changes of room between 01:07 and ")
    assert "in 30 nights there were usually 1." in text
    assert f"(the limit is {limit} changes)" in text
    assert "{" not in render(found.reason, "zh", ZONE, last)


def test_on_foot_for_half_an_hour_is_a_warning_in_the_first_night_already() -> None:
    home = NightWandering(ZONE)
    last = walks(home, ELEVEN + HOUR, 16)
    found = home.score(at(last))
    assert isinstance(found, Finding)
    assert found.severity == "warning"
    text = render(found.reason, "en", ZONE, last)
    assert text == (
        "Walking about at night for 32 min without a rest, 16 changes of room since 00:00 (kitchen); "
        "the limit is 30 min."
    )


def test_being_at_the_outer_door_is_told() -> None:
    home = NightWandering(ZONE)
    last = walks(home, ELEVEN + HOUR, 12)
    for n in (1, 4):
        home.take(Sign(last + n * MINUTE, "entrance", True))
    last = walks(home, last + 5 * MINUTE, 12)
    found = home.score(at(last))
    assert isinstance(found, Finding)
    assert "at the outer door 2 times" in render(found.reason, "en", ZONE, last)


def test_few_changes_are_never_said_however_quiet_the_nights_are() -> None:
    home = NightWandering(ZONE)
    for _ in range(NIGHTS_KEPT):
        home.learn()
    assert home.measure().limit == LEAST


def test_by_day_nothing_is_counted_and_a_new_night_begins_at_nothing() -> None:
    home = NightWandering(ZONE)
    walks(home, ELEVEN - 15 * HOUR, 40)
    assert home.nights.night.walks == 0
    walks(home, ELEVEN + HOUR, 5)
    assert home.nights.night.walks == 5
    assert home.score(at(ELEVEN + 8 * HOUR)) is None
    walks(home, ELEVEN + DAY + HOUR, 2)
    assert home.nights.night.walks == 2


def test_it_is_over_when_it_has_been_quiet_or_when_the_night_ends() -> None:
    home = NightWandering(ZONE)
    last = walks(home, ELEVEN + HOUR, 16)
    assert home.score(at(last + 10 * MINUTE), active=True) is None
    due = home.due(at(last), active=True)
    assert due == last + 45 * MINUTE
    over = home.score(at(due), active=True)
    assert isinstance(over, Cleared)
    assert "quiet for 45 min" in render(over.reason, "en", ZONE, due)
    assert isinstance(home.score(at(ELEVEN + 6 * HOUR), active=True), Cleared)
    assert home.due(at(last)) is None


def test_it_abstains_and_says_so_where_most_sensors_are_not_heard() -> None:
    home = NightWandering(ZONE)
    last = walks(home, ELEVEN + HOUR, 30)
    for facts in (at(last, alive=3), at(last, rooms=1), at(last, caught_up_at=last + 1)):
        reason = home.abstains(facts)
        assert reason is not None
        assert "judged" in render(reason, "en", ZONE, last)
        assert home.score(facts) is None
    assert home.abstains(at(last)) is None


def test_a_night_that_was_not_ordinary_is_not_learnt() -> None:
    home = usual(ENOUGH_NIGHTS)
    known = list(home.nights.known)
    walks(home, ELEVEN + HOUR, 60)
    home.learn(ordinary=False)
    assert home.nights.known == known


def test_a_sign_costs_little_and_a_row_is_small() -> None:
    home = usual(60)
    signs = [Sign(ELEVEN - 12 * HOUR + n * 4_000, WALK[n // 30 % 5]) for n in range(20_000)]
    start = time.perf_counter()
    for sign in signs:
        home.take(sign)
    assert (time.perf_counter() - start) / len(signs) < 10e-6
    row = home.nights.to_bytes()
    assert len(row) < 200
    assert Nights.from_bytes(row) == home.nights
    for broken in (b"", b"\x09", row[:20]):
        with pytest.raises(UnreadableNightsError):
            Nights.from_bytes(broken)
