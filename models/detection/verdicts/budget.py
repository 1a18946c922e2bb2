"""One home's budget of needless calls: a detector's rarity is held against a limit that learns from outcomes.

A detector brings how often a day by chance something at least as unusual would be said (`a_day`, a p-value of
a day). Three things make its limit: the risk's share of the home's allowance; what outcomes have shown (one
step down for every needless call, a little up for every day without: where both balance, the allowance is
spent, however badly the detector's own theory fits this home); and what is left of the budget. All within
hard bounds. Small enough for one row; instants in milliseconds; changed in place; reads no clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, cast

import msgspec
from msgspec import Struct, field

from models.detection.finding import Reason
from models.detection.verdicts.allowance import ALLOWANCES, Kind
from models.detection.verdicts.sentences import (
    GRANTED,
    HELD_BACK,
    LIMIT,
    NEVER_LIMITED,
    QUESTIONS_LEFT,
    STATION_LEFT,
)

VERSION: Final = 1
#: `real`: help was needed. `self_ok`: the resident said that all is well. `false`: needless otherwise.
#: `test`: somebody tried. `cleared`: over by itself, nobody was needed.
Outcome = Literal["real", "false", "self_ok", "test", "cleared"]
#: Causes of false calls that the limit is not to blame for: something must be mended, or was told to nobody.
MENDED: Final = frozenset({"sensor_moved", "sensor_fault", "line_fault", "test_press"})
_DAY: Final = 24 * 3_600_000
#: The learnt part never leaves these bounds: over recorded homes models of a single home were two to nine
#: times louder than their theory; and whatever is dismissed, something is still said.
LEAST, MOST = 1 / 20, 3.0
#: Natural log of what a needless call takes off the limit, by how many of its risk were judged before.
_FIRST_STEP, _LATER_STEP, _SETTLED = 0.5, 0.25, 12
#: Nothing is loosened in the first weeks: too little has been seen.
_YOUNG: Final = 28 * _DAY
#: An empty budget divides the limit by four, a full one is worth 1.75 of it, a half one is worth one.
_EMPTY, _SLOPE = 0.25, 1.5


class Line(Struct, array_like=True, gc=False):
    """What is known of one risk's calls of one kind."""

    learnt: float = 0.0  #: natural log of what outcomes make of the limit
    given: int = 0
    false: int = 0
    real: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """What is said comes by chance at most `a_day` times a day; infinite: never limited."""

    a_day: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may be said, and why."""

    granted: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a budget: `left` of `held`, and from when on there is a whole one."""

    left: float
    held: float
    next_at: int
    reason: Reason


