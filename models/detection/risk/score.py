"""A home's risk as points that anybody can add up: a table of weights, three largest parts, three bands.

No percentages: nobody has counted outcomes of these homes yet. Points of a person are ten times the natural
logarithm of a published odds or risk ratio, so that they add as odds multiply; points of circumstances that
no study has measured are ours and marked so. The bands say who is looked at first, not what will happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from models.detection.finding import Reason, Value
from models.detection.risk.facts import HomeFacts
from models.detection.risk.sentences import ADDS, LOWERS

Band = Literal["low", "raised", "high"]

# Points, each with its source -------------------------------------------------------------------------------
#: A fall before: odds 2.8, several: 3.5 (Deandrea and others, Epidemiology 2010, 74 studies).
FALL, FALLS = 10.3, 12.5
#: Walking aid: odds 2.2 (the same).
WALKING_AID: Final = 7.9
#: Five years of age from 75 on: odds 1.12 each; ours: from 75, at most 95.
FIVE_YEARS, AGE_FROM, AGE_TO = 1.1, 75, 95
#: Ability by level of GB/T 42195-2022: ours, by the same study's 1.5 to 2.7 for need of help in daily life.
#: From level 3 on people walk less alone, so that it rises no further.
ABILITY: Final = (0.0, 4.0, 7.0, 9.0, 9.0)
#: Alone: mortality 1.21 times (Nakou and others, Aging Clin Exp Res 2025, 86 studies).
ALONE: Final = 1.9
#: Two visits a night: falls 1.20 times (Pesonen and others, J Urol 2020); three: 1.28 (Vaughan and others,
#: Int J Clin Pract 2010). Ours: a point less with a night light.
NIGHT_TWO, NIGHT_THREE, NIGHT_LIGHT = 1.8, 2.5, 1.0
#: Walking speed falling by 2.5 cm/s within weeks came with odds of a fall of 4.2 (Phillips and others 2017,
#: sensors in 23 homes). Quieter days are a weaker sign: half of the points. Ours.
DECLINE: Final = 7.0
RESTLESS_NIGHT, RESTLESS_MOST = 1.0, 5.0  #: ours: a point a night
#: 18 °C is the least that the WHO's guidelines on housing (2018) ask for; 16 and 12 as in the limits. Ours.
COLD_BELOW, COLD_A_DEGREE, COLD_MOST = 18.0, 1.0, 6.0
HOT_ABOVE, HOT_A_DEGREE, HOT_MOST = 30.0, 1.0, 5.0  #: ours
SILENT_DAY, SILENT_MOST = 0.7, 6.0  #: ours: what is not heard is not helped
SENSORS_OUT: Final = 8.0  #: ours: times the share of sensors that are not heard
UNVISITED_FROM, UNVISITED_A_WEEK, UNVISITED_MOST = 14, 0.7, 4.0  #: ours
CONTACT_MISSING: Final = 2.0  #: ours: for each that is missing of two

#: One fall is "raised" by itself; a fall with an aid, or with level 2, is "high".
RAISED_FROM, HIGH_FROM = 8.0, 17.0
TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing that adds to a home's risk: its points, what is the case, and what would lower it."""

    what: str
    points: float
    reason: Reason
    lower: Reason
    saves: float  #: points that would be gone if it were done; 0 where nobody has measured it


@dataclass(frozen=True, slots=True)
class Assessment:
    """A home's points and band, what adds to them (the most first), and the names of what is not known."""

    points: float
    band: Band
    contributions: tuple[Contribution, ...]
    unknown: tuple[str, ...]

    @property
    def largest(self) -> tuple[Contribution, ...]:
        """Return the three that add most."""
        return self.contributions[:TOLD]


def assess(facts: HomeFacts) -> Assessment:
    """Return a home's risk. More of anything that is bad never lowers it."""
    found = sorted(_contributions(facts), key=lambda one: (-one.points, one.what))
    points = round(sum(one.points for one in found), 1)
    return Assessment(points, band_of(points), tuple(found), facts.unknown())


def band_of(points: float) -> Band:
    """Return the band of so many points."""
    return "high" if points >= HIGH_FROM else "raised" if points >= RAISED_FROM else "low"


