"""A home's budget of needless calls: spent, learnt from outcomes, never in the way of an emergency."""

from __future__ import annotations

import math
import random
from typing import get_args

import pytest

from hub.alerts.lifecycle import Outcome as HubOutcome
from models.detection.finding import Reason
from models.detection.verdicts.allowance import ALLOWANCES
from models.detection.verdicts.budget import (
    LEAST,
    MOST,
    Budget,
    Outcome,
    UnreadableBudgetError,
    population,
)
from models.detection.wording import render

DAY = 86_400_000
START = 1_772_409_600_000  #: 2 March 2026
UNLIMITED = ("sos", "smoke", "co", "gas", "leak", "fall", "home_silent", "power_cut", "night_exit")


def said(reason: Reason) -> str:
    """The reason in both languages: no place is left open in either."""
    texts = [render(reason, language, "Asia/Shanghai") for language in ("en", "zh")]
    assert all("{" not in text for text in texts)
    return texts[0]


def test_no_share_of_a_budget_is_lost() -> None:
    for allowance in ALLOWANCES.values():
        assert math.fsum(allowance.shares.values()) == pytest.approx(1.0)


def test_the_outcomes_are_those_of_the_alerts_file() -> None:
    assert set(get_args(Outcome)) == set(get_args(HubOutcome))


@pytest.mark.parametrize("risk", UNLIMITED)
def test_an_emergency_is_said_whatever_was_dismissed_before(risk: str) -> None:
    budget = Budget.fresh(START)
    for hour in range(500):
        now = START + hour * DAY // 24
        assert budget.spend(risk, "station", 5.0, now).granted
        budget.outcome(risk, "station", "false", now)
    assert math.isinf(budget.limit(risk, "station", START + 30 * DAY).a_day)


def test_what_is_rarer_than_the_limit_is_said_and_costs_one() -> None:
    budget = Budget.fresh(START)
    limit = budget.limit("inactivity", "question", START).a_day
    before = budget.remaining("question", START).left
    held_back = budget.spend("inactivity", "question", 1.01 * limit, START)
    assert not held_back.granted
    assert budget.remaining("question", START).left == before
    granted = budget.spend("inactivity", "question", 0.99 * limit, START)
    assert granted.granted
    assert budget.remaining("question", START).left == before - 1
    assert "once in" in said(held_back.reason)
    assert "once in" in said(granted.reason)


def test_needless_calls_tighten_the_limit_and_quiet_weeks_loosen_it_within_hard_bounds() -> None:
    budget = Budget.fresh(START)
    base = ALLOWANCES["question"].a_day * ALLOWANCES["question"].shares["inactivity"]
    first = budget.limit("inactivity", "question", START).a_day
    assert first == pytest.approx(base)
    now = START
    for _ in range(200):
        now += DAY // 4
        budget.spend("inactivity", "question", 1e-6, now)
        budget.outcome("inactivity", "question", "self_ok", now)
    tight = budget.limit("inactivity", "question", now).a_day
    assert tight == pytest.approx(base * LEAST * 0.25, rel=0.3)
    loose = budget.limit("inactivity", "question", now + 2000 * DAY).a_day
    assert loose == pytest.approx(base * MOST * 1.75, rel=0.01)


def test_in_the_first_four_weeks_nothing_is_loosened() -> None:
    budget = Budget.fresh(START)
    budget.limit("inactivity", "question", START + 27 * DAY)
    assert budget.lines["question:inactivity"].learnt == 0


def test_what_was_real_or_a_test_costs_nothing_and_what_must_be_mended_tightens_nothing() -> None:
    budget = Budget.fresh(START)
    for how in ("real", "test"):
        budget.spend("inactivity", "station", 0.0, START)
        budget.outcome("inactivity", "station", how, START)
        assert budget.remaining("station", START).left == ALLOWANCES["station"].held / 2
    budget.spend("inactivity", "station", 0.0, START)
    budget.outcome("inactivity", "station", "false", START, cause="sensor_fault")
    assert budget.lines["station:inactivity"].learnt == 0
    assert budget.lines["station:inactivity"].real == 1


def test_an_empty_budget_makes_the_limit_stricter_but_something_is_still_said() -> None:
    budget = Budget.fresh(START)
    full = budget.limit("inactivity", "station", START).a_day
    for _ in range(10):
        budget.spend("inactivity", "station", 0.0, START)
    empty = budget.limit("inactivity", "station", START).a_day
    assert 0 < empty < 0.3 * full
    assert budget.spend("inactivity", "station", 1e-9, START).granted
    assert budget.remaining("station", START).left == 0
    shown = budget.remaining("station", START)
    assert START < shown.next_at <= START + round(2.01 / ALLOWANCES["station"].a_day) * DAY
    assert said(shown.reason).startswith("0 of 1 calls to the station")


@pytest.mark.parametrize("louder", [0.5, 1.0, 4.0, 9.0])
def test_a_detector_that_is_louder_than_its_theory_ends_at_what_was_asked(louder: float) -> None:
    """Over the second half of two years, questions come within a factor of two of the allowance."""
    chance, budget, given = random.Random(5), Budget.fresh(START), 0
    for day in range(730):
        for risk in ALLOWANCES["question"].shares:
            now = START + day * DAY
            # A day's rarest, by the detector's own theory; in truth it comes `louder` times as often.
            a_day = -math.log(1 - chance.random()) / louder
            if budget.spend(risk, "question", a_day, now).granted:
                budget.outcome(risk, "question", "self_ok", now)
                given += day >= 365
    assert 0.5 < given / 365 / ALLOWANCES["question"].a_day < 2


def test_a_new_home_starts_from_what_other_homes_have_shown() -> None:
    loud = Budget.fresh(START)
    for day in range(40):
        loud.spend("inactivity", "question", 1e-6, START + day * DAY)
        loud.outcome("inactivity", "question", "false", START + day * DAY)
    learnt = population([loud, Budget.fresh(START)])
    new = Budget.fresh(START, learnt)
    assert new.lines["question:inactivity"].learnt < math.log(0.2)
    assert new.lines["question:not_up"].learnt == 0


def test_a_row_is_small_and_comes_back_as_it_was() -> None:
    budget = Budget.fresh(START)
    for day in range(400):
        for kind, allowance in ALLOWANCES.items():
            for risk in allowance.shares:
                budget.spend(risk, kind, 0.0, START + day * DAY)
                budget.outcome(risk, kind, "false", START + day * DAY)
    row = budget.to_bytes()
    assert len(row) < 600
    assert Budget.from_bytes(row) == budget
    for broken in (b"", b"\x07" + row[1:], row[:40]):
        with pytest.raises(UnreadableBudgetError):
            Budget.from_bytes(broken)


def test_the_reason_of_a_limit_multiplies_out_to_the_limit() -> None:
    budget = Budget.fresh(START)
    budget.spend("inactivity", "question", 0.0, START)
    budget.outcome("inactivity", "question", "self_ok", START)
    limit = budget.limit("inactivity", "question", START)
    values = limit.reason.values
    product = ALLOWANCES["question"].a_day
    for part, scale in (("share", 0.01), ("learnt", 1.0), ("saved", 1.0)):
        number = values[part]
        assert isinstance(number, int | float)
        product *= number * scale
    assert limit.a_day == pytest.approx(product, rel=0.03)
    assert "1 needless of 1 calls" in said(limit.reason)