class Budget(Struct, array_like=True):
    """One home's two budgets, of questions to the resident and of calls to the station."""

    since: int  #: the home is judged since
    at: int  #: what is saved was counted then
    saved: dict[str, float] = field(default_factory=dict)  #: by kind; below 0 it is owed
    lines: dict[str, Line] = field(default_factory=dict)  #: by kind and risk

    @classmethod
    def fresh(cls, now: int, learnt: dict[str, float] | None = None) -> Budget:
        """Return the budget of a home that begins: half of it saved.

        `learnt` is what other homes' outcomes have made of the limits (`population`), by kind and risk.
        """
        budget = cls(since=now, at=now)
        for kind, allowance in ALLOWANCES.items():
            budget.saved[kind] = allowance.held / 2
            for risk in allowance.shares:
                start = (learnt or {}).get(f"{kind}:{risk}", 0.0)
                budget.lines[f"{kind}:{risk}"] = Line(min(max(start, math.log(LEAST)), math.log(MOST)))
        return budget

    def limit(self, risk: str, kind: Kind, now: int) -> Limit:
        """Return how rare by chance something must be to be said, and why."""
        self._pass(now)
        allowance = ALLOWANCES[kind]
        share = allowance.shares.get(risk)
        if share is None:
            return Limit(math.inf, Reason(NEVER_LIMITED))
        line = self.lines.get(f"{kind}:{risk}", Line())
        learnt = math.exp(line.learnt)
        saved = _EMPTY + _SLOPE * max(0.0, self.saved[kind]) / allowance.held
        a_day = allowance.a_day * share * learnt * saved
        return Limit(
            a_day,
            Reason(
                LIMIT,
                {
                    "limit_s": 86400 / a_day,
                    "share": round(100 * share),
                    "learnt": round(learnt, 2),
                    "false": line.false,
                    "given": line.given,
                    "saved": round(saved, 2),
                },
            ),
        )

    def spend(self, risk: str, kind: Kind, a_day: float, now: int) -> Decision:
        """Say whether what comes by chance `a_day` times a day may be said; if so it costs one."""
        limit = self.limit(risk, kind, now)
        if math.isinf(limit.a_day):
            return Decision(granted=True, reason=limit.reason)
        granted = a_day <= limit.a_day
        allowance = ALLOWANCES[kind]
        reason = Reason(
            GRANTED if granted else HELD_BACK,
            {
                "chance_s": 86400 / max(a_day, 1e-9),
                "limit_s": 86400 / limit.a_day,
                "left": round(max(0.0, self.saved[kind]), 1),
                "held": allowance.held,
            },
        )
        if granted:
            self.saved[kind] = max(self.saved[kind] - 1, -allowance.held)
            self._line(risk, kind).given += 1
        return Decision(granted=granted, reason=reason)

    def outcome(self, risk: str, kind: Kind, how: Outcome, now: int, cause: str = "") -> None:
        """Learn how something that was said has ended. What was real or a test costs nothing after all."""
        self._pass(now)
        allowance = ALLOWANCES[kind]
        if risk not in allowance.shares:
            return
        line = self._line(risk, kind)
        if how in ("real", "test"):
            self.saved[kind] = min(self.saved[kind] + 1, allowance.held)
            line.real += how == "real"
            return
        line.false += 1
        if cause not in MENDED:
            line.learnt = max(line.learnt - _step(line), math.log(LEAST))

    def remaining(self, kind: Kind, now: int) -> Remaining:
        """Return what is left, to be shown."""
        self._pass(now)
        allowance = ALLOWANCES[kind]
        left = self.saved[kind]
        missing = max(0.0, min(1.0, allowance.held) - left)
        return Remaining(
            left=max(0.0, left),
            held=allowance.held,
            next_at=now + round(missing / allowance.a_day * _DAY),
            reason=Reason(
                QUESTIONS_LEFT if kind == "question" else STATION_LEFT,
                {
                    "left": round(max(0.0, left), 1),
                    "held": allowance.held,
                    "every_s": 86400 / allowance.a_day,
                },
            ),
        )

    def to_bytes(self) -> bytes:
        """Return the budget for a row."""
        return bytes((VERSION,)) + _ENCODER.encode(self)

    @classmethod
    def from_bytes(cls, row: bytes) -> Budget:
        """Return the budget of a row; UnreadableBudgetError for another version's or a broken one."""
        if not row or row[0] != VERSION:
            raise UnreadableBudgetError(f"Its version is {row[:1].hex() or 'missing'}, not {VERSION:02x}.")
        try:
            return _DECODER.decode(memoryview(row)[1:])
        except msgspec.DecodeError as error:
            raise UnreadableBudgetError(str(error)) from error

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, risk: str, kind: Kind) -> Line:
        return self.lines.setdefault(f"{kind}:{risk}", Line())

    def _pass(self, now: int) -> None:
        """Let time pass: the budget grows, and limits that nobody complained of loosen a little."""
        days = (now - self.at) / _DAY
        if days <= 0:
            return
        for kind, allowance in ALLOWANCES.items():
            self.saved[kind] = min(self.saved[kind] + allowance.a_day * days, allowance.held)
        old = max(0.0, min(days, (now - self.since - _YOUNG) / _DAY))
        if old:
            for key, line in self.lines.items():
                of, _, risk = key.partition(":")
                allowance = ALLOWANCES[cast("Kind", of)]
                up = _step(line) * allowance.a_day * allowance.shares.get(risk, 0.0) * old
                line.learnt = min(line.learnt + up, math.log(MOST))
        self.at = now


class UnreadableBudgetError(Exception):
    """A home's budget cannot be read by this program."""


def population(budgets: list[Budget]) -> dict[str, float]:
    """Return what the outcomes of homes together have made of the limits: the start of a new home.

    Homes with more calls count for more; three calls' worth of "as the theory says" stays in it.
    """
    together: dict[str, tuple[float, float]] = {}
    for budget in budgets:
        for key, line in budget.lines.items():
            total, weight = together.get(key, (0.0, 3.0))
            together[key] = (total + line.learnt * line.given, weight + line.given)
    return {key: total / weight for key, (total, weight) in together.items()}


def _step(line: Line) -> float:
    settled = min(1.0, line.given / _SETTLED)
    return _FIRST_STEP + settled * (_LATER_STEP - _FIRST_STEP)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Budget)