def _contributions(facts: HomeFacts) -> Iterator[Contribution]:
    yield from _of_the_person(facts)
    yield from _of_the_nights(facts)
    yield from _of_the_home(facts)


def _of_the_person(facts: HomeFacts) -> Iterator[Contribution]:
    if facts.falls_90d:
        points = FALLS if facts.falls_90d > 1 else FALL
        lower = "falls_rail" if facts.grab_rail is False else "falls"
        # Ten times the logarithm of 0.74: falls after homes were looked over (Clemson and others, Cochrane
        # Database of Systematic Reviews 2023).
        yield _adds("falls", points, {"falls": facts.falls_90d}, lower, saves=3.0)
    if facts.ability:
        yield _adds("ability", ABILITY[facts.ability], {"level": facts.ability})
    if facts.walking_aid:
        yield _adds("walking_aid", WALKING_AID, {})
    if facts.age is not None and facts.age > AGE_FROM:
        years = min(facts.age, AGE_TO) - AGE_FROM
        yield _adds("age", FIVE_YEARS * years / 5, {"age": facts.age}, "falls")
    if facts.lives_alone:
        yield _adds("alone", ALONE, {})
    if facts.declining:
        yield _adds("decline", DECLINE, {})


def _of_the_nights(facts: HomeFacts) -> Iterator[Contribution]:
    if facts.night_toilet is not None and facts.night_toilet >= 2:
        points = NIGHT_THREE if facts.night_toilet >= 3 else NIGHT_TWO
        values: dict[str, Value] = {"visits": round(facts.night_toilet, 1)}
        if facts.night_light:
            yield _adds("night_toilet", points - NIGHT_LIGHT, values)
        else:
            yield _adds("night_toilet", points, values, "night_light", saves=NIGHT_LIGHT)
    if facts.restless_nights_30d:
        points = min(RESTLESS_MOST, RESTLESS_NIGHT * facts.restless_nights_30d)
        lower = "bed_sensor" if facts.bed_sensor is False else "restless"
        yield _adds("restless", points, {"nights": facts.restless_nights_30d}, lower)


def _of_the_home(facts: HomeFacts) -> Iterator[Contribution]:
    if facts.coldest is not None and facts.coldest < COLD_BELOW:
        points = min(COLD_MOST, COLD_A_DEGREE * (COLD_BELOW - facts.coldest))
        values: dict[str, Value] = {"temperature": round(facts.coldest, 1), "limit": COLD_BELOW}
        yield _adds("cold", points, values, saves=points)
    if facts.hottest is not None and facts.hottest > HOT_ABOVE:
        points = min(HOT_MOST, HOT_A_DEGREE * (facts.hottest - HOT_ABOVE))
        values = {"temperature": round(facts.hottest, 1), "limit": HOT_ABOVE}
        yield _adds("hot", points, values, saves=points)
    if facts.silent_days_30d:
        points = min(SILENT_MOST, SILENT_DAY * facts.silent_days_30d)
        yield _adds("silent", points, {"days": facts.silent_days_30d}, saves=points)
    if facts.sensors and facts.sensors_out:
        points = SENSORS_OUT * min(1.0, facts.sensors_out / facts.sensors)
        values = {"out": facts.sensors_out, "sensors": facts.sensors}
        yield _adds("sensors", points, values, saves=points)
    if facts.days_since_visit is not None and facts.days_since_visit > UNVISITED_FROM:
        weeks = (facts.days_since_visit - UNVISITED_FROM) / 7
        points = min(UNVISITED_MOST, UNVISITED_A_WEEK * weeks)
        yield _adds("unvisited", points, {"days": facts.days_since_visit}, saves=points)
    if facts.contacts is not None and facts.contacts < 2:
        points = CONTACT_MISSING * (2 - facts.contacts)
        yield _adds("contacts", points, {"contacts": facts.contacts}, saves=points)


def _adds(
    what: str, points: float, values: dict[str, Value], lower: str = "", saves: float = 0.0
) -> Contribution:
    limits = {name: value for name, value in values.items() if name == "limit"}
    return Contribution(
        what, round(points, 1), Reason(ADDS[what], values), Reason(LOWERS[lower or what], limits), saves
    )
