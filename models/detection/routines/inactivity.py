"""Unusual quiet in one home: what is asked of the resident, and when the station is called instead.

Beside the fixed rule, never in its place. Takes signs of life as they come, the facts about who can be heard
at every look, and a day's spells every night; its own memory between two signs is the walk. Reads no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.detection.doubts import DOUBTS
from models.detection.finding import Finding, Reason, Severity, Value
from models.detection.hours import local
from models.detection.limits import MINUTE, QUIET
from models.detection.routines import sentences
from models.detection.routines.budget import limit
from models.detection.routines.model import HomeModel, Population
from models.detection.routines.quiet import BUDGETS, CAP_ONLY, NOT_BEFORE, Due, Stage, due
from models.detection.routines.spells import STEP, Sign, Spell, Walk
from models.detection.view import View

_SEVERITY: Final[dict[Stage, Severity]] = {"ask": "warning", "help": "emergency"}
KEYS: Final[dict[Stage, str]] = {"ask": "inactivity", "help": "inactivity:help"}
#: A home's own longest quiet is told from so many days on.
ENOUGH_DAYS: Final = 7
POINTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a look needs to know beside the signs. Instants in milliseconds."""

    now: int
    zone: str
    alive: int  #: sensors inside that are heard
    sensors: int  #: sensors inside
    doors: int  #: outer doors with a contact
    sight_at: int = 0  #: before this the home could not be seen
    caught_up_at: int = 0  #: before this old events are still coming
    answered_at: int = 0  #: when the resident last said that all is well
    second_at: int = 0  #: when they were last asked a second time about one quiet
    straight: bool = True  #: the station may be called though nobody was asked


def facts_of(view: View, answered_at: int = 0) -> Facts:
    """Return the facts of a home as the judge sees it."""
    return Facts(
        now=view.now,
        zone=view.profile.zone,
        alive=view.watching(),
        sensors=len(view.profile.inside),
        doors=sum(one.outer_door for one in view.profile.devices.values()),
        sight_at=max(view.state.sight_at, view.state.since),
        caught_up_at=view.caught_up_at(),
        answered_at=answered_at,
        second_at=view.state.routine.second_at,
        straight=view.profile.sees_well,
    )


