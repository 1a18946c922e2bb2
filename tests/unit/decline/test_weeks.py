"""Decline over weeks: what lasts is said with its numbers, and no decline is learnt as normal."""

from __future__ import annotations

import re

import numpy as np
import pytest

from models.detection.decline.evidence import WAYS, WEIGHTS, chance_days, nothing
from models.detection.decline.features import NAMES, SIZE, Day, Floats, Why
from models.detection.decline.sentences import CHANGED, FROM_TO
from models.detection.decline.storage import UnreadablePastError, pack, unpack
from models.detection.decline.weeks import KEPT, LIMIT, NEEDED, Decline, Past
from models.detection.finding import Cleared, Finding
from models.detection.wording import render

FIRST = 739_677  #: Monday, 2 March 2026
USUAL = np.array([4.0, 3.5, 6.0, 440.0, 1320.0, 1.6, 3.0, np.nan, 150.0, 75.0])
SPREAD = np.array([0.8, 0.7, 1.2, 30.0, 40.0, 0.8, 0.9, 0.0, 30.0, 8.0])
ZONE = "Asia/Shanghai"


def life(days: int, seed: int = 1) -> list[Floats]:
    """Days of somebody whose days differ by chance alone."""
    chance = np.random.default_rng(seed)
    return [USUAL + SPREAD * chance.standard_normal(SIZE) for _ in range(days)]


def day(number: int, values: Floats, why: Why = "") -> Day:
    hours = np.concatenate([np.full(7, 2.0), np.full(16, 40.0), [5.0]])
    chance = np.random.default_rng(number)
    return Day(FIRST + number, values, np.maximum(0, hours + 8 * chance.standard_normal(24)), why)


def declining(values: list[Floats], name: str, since: int, a_day: float) -> None:
    """From `since` on one number falls (or rises) by so much of its middle every day."""
    column = NAMES.index(name)
    for number in range(since, len(values)):
        values[number][column] += a_day * USUAL[column] * (number - since)


def told(home: Decline, values: list[Floats], start: int = 0) -> list[tuple[int, Finding | Cleared]]:
    found = []
    for number, one in enumerate(values, start):
        home.take(day(number, one))
        said = home.score(1_772_409_600_000 + number * 86_400_000)
        if said is not None:
            found.append((number, said))
    return found


@pytest.mark.parametrize("name", ["activity", "kitchen", "out"])
def test_a_percent_a_day_is_found_and_said_with_the_numbers_that_crossed(name: str) -> None:
    values = life(180)
    declining(values, name, since=100, a_day=-0.015)
    home = Decline()
    found = told(home, values)
    number, said = found[0]
    assert isinstance(said, Finding)
    assert 100 < number < 150
    assert (said.risk, said.severity, said.dedup_key) == ("decline", "advice", "decline")
    assert said.reason.text.split("\n")[1] == FROM_TO[name]
    numbers = said.reason.values
    assert float(str(numbers["chance_days"])) >= LIMIT
    for language in ("en", "zh"):
        text = render(said.reason, language, ZONE)
        assert "{" not in text
        assert str(numbers["worse_days"]) in text
        assert str(numbers["known_days"]) in text
        for key in ("kitchen_recent", "kitchen_usual"):
            if name == "kitchen":
                assert str(numbers[key]).removesuffix(".0") in re.findall(r"\d+\.\d|\d+", text)


def test_clock_times_and_durations_are_said_as_people_read_them() -> None:
    values = life(180, seed=3)
    declining(values, "wake", since=100, a_day=0.015)
    said = told(Decline(), values)[0][1]
    assert isinstance(said, Finding)
    text = render(said.reason, "en", ZONE)
    assert re.search(r"Up at 0[789]:\d\d instead of 07:\d\d\.", text), text
    assert "起床时间为0" in render(said.reason, "zh", ZONE)


def test_the_recent_numbers_are_the_middle_of_the_last_judged_days() -> None:
    values = life(160, seed=2)
    declining(values, "kitchen", since=100, a_day=-0.02)
    number, said = told(Decline(), values)[0]
    assert isinstance(said, Finding)
    lately = np.median([one[2] for one in values[number - 13 : number + 1]])
    assert said.reason.values["kitchen_recent"] == pytest.approx(lately, abs=0.051)
    assert said.reason.values["kitchen_usual"] == pytest.approx(6.0, abs=0.5)


def test_years_without_a_change_raise_about_one_advice_a_year_over_all_features() -> None:
    """Sixteen homes of 500 days, 20 home-years judged: the bound is one a year."""
    count = 0
    for seed in range(16):
        home = Decline()
        for number, one in enumerate(life(500, seed=100 + seed)):
            home.take(day(number, one))
            if isinstance(home.score(0), Finding):
                count += 1
                home.accept()
    assert count <= 1.5 * 16 * (500 - NEEDED - 14) / 365


