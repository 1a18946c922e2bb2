"""What every detector that learns a home promises: the same battery runs over all of them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

import models.detection.decline
import models.detection.routines
from models.detection.decline.storage import pack as pack_weeks
from models.detection.decline.storage import unpack as unpack_weeks
from models.detection.decline.weeks import LIMIT, Decline
from models.detection.finding import Finding, Outcome, Reason, Risk, Severity
from models.detection.limits import HOUR, MINUTE, QUIET
from models.detection.routines import inactivity, wandering
from models.detection.routines.inactivity import UnusualQuiet
from models.detection.routines.shipped import shipped
from models.detection.routines.spells import Sign, Walk
from models.detection.routines.storage import pack, unpack
from models.detection.routines.wandering import Nights, NightWandering
from models.detection.wording import render
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home
from tests.numbers_told import tells_its_numbers
from tests.unit.decline.test_weeks import day, declining, life
from tests.unit.routines.life import MONDAY, grandmother

ZONE = "UTC"
Told = list[tuple[int, Outcome]]


@dataclass(frozen=True)
class Case:
    """One learnt detector, and a story in which it has something to say."""

    of: type
    risk: Risk
    severities: tuple[Severity, ...]
    #: Tells the story; `restart_at` is the step at which all is written to rows and read again.
    story: Callable[[int | None], Told]
    steps: int
    row: Callable[[], bytes]  #: what is kept of a home that is known for long
    most_bytes: int
    crossed: Callable[[dict[str, float]], bool]  #: whether the values of a finding are beyond its limit
    fresh: Callable[[], Outcome | None]
    abstains: Callable[[], Reason | None]  #: when nothing can be known
    event: Callable[[], Iterator[Callable[[], None]]]  #: what one event or one day costs
    most_us: float


# ── unusual quiet ─────────────────────────────────────────────────────────────────────────────────────


@cache
def _taught() -> tuple[Home, bytes]:
    home = Home(grandmother(days=31))
    quiet = UnusualQuiet(shipped())
    for number in range(29):
        quiet.learn(home.days[number])
    return home, pack(quiet.model)


def _facts(now: int, alive: int = 4) -> inactivity.Facts:
    return inactivity.Facts(now=now, zone=ZONE, alive=alive, sensors=4, doors=1)


def quiet_story(restart_at: int | None) -> Told:
    """She is about until ten in the morning of the thirtieth day; then nothing, for fourteen hours."""
    home, row = _taught()
    quiet = UnusualQuiet(shipped(), unpack(row))
    signs = home.between(0, MONDAY + 29 * DAY + 10 * HOUR)
    told: Told = []
    for number, sign in enumerate(signs):
        if number == restart_at:
            walk = quiet.walk.saved()
            quiet = UnusualQuiet(shipped(), unpack(pack(quiet.model)))
            quiet.walk = Walk.restored(walk)
        quiet.take(sign)
    for step in range(1, 14 * 12):
        now = signs[-1].at + step * 5 * MINUTE
        found = quiet.score(_facts(now), "ask")
        if found is not None and not told:
            told.append((now, found))
    return told


def quiet_event() -> Iterator[Callable[[], None]]:
    quiet = UnusualQuiet(shipped())
    for sign in _taught()[0].signs:
        yield lambda sign=sign: quiet.take(sign)  # type: ignore[misc]


# ── walking at night ──────────────────────────────────────────────────────────────────────────────────

ROOMS = ("kitchen", "living room", "study")


def _night(now: int, alive: int = 4) -> wandering.Facts:
    return wandering.Facts(now=now, zone=ZONE, alive=alive, sensors=4, rooms=4)


def _walks() -> list[Sign]:
    start = MONDAY + 30 * DAY + HOUR
    return [Sign(start + n * 7 * MINUTE, ROOMS[n % 3]) for n in range(24)]


def _nights() -> NightWandering:
    home = NightWandering(ZONE)
    for number in range(42):
        home.nights.night.walks = number % 4
        home.learn()
    return home


def night_story(restart_at: int | None) -> Told:
    """Forty-two nights with at most three changes of room, then one with twenty-three."""
    home = _nights()
    told: Told = []
    for number, sign in enumerate(_walks()):
        if number == restart_at:
            home = NightWandering(ZONE, Nights.from_bytes(home.nights.to_bytes()))
        home.take(sign)
        found = home.score(_night(sign.at), active=bool(told))
        if found is not None:
            told.append((sign.at, found))
    return told


def night_event() -> Iterator[Callable[[], None]]:
    home = NightWandering(ZONE)
    for number in range(3_000):
        sign = Sign(MONDAY + 21 * HOUR + number * 30_000, ROOMS[number % 3])
        yield lambda sign=sign: home.take(sign)  # type: ignore[misc]


# ── decline over weeks ────────────────────────────────────────────────────────────────────────────────


def weeks_story(restart_at: int | None) -> Told:
    """A hundred ordinary days; then two visits to the kitchen in a hundred are made less every day."""
    values = life(150, seed=5)
    declining(values, "kitchen", since=100, a_day=-0.02)
    home = Decline()
    told: Told = []
    for number, one in enumerate(values):
        if number == restart_at:
            home = Decline(unpack_weeks(pack_weeks(home.past)))
        home.take(day(number, one))
        now = MONDAY + number * DAY
        found = home.score(now)
        if found is not None:
            told.append((now, found))
    return told


def _weeks() -> Decline:
    home = Decline()
    for number, one in enumerate(life(500, seed=11)):
        home.take(day(number, one))
    return home


def weeks_event() -> Iterator[Callable[[], None]]:
    home = Decline()
    for number, one in enumerate(life(300, seed=12)):
        finished = day(number, one)
        yield lambda finished=finished: home.take(finished)  # type: ignore[misc]


CASES = [
    Case(
        of=UnusualQuiet,
        risk="inactivity",
        severities=("warning", "emergency"),
        story=quiet_story,
        steps=900,
        row=lambda: _taught()[1],
        most_bytes=16_000,
        crossed=lambda v: v["points"] >= v["limit"] if "points" in v else v["quiet_s"] >= QUIET / 1000,
        fresh=lambda: UnusualQuiet(shipped()).score(_facts(MONDAY), "ask"),
        abstains=lambda: UnusualQuiet(shipped()).abstains(_facts(MONDAY, alive=0)),
        event=quiet_event,
        most_us=10,
    ),
    Case(
        of=NightWandering,
        risk="night_wandering",
        severities=("warning",),
        story=night_story,
        steps=24,
        row=lambda: _nights().nights.to_bytes(),
        most_bytes=200,
        crossed=lambda v: v["walks"] >= v["limit"],
        fresh=lambda: NightWandering(ZONE).score(_night(MONDAY + HOUR)),
        abstains=lambda: NightWandering(ZONE).abstains(_night(MONDAY + HOUR, alive=1)),
        event=night_event,
        most_us=10,
    ),
    Case(
        of=Decline,
        risk="decline",
        severities=("advice",),
        story=weeks_story,
        steps=150,
        row=lambda: pack_weeks(_weeks().past),
        most_bytes=10_000,
        crossed=lambda v: v["chance_days"] >= v["limit_days"] == LIMIT,
        fresh=lambda: Decline().score(MONDAY),
        abstains=lambda: Decline().abstains(),
        event=weeks_event,
        most_us=5_000,  # a whole day at once, at night: no event waits for it
    ),
]
every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.of.__name__)


def _learnt_detectors() -> set[type]:
    """Every class of the folders of learnt detectors that takes something in and scores it."""
    found = set()
    for package in (models.detection.routines, models.detection.decline):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if one.__module__ == module.name and {"take", "score", "abstains"} <= set(dir(one)):
                    found.add(one)
    return found


def test_every_learnt_detector_is_in_the_battery() -> None:
    assert {case.of for case in CASES} == _learnt_detectors()
    assert len(CASES) == 3


@every
def test_it_says_nothing_of_a_home_that_has_just_begun(case: Case) -> None:
    assert case.fresh() is None


@every
def test_it_says_why_when_nothing_can_be_judged(case: Case) -> None:
    reason = case.abstains()
    assert reason is not None
    for language in ("en", "zh"):
        assert "{" not in render(reason, language, ZONE)


@every
def test_its_story_is_told_once_and_the_same_every_time(case: Case) -> None:
    told = case.story(None)
    findings = [one for _, one in told if isinstance(one, Finding)]
    assert len(findings) == 1
    assert findings[0].risk == case.risk
    assert findings[0].severity in case.severities
    assert case.story(None) == told


@every
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_restart_in_the_middle_changes_neither_the_moment_nor_the_text(case: Case, part: float) -> None:
    told, again = case.story(None), case.story(int(part * case.steps))
    assert [at for at, _ in again] == [at for at, _ in told]
    texts = [[render(one.reason, "en", ZONE) for _, one in story] for story in (told, again)]
    assert texts[0] == texts[1]


@every
def test_the_numbers_of_the_text_are_those_that_crossed_the_limit_in_both_languages(case: Case) -> None:
    for at, found in case.story(None):
        if not isinstance(found, Finding):
            continue
        numbers = {name: float(one) for name, one in found.reason.values.items() if not isinstance(one, str)}
        assert case.crossed(numbers)
        tells_its_numbers(found.reason, ZONE, at)


@every
def test_what_is_kept_of_a_home_is_small(case: Case) -> None:
    assert len(case.row()) <= case.most_bytes


@every
def test_an_event_costs_little(case: Case) -> None:
    """The quickest of many small batches: a busy machine is no reason to fail."""
    costs, batch = [], list(case.event())
    for start in range(0, len(batch) - 50, 50):
        before = time.perf_counter()
        for take in batch[start : start + 50]:
            take()
        costs.append((time.perf_counter() - before) / 50 * 1e6)
    assert min(costs) < case.most_us
