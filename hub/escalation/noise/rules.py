"""Whether an alert must wait before it calls anybody, until when, and why.

Pure: facts and the time in, a hold with its reason out. An emergency is never held, whatever the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hub.language import N_
from models.detection.finding import Reason, Severity

#: Risks that a whole area can have at once. Cold and heat are not: they harm one person at a time.
AREA_RISKS: Final = frozenset({"home_silent", "power_cut"})
#: Somebody may be lying there or calling: nothing holds these back, whatever their severity.
SINGLE: Final = frozenset({"sos", "fall", "fall_suspected", "smoke", "co", "gas"})
#: So long a risk of an area waits for company before it calls: a power cut shows itself within a minute,
#: because every home speaks once a minute.
GATHER: Final = timedelta(seconds=60)
#: Somebody who took an alert so recently is still occupied with that home.
OCCUPIED: Final = timedelta(minutes=30)
#: What waits for another alert is looked at again after so long, should nobody have woken it before.
LOOK_AGAIN: Final = timedelta(minutes=30)
#: The hours in which what can wait does, where nobody set others.
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
#: A home that is supervised this loosely has accepted that its silence is found out hours later.
LOOSE: Final = timedelta(hours=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An alert calls nobody before `until`."""

    until: datetime
    rule: str  #: silence, incident, grouped, spread, gathering or quiet
    reason: Reason
    about: str = ""  #: the silence or the other alert that it waits for

    @property
    def key(self) -> str:
        """What tells one hold from the next: the same hold is written into the file once."""
        return f"{self.rule}:{self.about}" if self.about else self.rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another open alert of the same home."""

    id: str
    severity: Severity
    risk: str
    status: str
    triggered_at: datetime
    acknowledged_at: datetime | None = None
    told: bool = False  #: somebody was called about it
    held: bool = False
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A hush that somebody asked for and that holds now."""

    id: int
    until: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a hold can depend on."""

    id: str
    severity: Severity
    risk: str
    triggered_at: datetime
    of_area: bool = False
    told: bool = False
    drill: bool = False
    zone: str = "Asia/Shanghai"
    supervision: timedelta = timedelta(0)
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    neighbours: int = 0  #: other live homes around, counted up to what makes a storm thinkable
    was_of_area: bool = False  #: an area's alert has spoken for it before
    incident: str | None = None  #: the open alert of the area that covers it
    spread_until: datetime | None = None  #: its turn after the area's alert was over
    siblings: tuple[Sibling, ...] = ()
    silences: tuple[Silence, ...] = ()


def hold(facts: Facts, now: datetime) -> Hold | None:
    """Return what keeps an alert back at `now`, or None when it calls people."""
    if facts.severity == "emergency":
        return None
    if facts.risk in SINGLE:
        return None
    if facts.drill:
        return None  # somebody stands beside it and waits for the telephone
    for rule in _RULES:
        found = rule(facts, now)
        if found is not None and found.until > now:
            return found
    return None


def _silenced(facts: Facts, now: datetime) -> Hold | None:
    if not facts.silences:
        return None
    longest = max(facts.silences, key=lambda silence: (silence.until, silence.id))
    return Hold(
        until=longest.until,
        rule="silence",
        about=str(longest.id),
        reason=Reason(
            N_("{by} asked for silence until {until}: {why}"),
            {"by": longest.by, "until": _local(longest.until, facts.zone), "why": longest.why},
        ),
    )


def _in_incident(facts: Facts, now: datetime) -> Hold | None:
    if facts.incident is None or not (facts.of_area or facts.risk in AREA_RISKS):
        return None
    return in_incident(facts.incident, now)


def in_incident(incident: str, now: datetime) -> Hold:
    """Return the hold of an alert that an area's alert speaks for."""
    return Hold(
        until=now + LOOK_AGAIN,
        rule="incident",
        about=incident,
        reason=Reason(N_("Many homes around have the same: the station is called once for all of them")),
    )


def _waits_its_turn(facts: Facts, now: datetime) -> Hold | None:
    return None if facts.spread_until is None else waits_its_turn(facts.spread_until)


