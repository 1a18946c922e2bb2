"""Every finding of the learnt detectors, replayed: its text tells the numbers that crossed the limit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="reading the recordings needs anju[training]")

from models.detection.falls.artefacts import load
from models.detection.falls.features import FEATURES, features
from models.detection.falls.intake import RATE, Intake, Samples
from models.detection.falls.judge import FallJudge
from models.detection.falls.position import POSITIONS, Position
from models.detection.falls.window import REACH, cut
from models.detection.finding import Finding
from models.detection.limits import MINUTE, QUIET
from models.detection.routines.inactivity import Facts, UnusualQuiet
from models.detection.routines.model import REMEMBERED
from models.detection.routines.quiet import NOT_BEFORE, Stage
from models.detection.routines.shipped import shipped
from models.detection.wording import duration, render
from models.language import translations
from models.training.falls.sets import SISFALL, WEDA, read_set
from models.training.routines import loaders
from models.training.routines.rolling import Home

LANGUAGES = ("en", "zh")
STEP = 5 * MINUTE


def in_words(seconds: float, language: str) -> str:
    return duration(seconds, translations("models", language).gettext)


# ── unusual quiet ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def home(shared: Path) -> Home:
    folder = shared / "datasets" / "casas-hh103"
    if not folder.is_dir():
        pytest.skip("the recorded home is not in ../shared/datasets")
    return Home(loaders.hh103(folder / "events.csv.gz"))


def longest_by_hour(home: Home, days: list[int]) -> list[int]:
    """Counted anew, spell by spell: the longest quiet that was reached within each hour of the clock."""
    longest = [0] * 24
    for spell in (spell for day in days for spell in home.days[day] if spell.left_at is None):
        until = min(spell.until or spell.since, spell.since + QUIET)
        for at in range(spell.since + STEP, until + 1, STEP):
            hour = at // (60 * MINUTE) % 24
            longest[hour] = max(longest[hour], at - spell.since)
    return longest


def replayed(home: Home) -> Iterator[tuple[Finding, int, str, list[int]]]:
    """Yield every finding, as it would have been said, with the last sign and the days learnt before."""
    quiet, known = UnusualQuiet(shipped()), list[int]()
    for day in home.usable:
        start, end = home.recording.midnight(day), home.recording.midnight(day + 1)
        signs = home.between(start, end)
        for sign, after in zip(signs, [*signs[1:], None], strict=True):
            quiet.take(sign)
            for stage in ("ask", "help"):
                found = said(quiet, sign.at, after.at if after is not None else end, stage)
                if found is not None:
                    yield found, sign.at, sign.room, known.copy()
        quiet.learn(home.days[day])
        known.append(day)


def said(quiet: UnusualQuiet, since: int, until: int, stage: Stage) -> Finding | None:
    def facts(now: int) -> Facts:
        return Facts(now=now, zone="UTC", alive=7, sensors=7, doors=1)

    if until - since < NOT_BEFORE[stage]:
        return None
    due = quiet.due(facts(since + NOT_BEFORE[stage]), stage)
    if due is None or due >= until:
        return None
    assert quiet.score(facts(due - 1), stage) is None
    return quiet.score(facts(due), stage)


def test_every_unusual_quiet_of_a_recorded_month_tells_the_numbers_that_made_it_so(home: Home) -> None:
    """The resident is asked some twenty times: each time what is told is counted anew from the signs."""
    findings = list(replayed(home))
    assert len(findings) >= 10
    for finding, last_at, room, known in findings:
        values, now = finding.reason.values, finding.occurred_at
        assert values["seen_at"] == last_at
        assert values["room"] == room
        assert values["quiet_s"] == (now - last_at) / 1000
        told = [values["quiet_s"]]
        if "points" in values:
            assert float(values["points"] or 0) >= float(values["limit"] or 0)
            assert values["days"] == len(known)
            longest = longest_by_hour(home, known[-REMEMBERED:])[now // (60 * MINUTE) % 24]
            assert values["longest_s"] == longest / 1000
            if len(known) >= 7:
                told.append(values["longest_s"])
        else:
            assert now - last_at == QUIET
            told.append(values["limit_s"])
        for language in LANGUAGES:
            text = render(finding.reason, language, "UTC", now)
            assert "{" not in text
            for seconds in told:
                assert in_words(float(seconds or 0), language) in text
            for name in ("points", "limit", "days"):
                if name in values:
                    assert str(values[name]).removesuffix(".0") in text


# ── falls ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("position", POSITIONS)
def test_every_suspicion_of_recorded_people_tells_the_numbers_of_its_knock(
    shared: Path, position: Position
) -> None:
    name = SISFALL if position == "waist" else WEDA
    if not (shared / "datasets" / name / "trials.csv").is_file():
        pytest.skip(f"the set {name} is not in ../shared/datasets")
    classifier, place = load(position), {feature: n for n, feature in enumerate(FEATURES)}
    falls = [trial for trial in read_set(shared / "datasets", name) if trial.is_fall]
    suspicions = 0
    for trial in falls[:: len(falls) // 40]:
        judge, intake = FallJudge(classifier, device="recorded", level="0.99"), Intake()
        samples = Samples(trial.t, trial.xyz)
        still = Samples(
            trial.t[-1] + 5.0 + np.arange(200) / 50.0, np.tile(np.median(trial.xyz, axis=0), (200, 1))
        )
        stretches = [*intake.take(samples), *intake.take(still), *intake.flush()]
        for finding in [*judge.feed(samples), *judge.feed(still)]:
            if not isinstance(finding, Finding) or finding.risk != "fall_suspected":
                continue
            suspicions += 1
            at = round(finding.occurred_at / 1000 * RATE)
            [stretch] = [one for one in stretches if one.start <= at < one.start + len(one.xyz)]
            row = features(cut(stretch.xyz, at - stretch.start, REACH[position])[None])
            values = finding.reason.values
            assert values["impact_g"] == round(float(row[0, place["impact_g"]]), 1)
            assert values["turned_deg"] == round(float(row[0, place["turn_early_rest_deg"]]))
            assert values["calm"] == round(100 * float(row[0, place["calm_after"]]))
            assert values["likeness"] == int(1000 * float(classifier.score(row)[0])) / 10
            assert values["limit"] == int(1000 * classifier.limits["0.99"]) / 10
            assert float(values["likeness"] or 0) > float(values["limit"] or 0)
            for language in LANGUAGES:
                text = render(finding.reason, language, "Asia/Shanghai")
                assert "{" not in text
                for one in ("impact_g", "turned_deg", "calm", "weightless", "likeness", "limit"):
                    assert str(values[one]).removesuffix(".0") in text
    assert suspicions >= 30
