"""The fall judge of one wearable: samples in, what is wrong and what is over out.

Packets of any size give the same outcomes. No clock: time is that of the samples, in seconds since 1970
(UTC), and `tick` says how late it is when none come. The resident's answer comes in by `answered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.detection.falls import reasons
from models.detection.falls.classifier import Classifier
from models.detection.falls.confirmation import (
    COUNTDOWN_S,
    LATEST_S,
    LOOKS_S,
    NEXT,
    Sign,
    State,
    aftermath,
    look,
)
from models.detection.falls.errors import ArtefactError
from models.detection.falls.features import FEATURES, features
from models.detection.falls.intake import RATE, Intake, Samples, Stretch
from models.detection.falls.seconds import Seconds, second_of
from models.detection.falls.sentences import NOT_HEARD, NOT_WORN, UNREADABLE
from models.detection.falls.thing import Movements, lies_as_a_thing
from models.detection.falls.trigger import MERGE, Trigger
from models.detection.falls.units import Unit
from models.detection.falls.wear import Wear
from models.detection.falls.window import AFTER, BEFORE, REACH, cut
from models.detection.finding import Cleared, Finding, Outcome, Reason

Array = NDArray[np.float64]
_KEPT: Final = BEFORE + MERGE + AFTER + RATE  #: grid samples
_STATES: Final[tuple[State, ...]] = ("watching", "suspected", "asking", "raised")
#: Samples come every second; after so long without any nothing can be said.
_SILENT_S: Final = 120


@dataclass(slots=True)
class _Case:
    """A suspicion and how far it has come. Seconds since 1970; -1 is none."""

    state: State = "watching"
    knock: int = -1
    at_ms: int = -1
    impact_g: float = 0.0
    looked: int = 0  #: how many looks are done
    asked: int = -1


class FallJudge:
    """Watches one wearable. `level` is the share of everyday activities that the limit keeps quiet."""

    def __init__(
        self, classifier: Classifier, *, device: str, level: str = "0.99", unit: Unit | None = None
    ) -> None:
        """Raises ArtefactError when the classifier has no limit of that level."""
        if level not in classifier.limits:
            raise ArtefactError(f"It has no limit for {level}.")
        self._classifier = classifier
        self._limit = classifier.limits[level]
        self._device = device
        self._intake = Intake(unit)
        self._trigger = Trigger()
        self._start = -1  #: place on the grid of the first sample kept
        self._xyz: Array = np.empty((0, 3))
        self._open: list[int] = []  #: candidates whose window is not complete
        self._next_second = -1
        self._heard = -1  #: the last second that was seen
        self._seconds = Seconds()
        self._wear = Wear()
        self._case = _Case()
        self._movements = Movements()

    @property
    def state(self) -> State:
        """How far the present suspicion has come."""
        return self._case.state

    @property
    def worn(self) -> bool:
        """Whether the sensor is on a body."""
        return self._wear.worn

    def feed(self, samples: Samples) -> list[Outcome]:
        """Take in a packet and return what it makes certain, in order. Raises ShapeError."""
        outcomes: list[Outcome] = []
        for stretch in self._intake.take(samples):
            self._take(stretch, outcomes)
        return outcomes

    def tick(self, now: float) -> list[Outcome]:
        """Judge that it is `now`, samples or not: a broken sensor must not end a suspicion."""
        outcomes: list[Outcome] = []
        if self._heard >= 0 and self._case.state != "watching":
            self._confirm(int(now), outcomes)
        return outcomes

    def answered(self, now: float) -> list[Outcome]:
        """Take in that the resident says that all is well."""
        if self._case.state == "watching":
            return []
        outcomes: list[Outcome] = []
        self._end("well", reasons.well(max(0, int(now) - self._case.knock)), int(now), outcomes)
        return outcomes

    def moved(self, now: float) -> None:
        """Take in that another sensor of the home saw somebody move."""
        if self._case.state != "watching":
            self._movements.add(self._case.knock, int(now))

    def abstains(self, now: float) -> Reason | None:
        """Return why nothing can be said at present, or None while something can."""
        if self._intake.unreadable:
            return Reason(UNREADABLE)
        if self._heard >= 0 and now - self._heard > _SILENT_S:
            return Reason(NOT_HEARD, {"silent_s": now - self._heard})
        if not self._wear.worn:
            return Reason(NOT_WORN, {"since_at": self._wear.since * 1000})
        return None

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must outlive a restart, as plain arrays (at most 20 kB)."""
        case = self._case
        return {
            "xyz": self._xyz.copy(),
            "places": np.array([self._start, self._trigger.at, self._next_second, self._heard, *self._open]),
            "trigger_g": np.array([self._trigger.g]),
            "seconds": self._seconds.rows.copy(),
            "wear": np.array([int(value) for value in astuple(self._wear)]),
            "case": np.array([_STATES.index(case.state), *astuple(case)[1:]], dtype=np.float64),
        }

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Go on where `saved` was made; what was missed meanwhile is a gap."""
        self._xyz = np.array(saved["xyz"], dtype=np.float64)
        start, at, next_second, heard, *waiting = (int(place) for place in saved["places"])
        self._start, self._next_second, self._heard, self._open = start, next_second, heard, waiting
        self._trigger = Trigger(at, float(saved["trigger_g"][0]))
        self._seconds = Seconds(np.array(saved["seconds"], dtype=np.float64))
        dead, alive, quiet, worn, since = (int(value) for value in saved["wear"])
        self._wear = Wear(dead, alive, quiet, bool(worn), since)
        state, knock, at_ms, impact, looked, asked = (float(value) for value in saved["case"])
        self._case = _Case(_STATES[int(state)], int(knock), int(at_ms), impact, int(looked), int(asked))

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, stretch: Stretch, outcomes: list[Outcome]) -> None:
        if self._start < 0 or stretch.start != self._start + len(self._xyz):
            self._gap(outcomes)
            self._start, self._xyz = stretch.start, np.empty((0, 3))
            self._next_second = -(-stretch.start // RATE)
        # Never more than the rest of a second at once: a long packet is judged as many short ones are.
        done = 0
        while done < len(stretch.xyz):
            place = stretch.start + done
            part = stretch.xyz[done : done + RATE - place % RATE]
            done += len(part)
            self._add(place, part, outcomes)

    def _add(self, place: int, part: Array, outcomes: list[Outcome]) -> None:
        self._xyz = np.concatenate([self._xyz, part])
        norm = np.sqrt((part * part).sum(axis=1))
        self._open += self._trigger.feed(place, norm)
        end = place + len(part)
        while self._open and self._open[0] + AFTER <= end:
            self._judge(self._open.pop(0), outcomes)
        while (self._next_second + 1) * RATE <= end:
            number = self._next_second
            first = number * RATE - self._start
            spread = self._seconds.add(number, self._xyz[first : first + RATE])
            self._wear.add(number, spread)
            self._next_second, self._heard = number + 1, number
            self._confirm(number + 1, outcomes)
        if len(self._xyz) > _KEPT + RATE:
            self._start += len(self._xyz) - _KEPT
            self._xyz = self._xyz[-_KEPT:].copy()

    def _gap(self, outcomes: list[Outcome]) -> None:
        """Judge what is still open by what was seen of it."""
        self._open += self._trigger.flush()
        for place in self._open:
            self._judge(place, outcomes)
        self._open = []

    def _judge(self, place: int, outcomes: list[Outcome]) -> None:
        if not self._wear.worn or not 0 <= place - self._start < len(self._xyz):
            return
        reach = REACH[self._classifier.position]
        row = features(cut(self._xyz, place - self._start, reach)[None])
        score = float(self._classifier.score(row)[0])
        if score <= self._limit or (self._case.state, "likely") not in NEXT:
            return
        at_ms = round(place / RATE * 1000)
        impact = round(float(row[0, FEATURES.index("impact_g")]), 1)
        self._case = _Case(NEXT[self._case.state, "likely"], second_of(place), at_ms, impact)
        self._movements.begin()
        reason = reasons.suspected(self._classifier, row[0], score, self._limit)
        outcomes.append(
            Finding(
                risk="fall_suspected",
                severity="warning",
                occurred_at=at_ms,
                reason=reason,
                dedup_key=f"fall_suspected:{self._device}",
                device=self._device,
            )
        )

    def _confirm(self, now: int, outcomes: list[Outcome]) -> None:
        """Look when a look is due; end the question when its time is over."""
        case = self._case
        position = self._classifier.position
        if case.state == "suspected":
            while case.state == "suspected" and case.looked < len(LOOKS_S):
                due = case.knock + LOOKS_S[case.looked]
                if now < due:
                    return
                case.looked += 1
                seen = aftermath(self._seconds, case.knock, due)
                sign = look(seen, position, last=case.looked == len(LOOKS_S))
                if sign == "recovered":
                    self._recover(sign, due, outcomes)
                elif sign is not None:
                    case.state, case.asked = NEXT[case.state, sign], due
        if case.state in ("asking", "raised") and case is self._case:
            seen = aftermath(self._seconds, case.knock, now)
            if look(seen, position, last=False) == "recovered":
                self._recover("recovered", now, outcomes)
            elif case.state == "asking" and now >= case.asked + COUNTDOWN_S:
                if lies_as_a_thing(self._seconds, position, now):
                    if self._movements.enough:
                        self._case = _Case(NEXT[case.state, "thing"])
                        self._wear.take_off(case.knock)
                        return
                    if now < case.knock + LATEST_S:
                        return  # asked a little longer: somebody may yet be seen
                case.state = NEXT[case.state, "unanswered"]
                outcomes.append(
                    Finding(
                        risk="fall",
                        severity="emergency",
                        occurred_at=case.at_ms,
                        reason=reasons.fallen(seen, case.impact_g, COUNTDOWN_S),
                        dedup_key=f"fall:{self._device}",
                        device=self._device,
                        latched=True,
                    )
                )

    def _recover(self, sign: Sign, now: int, outcomes: list[Outcome]) -> None:
        seen = aftermath(self._seconds, self._case.knock, now)
        walks = look(seen, self._classifier.position, last=False) == "recovered"
        self._end(sign, reasons.recovered(seen, walks), now, outcomes)

    def _end(self, sign: Sign, reason: Reason, now: int, outcomes: list[Outcome]) -> None:
        before = self._case.state
        self._case = _Case(NEXT[before, sign])
        risk = "fall" if before == "raised" else "fall_suspected"
        outcomes.append(Cleared(dedup_key=f"{risk}:{self._device}", at=now * 1000, reason=reason))
        if before == "raised":  # the suspicion before it is over too
            outcomes.append(Cleared(dedup_key=f"fall_suspected:{self._device}", at=now * 1000, reason=reason))