def waits_its_turn(until: datetime) -> Hold:
    """Return the hold of an alert that is left over when its area's alert has ended."""
    text = N_("The area's alert is over, not this one: it waits its turn, so that not all ring at once")
    return Hold(until=until, rule="spread", reason=Reason(text))


def _grouped(facts: Facts, now: datetime) -> Hold | None:
    cover = None if facts.of_area else cover_of(facts, now)
    if cover is None:
        return None
    until = now + LOOK_AGAIN
    if cover.acknowledged_at is not None and cover.status != "triggered":
        until = cover.acknowledged_at + OCCUPIED
    return Hold(
        until=until,
        rule="grouped",
        about=cover.id,
        reason=Reason(N_("People are told of another alert of this home already: one call is enough")),
    )


def cover_of(facts: Facts, now: datetime) -> Sibling | None:
    """Return the alert of the same home whose call is enough for this one too.

    An emergency covers what is less; of two warnings the one that people know of, else the earlier.
    """
    mine = _place(facts.severity, facts.told, facts.triggered_at, facts.id)
    ahead = [
        (_place(other.severity, other.told, other.triggered_at, other.id), other)
        for other in facts.siblings
        if _busies(other, now)
    ]
    best = min(ahead, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] < mine else None


def _busies(other: Sibling, now: datetime) -> bool:
    """Whether somebody is being called about an alert, or has just taken it."""
    if other.held or other.drill or other.severity == "advice" or other.status == "resolved":
        return False
    if other.status == "triggered":
        return True
    return other.acknowledged_at is not None and now < other.acknowledged_at + OCCUPIED


def _place(severity: Severity, told: bool, at: datetime, id_: str) -> tuple[bool, bool, datetime, str]:
    return severity != "emergency", not told, at, id_


def _gathering(facts: Facts, now: datetime) -> Hold | None:
    if facts.of_area or facts.was_of_area or facts.told:
        return None
    if facts.risk not in AREA_RISKS or facts.neighbours < 2:
        return None
    return Hold(
        until=facts.triggered_at + GATHER,
        rule="gathering",
        reason=Reason(
            N_("Waits {seconds} s to see whether the whole area has it"),
            {"seconds": int(GATHER.total_seconds())},
        ),
    )


def _quiet(facts: Facts, now: datetime) -> Hold | None:
    why = None if facts.of_area else QUIET_RISKS.get(facts.risk)
    if why is None or not why.holds(facts):
        return None
    until = quiet_until(facts.quiet_from, facts.quiet_until, facts.zone, now)
    if until is None:
        return None
    return Hold(
        until=until,
        rule="quiet",
        reason=Reason(why.text, {"until": _local(until, facts.zone)}),
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """Why a risk can wait until morning, and in which homes."""

    text: str
    holds: Callable[[Facts], bool]


#: Only what harms nobody by waiting. Not here, on purpose: leak, door left open, left at night and no
#: movement (somebody may be in need), cold and heat (they harm within the hour), a power cut (somebody may
#: breathe by a machine that needs it).
QUIET_RISKS: Final[Mapping[str, Waits]] = {
    "device_silent": Waits(
        N_("Nobody repairs a sensor at night: it waits until {until}"),
        lambda facts: True,
    ),
    "home_silent": Waits(
        N_("This home is heard only every few hours by design: its silence waits until {until}"),
        lambda facts: facts.supervision >= LOOSE,
    ),
}

_RULES: Final = (_silenced, _in_incident, _waits_its_turn, _grouped, _gathering, _quiet)


def quiet_until(since: time, until: time, zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end that hold at `now`, or None outside of them."""
    if since == until:
        return None
    local = now.astimezone(ZoneInfo(zone))
    inside = since <= local.time() < until if since < until else not until <= local.time() < since
    if not inside:
        return None
    day = local.date() if local.time() < until else local.date() + timedelta(days=1)
    return datetime.combine(day, until, ZoneInfo(zone)).astimezone(now.tzinfo)


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}"
