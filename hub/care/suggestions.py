"""Rules that suggest a service to a home; a human accepts or declines. Pure.

A rule looks at counts of what happened and says which numbers crossed its limit. Nothing reaches a provider
by a rule, and who has declined a suggestion hears it again only after its rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.care.needs import Kind
from hub.language import N_
from models.detection.finding import Reason

#: After a decision the same rule is quiet for the same home.
REST_AFTER_NO: Final = timedelta(days=60)
REST_AFTER_YES: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at: counts of one home."""

    falls_30d: int = 0  #: alerts of falls that a human called real
    kitchen_30d: int = 0  #: smoke or gas that was real, or came of cooking
    cold_14d: int = 0
    night_exits_30d: int = 0
    declining_14d: int = 0  #: findings that say activity or sleep changed over weeks
    silent_device_days: float = 0.0  #: how long a sensor has been out of order
    most_dependent: int = 0  #: the highest ability level of its people, 0 to 4
    lives_alone: bool = False
    beds_watched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: when it speaks, and what it asks for."""

    kind: Kind  #: of the request that it becomes when somebody accepts it
    ask: str  #: what is suggested, in words
    speaks: Callable[[Facts], Reason | None]


def _at_least(n: int, limit: int, text: str) -> Reason | None:
    return Reason(text, {"n": n, "limit": limit}) if n >= limit else None


#: The limit of two falls within 30 days is GB/T 42195's: two care risks in 30 days make the level graver.
RULES: Final[Mapping[str, Rule]] = {
    "falls": Rule(
        kind="mobility",
        ask=N_("Have the ability assessed anew; look at grab rails and light."),
        speaks=lambda facts: _at_least(
            facts.falls_30d, 2, N_("{n} falls within 30 days; the limit is {limit}.")
        ),
    ),
    "kitchen": Rule(
        kind="other",
        ask=N_("Visit the stove together; a timer or an automatic switch-off."),
        speaks=lambda facts: _at_least(
            facts.kitchen_30d, 3, N_("Smoke or gas {n} times within 30 days; the limit is {limit}.")
        ),
    ),
    "cold": Rule(
        kind="other",
        ask=N_("Look at the heating, and whether it can be paid."),
        speaks=lambda facts: _at_least(
            facts.cold_14d, 3, N_("Too cold on {n} occasions within 14 days; the limit is {limit}.")
        ),
    ),
    "night_exits": Rule(
        kind="medical",
        ask=N_("Speak with the family and the family doctor about going out at night."),
        speaks=lambda facts: _at_least(
            facts.night_exits_30d, 2, N_("Left home at night {n} times within 30 days; the limit is {limit}.")
        ),
    ),
    "decline": Rule(
        kind="medical",
        ask=N_("Call on them, and tell the family doctor what changed."),
        speaks=lambda facts: _at_least(
            facts.declining_14d, 1, N_("The routine has changed over weeks, said {n} times within 14 days.")
        ),
    ),
    "sensor": Rule(
        kind="other",
        ask=N_("Send somebody to repair or replace the sensor."),
        speaks=lambda facts: (
            Reason(
                N_("A sensor has been out of order for {n} days; the limit is {limit}."),
                {"n": int(facts.silent_device_days), "limit": 3},
            )
            if facts.silent_device_days >= 3
            else None
        ),
    ),
    "bed": Rule(
        kind="other",
        ask=N_("Offer a bed sensor: nights are what the other sensors see least of."),
        speaks=lambda facts: (
            Reason(N_("Ability level {n}, alone at night, and no bed sensor."), {"n": facts.most_dependent})
            if facts.most_dependent >= 3 and facts.lives_alone and not facts.beds_watched
            else None
        ),
    ),
}


def suggested(facts: Facts, decided: Mapping[str, tuple[str, datetime]], now: datetime) -> dict[str, Reason]:
    """Return by rule why something is suggested; `decided` holds each rule's last decision and its time."""
    found: dict[str, Reason] = {}
    for name, rule in RULES.items():
        if rests(decided.get(name), now):
            continue
        reason = rule.speaks(facts)
        if reason is not None:
            found[name] = reason
    return found


def rests(decision: tuple[str, datetime] | None, now: datetime) -> bool:
    """Whether a rule is quiet because somebody decided lately."""
    if decision is None:
        return False
    what, at = decision
    return now - at < (REST_AFTER_NO if what == "declined" else REST_AFTER_YES)