class UnusualQuiet:
    """One home's learnt quiet."""

    def __init__(
        self,
        population: Population,
        model: HomeModel | None = None,
        walk: Walk | None = None,
        budgets: Mapping[Stage, float] = BUDGETS,
    ) -> None:
        self.population = population
        self.model = model if model is not None else HomeModel.fresh(population)
        self.walk = walk if walk is not None else Walk()
        self.budgets = budgets  #: how often a day each stage may speak for nothing
        self._limits: dict[Stage, float] = {}

    def take(self, sign: Sign) -> None:
        """Take in a sign of life; signs come in order."""
        self.walk.take(sign)

    def learn(self, day: Sequence[Spell]) -> None:
        """Learn the spells that ended on one day; a day with an emergency is not given to it."""
        self.model.learn(self.population, day)
        self._limits.clear()

    def score(self, facts: Facts, stage: Stage) -> Finding | None:
        """Return what is to be said at `facts.now`, or None while quiet is not unusual."""
        spell = self._spell(facts)
        if spell is None or self._unjudged(facts, spell) is not None:
            return None
        if facts.now < spell.since + NOT_BEFORE[stage]:
            return None
        found = self._due(facts, spell, stage)
        if found is None or found.at > facts.now:
            return None
        return self._finding(facts, spell, found, stage)

    def due(self, facts: Facts, stage: Stage) -> int | None:
        """Return when to look again: when quiet becomes unusual if it lasts; None while somebody is out."""
        spell = self._spell(facts)
        if spell is None or self._unjudged(facts, spell) is not None:
            return None
        if facts.now < spell.since + NOT_BEFORE[stage]:
            return spell.since + NOT_BEFORE[stage]  # cheap: most quiet ends before anybody has to look
        found = self._due(facts, spell, stage)
        return found.at if found is not None else None

    def abstains(self, facts: Facts) -> Reason | None:
        """Return why nothing, or only the fixed limit, is judged at present; None while all is judged."""
        spell = self._spell(facts)
        unjudged = self._unjudged(facts, spell)
        if unjudged is not None:
            return unjudged
        values: dict[str, Value] = {"limit_s": QUIET / 1000, "alive": facts.alive, "sensors": facts.sensors}
        if facts.alive < facts.sensors:
            return Reason(sentences.SOME_UNSEEN, values)
        if spell is not None and spell.since == facts.sight_at:
            return Reason(sentences.NOT_SINCE, {"limit_s": QUIET / 1000})
        return None

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _spell(self, facts: Facts) -> Spell | None:
        """Return the quiet as it stands: not from before the home could be seen, nor before an answer."""
        zone = facts.zone
        spell = self.walk.spell(lambda at: _offset(zone, at))
        if spell is None:
            return None
        answers = 0
        if facts.answered_at > spell.since:
            answers = 1 if facts.second_at <= spell.since or facts.answered_at < facts.second_at else 2
        return replace(spell, since=max(spell.since, facts.sight_at, facts.answered_at), answers=answers)

    def _unjudged(self, facts: Facts, spell: Spell | None) -> Reason | None:
        if not facts.alive:
            return Reason(sentences.UNSEEN, {"sensors": facts.sensors})
        if facts.now < facts.caught_up_at:
            return Reason(sentences.CATCHING_UP)
        if spell is not None and spell.left_at is not None:
            return Reason(sentences.OUT, {"left_at": spell.left_at})
        return None

    def _due(self, facts: Facts, spell: Spell, stage: Stage) -> Due | None:
        whole = facts.alive == facts.sensors and spell.since != facts.sight_at
        learnt = whole and (stage == "ask" or facts.straight)
        course = self.model.course(self.population, spell)
        return due(course, spell, self._limit(stage) if learnt else CAP_ONLY, stage)

    def _limit(self, stage: Stage) -> float:
        if stage not in self._limits:
            self._limits[stage] = limit(self.model.tail, self.population.tail, self.budgets[stage])
        return self._limits[stage]

    def _finding(self, facts: Facts, spell: Spell, found: Due, stage: Stage) -> Finding:
        values: dict[str, Value] = {
            "quiet_s": (facts.now - spell.since) / 1000,
            "seen_at": spell.since,
            "room": spell.room,
            "alive": facts.alive,
            "sensors": facts.sensors,
        }
        if found.why == "again":
            text = DOUBTS["no_movement"]
            values |= {"answered_at": spell.since, "second": True}
        elif found.why == "cap":
            text = sentences.TOO_LONG
            if spell.answers:
                text = DOUBTS["no_movement"]
                values["answered_at"] = spell.since
            elif spell.since == facts.sight_at:
                text = sentences.SINCE_HEARD
            values["limit_s"] = QUIET / 1000
        else:
            course = self.model.course(self.population, spell)
            step = min((facts.now - spell.since) // STEP - 2, len(course) - 1)
            longest, days = self.model.longest_at(local(facts.zone, facts.now).hour)
            text = sentences.UNUSUAL if facts.doors else sentences.UNUSUAL_WITHOUT_DOOR
            values |= {
                "points": round(float(course[step]) * POINTS, 1),
                "limit": round(self._limit(stage) * POINTS, 1),
                "days": days,
                "longest_s": longest * MINUTE / 1000,
            }
            if days < ENOUGH_DAYS:
                text = sentences.UNUSUAL_FOR_OTHERS
        return Finding(
            risk="inactivity",
            severity=_SEVERITY[stage],
            occurred_at=facts.now,
            reason=Reason(text, values),
            dedup_key=KEYS[stage],
            room=spell.room,
        )


def _offset(zone: str, at: int) -> int:
    ahead = local(zone, at).utcoffset()
    return round(ahead.total_seconds() * 1000) if ahead is not None else 0