def test_a_week_in_bed_is_neither_a_decline_nor_learnt() -> None:
    for seed in range(8):
        values = life(150, seed=40 + seed)
        for number in range(120, 126):
            values[number][[0, 1, 2, 6]] *= 0.2
            values[number][3] += 120
        home = Decline()
        found = [number for number, said in told(home, values) if isinstance(said, Finding)]
        assert [number for number in found if 120 <= number < 140] == []
        in_bed = home.past.ordinals[home.past.lying] - FIRST
        assert len(set(in_bed.tolist()) & set(range(120, 126))) >= 5


def test_who_stays_in_bed_for_weeks_is_spoken_of() -> None:
    values = life(160, seed=5)
    for number in range(120, 160):
        values[number][[0, 1, 2, 6]] *= 0.2
    found = told(Decline(), values)
    assert 127 < found[0][0] < 150


def test_days_that_could_not_be_seen_are_neither_judged_nor_learnt() -> None:
    values = life(90)
    home, other = Decline(), Decline()
    for number, one in enumerate(values):
        home.take(day(number, one))
        other.take(day(number, one))
    for number in range(90, 110):
        home.take(day(number, 0 * USUAL, why="sensors"))
    assert home.past.sums.tolist() == other.past.sums.tolist()
    assert home.score(0) is None
    reason = home.abstains()
    assert reason is not None
    assert "of the last 21 days only 1 could be seen" in render(reason, "en", ZONE)
    assert Decline().abstains() is not None
    assert other.abstains() is None


def test_a_slow_decline_does_not_become_the_usual() -> None:
    """What is suspected is not learnt: weeks later the advice still names the days before it began."""
    values = life(190, seed=6)
    declining(values, "activity", since=100, a_day=-0.012)
    home = Decline()
    found = told(home, values)
    assert isinstance(found[0][1], Finding)
    assert len(found) == 1
    assert int(home.past.ordinals[home._learnt()].max()) - FIRST < 115


def test_it_is_over_when_two_weeks_are_as_usual_and_is_not_said_twice_meanwhile() -> None:
    values = life(210, seed=7)
    declining(values, "activity", since=100, a_day=-0.02)
    recovered = life(210, seed=8)
    values[150:] = recovered[150:]
    found = told(Decline(), values)
    assert [type(one) for _, one in found[:2]] == [Finding, Cleared]
    assert 150 < found[1][0] < 185
    assert "again as they were" in render(found[1][1].reason, "en", ZONE)


def test_after_somebody_has_looked_the_last_weeks_are_the_new_usual() -> None:
    values = life(240, seed=9)
    for number in range(100, 240):
        values[number][0] *= 0.6
    home = Decline()
    count = 0
    for number, one in enumerate(values):
        home.take(day(number, one))
        if isinstance(home.score(0), Finding):
            count += 1
            home.accept()
    assert count == 1
    assert home._usual is not None
    assert home._usual.middle[0] == pytest.approx(2.4, abs=0.3)


def test_a_night_taken_twice_counts_once() -> None:
    home = Decline()
    for number, one in enumerate(life(60)):
        home.take(day(number, one))
        before = home.past.sums.copy()
        home.take(day(number, one))
        assert home.past.sums.tolist() == before.tolist()
    assert len(home.past.ordinals) == 60


def test_a_winter_that_comes_every_year_is_half_expected() -> None:
    """The year before, the same weeks were quieter by 2: with it less is made of it than without."""
    values = life(520, seed=10)
    for number, one in enumerate(values):
        one[0] -= 2.0 * (130 <= number % 364 < 160)
    home = Decline()
    for number, one in enumerate(values[: 364 + 147]):
        home.take(day(number, one))
    season = home._season()
    assert season is not None
    assert season[0] < -0.3
    assert abs(season[1]) < 0.6


def test_the_family_is_weighed_together() -> None:
    assert pytest.approx(1.0) == WEIGHTS.sum()
    sums = nothing()
    sums[3] = 365 / WEIGHTS[3]
    assert chance_days(sums) == pytest.approx(365)
    assert {way.name for way in WAYS} == set(NAMES) == set(FROM_TO)


def test_a_row_is_small_and_goes_on_where_it_was() -> None:
    values = life(500, seed=11)
    home = Decline()
    told(home, values[:460])
    row = pack(home.past)
    assert len(row) < 10_000
    again = Decline(unpack(row))
    assert len(again.past.ordinals) == KEPT
    told(home, values[460:], start=460)
    told(again, values[460:], start=460)
    assert chance_days(again.past.sums) == pytest.approx(chance_days(home.past.sums), rel=0.02)
    assert pack(Past()) == pack(unpack(pack(Past())))
    for broken in (b"", b"\x09" + row[1:], row[: len(row) // 2]):
        with pytest.raises(UnreadablePastError):
            unpack(broken)


def test_every_sentence_of_a_change_has_what_it_was_and_what_it_is() -> None:
    for name, sentence in FROM_TO.items():
        assert re.search(rf"{{{name}_recent\w*}}", sentence)
        assert re.search(rf"{{{name}_usual\w*}}", sentence)
    assert "{limit_days}" in CHANGED
