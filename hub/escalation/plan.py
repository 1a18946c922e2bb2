"""A plan: who is called for which alerts at which hours, by role; and how it becomes an alert's policy.

Pure: a plan, people and an hour in, a policy out. A home that nobody configured gets a plan that is right for
most: the resident is asked first where a question is enough, then those who are near, then the station, with
the township and the county joining as the circle widens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from hub.errors import HubError
from hub.escalation.policy import Person, Policy, Step
from hub.escalation.questions import asks_first
from hub.notify.channels.port import Medium
from models.detection.finding import Severity

Who = Literal["resident", "home", "family", "neighbours", "doctor", "station", "centre", "county"]

#: A person who still rings has so long a start before the next one is called as well. With a fall, minutes
#: on the floor count; with a warning nobody else need wake up. With 8 s, 98.3 % of 10,000 played emergencies
#: are taken within 60 s (telecare asks for 97.5 %), at three calls each; with 12 s it was 93.0 %.
HEAD_START_S: Final[dict[Severity, float | None]] = {"emergency": 8.0, "warning": None, "advice": None}
PAUSE_S: Final[dict[Severity, float]] = {"emergency": 20.0, "warning": 600.0, "advice": 3600.0}
ASK_WAIT_S: Final = 60.0
NEVER_ASKED: Final = frozenset({"smoke", "co", "gas"})  #: whatever a plan says: seconds count, nobody is sure
SHORTEST_WAIT_S, LONGEST_WAIT_S = 5.0, 3600.0
MOST_RUNGS: Final = 20
_NOON: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)  #: any hour: the built-in plan is the same at all of them


class PlanError(HubError):
    """The plan cannot be like this."""


class Rung(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step of a plan: people of one role, in their order or all at once."""

    who: Who
    by: tuple[Medium, ...] = ()  #: these ways only; none: every way that a person has
    together: bool = False
    wait_s: float = 60.0  #: for one person, at most
    head_start_s: float | None = None  #: after so long the next one is called as well
    from_round: int = 1  #: the circle widens


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who is called for alerts of these severities and risks at these hours, by the home's clock.

    `until` earlier than `since` reaches over midnight and counts as the day on which it began.
    """

    rungs: tuple[Rung, ...]
    severities: tuple[Severity, ...] = ("emergency", "warning")
    risks: tuple[str, ...] = ()  #: none: all of them
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)  #: Monday is 1
    since: str = "00:00"
    until: str = "24:00"
    pause_s: float | None = None  #: between two rounds; none: by severity
    answers_needed: int = 1


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules in order: the first that fits holds; where none fits, the built-in plan does."""

    name: str
    rules: tuple[Rule, ...] = ()


def read_plan(document: Mapping[str, Any]) -> Plan:
    """Return a plan from JSON or TOML; raises PlanError with a sentence that says what to change."""
    try:
        plan = msgspec.convert(document, Plan)
    except msgspec.ValidationError as error:
        raise PlanError(f"The plan cannot be read: {error}.") from error
    for n, rule in enumerate(plan.rules, start=1):
        _check(rule, f"Rule {n}")
    return plan


def built_in(first_called: str) -> Plan:
    """Return the plan of a home that nobody configured; `first_called` is `family` or `station`."""
    near: list[Who] = ["station", "home"] if first_called == "station" else ["home", "station"]

    def rungs(severity: Severity) -> tuple[Rung, ...]:
        later = 0 if severity == "emergency" else 1
        order: list[tuple[Who, int]] = [
            (near[0], 1),
            (near[1], 1),
            ("centre", 1 + later),
            ("county", 1 + 2 * later),
        ]
        start = HEAD_START_S[severity]
        return (
            Rung(who="resident", wait_s=ASK_WAIT_S),
            *(Rung(who=who, from_round=round_, head_start_s=start) for who, round_ in order),
        )

    severities: tuple[Severity, ...] = ("emergency", "warning", "advice")
    return Plan(
        name="built-in", rules=tuple(Rule(severities=(level,), rungs=rungs(level)) for level in severities)
    )


def rule_at(plan: Plan, severity: Severity, risk: str, at: datetime) -> Rule | None:
    """Return the rule of a plan for an alert at a moment of the home's clock (`at` carries its zone)."""
    return next(
        (
            rule
            for rule in plan.rules
            if severity in rule.severities and (not rule.risks or risk in rule.risks) and _is_on(rule, at)
        ),
        None,
    )


def policy_at(
    plan: Plan,
    people: Iterable[Person],
    *,
    severity: Severity,
    risk: str,
    at: datetime,
    first_called: str,
    second_press: bool = False,
) -> Policy:
    """Return the policy of an alert that is raised at `at`, a moment of the home's clock."""
    rule, name = rule_at(plan, severity, risk, at), plan.name
    if rule is None:
        plan = built_in(first_called)
        rule, name = rule_at(plan, severity, risk, at) or plan.rules[0], plan.name
    ask = asks_first(risk, severity, second_press=second_press) or (
        risk in rule.risks and risk not in NEVER_ASKED and not second_press
    )
    return concrete(rule, people, severity=severity, name=name, ask=ask)


def concrete(rule: Rule, people: Iterable[Person], *, severity: Severity, name: str, ask: bool) -> Policy:
    """Return a rule with people in it.

    The resident is asked only with `ask`: where a question is enough (`questions`), or where the rule names
    the risk. A rung that holds nobody with a method is left out; where all that is left joins in later rounds
    only, it is called from the first.
    """
    everybody = sorted((p for p in people if p.methods), key=lambda p: (p.rank, p.id))
    steps = [
        step
        for rung in rule.rungs
        if (rung.who != "resident" or ask) and (step := _step(rung, everybody)).people
    ]
    helpers = [step for step in steps if not step.ask]
    if helpers and all(step.from_round > 1 for step in helpers):
        steps = [msgspec.structs.replace(step, from_round=1) for step in steps]
    pause = PAUSE_S[severity] if rule.pause_s is None else rule.pause_s
    return Policy(steps=tuple(steps), pause_s=pause, name=name, answers_needed=rule.answers_needed)


def default_policy(people: Iterable[Person], severity: Severity, first_called: str) -> Policy:
    """Return the built-in plan's policy for an alert that asks the resident nothing."""
    plan = built_in(first_called)
    return policy_at(plan, people, severity=severity, risk="sos", at=_NOON, first_called=first_called)


def called_by(rung: Rung, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people of a rung, with the ways by which it tells them; who has none of them is left out."""
    chosen = (_by(person, rung.by) for person in people if _is(person, rung.who))
    return tuple(person for person in chosen if (person.calls if rung.who == "resident" else person.methods))


def _by(person: Person, ways: tuple[Medium, ...]) -> Person:
    if not ways:
        return person
    kept = tuple(method for method in person.methods if method.channel in ways)
    return msgspec.structs.replace(person, methods=kept)


def _step(rung: Rung, people: Sequence[Person]) -> Step:
    chosen = called_by(rung, people)
    return Step(
        name="family" if rung.who == "home" else rung.who,
        people=chosen,
        wait_s=rung.wait_s,
        head_start_s=None if rung.who == "resident" else rung.head_start_s,
        from_round=rung.from_round,
        together=rung.together,
        ask=rung.who == "resident",
    )


def _is(person: Person, who: Who) -> bool:
    if person.tier != "home":
        return person.tier == who
    match who:
        case "home":
            return person.helps
        case "neighbours":
            return person.role in ("neighbour", "volunteer")
        case _:
            return person.role == who


def _is_on(rule: Rule, at: datetime) -> bool:
    since, until, here = _minutes(rule.since), _minutes(rule.until), at.hour * 60 + at.minute
    if since < until:
        return at.isoweekday() in rule.days and since <= here < until
    day = at.isoweekday() if here >= since else (at.isoweekday() + 5) % 7 + 1
    return day in rule.days and (here >= since or here < until)


def _minutes(text: str) -> int:
    """Minutes since midnight; 24:00 is the end of the day."""
    if text == "24:00":
        return 24 * 60
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


def _check(rule: Rule, name: str) -> None:
    if not rule.rungs or len(rule.rungs) > MOST_RUNGS:
        raise PlanError(f"{name} needs 1 to {MOST_RUNGS} rungs.")
    if all(rung.who == "resident" for rung in rule.rungs):
        raise PlanError(f"{name} asks the resident only: name somebody who helps, such as family or station.")
    if not any(rung.who != "resident" and (not rung.by or "voice" in rung.by) for rung in rule.rungs):
        raise PlanError(f"{name} calls nobody by telephone: a message alone wakes nobody.")
    if any(rung.who == "resident" and rung.by and "voice" not in rung.by for rung in rule.rungs):
        raise PlanError(f"{name} asks the resident without a telephone call: add voice.")
    if not rule.days or not all(1 <= day <= 7 for day in rule.days):
        raise PlanError(f"{name}: days are numbers from 1 (Monday) to 7.")
    for text in (rule.since, rule.until):
        try:
            _minutes(text)
        except ValueError as error:
            raise PlanError(f'{name}: "{text}" is no time of day. Write it as 21:30.') from error
    if rule.since == rule.until:
        raise PlanError(f"{name} begins when it ends: write 00:00 and 24:00 for the whole day.")
    if rule.answers_needed not in (1, 2, 3):
        raise PlanError(f"{name}: one to three people can be asked for.")
    if rule.pause_s is not None and not SHORTEST_WAIT_S <= rule.pause_s <= LONGEST_WAIT_S:
        raise PlanError(f"{name}: a pause lasts {SHORTEST_WAIT_S:.0f} to {LONGEST_WAIT_S:.0f} seconds.")
    for rung in rule.rungs:
        if not SHORTEST_WAIT_S <= rung.wait_s <= LONGEST_WAIT_S:
            raise PlanError(f"{name}: a wait lasts {SHORTEST_WAIT_S:.0f} to {LONGEST_WAIT_S:.0f} seconds.")
        if rung.head_start_s is not None and not 1 <= rung.head_start_s <= rung.wait_s:
            raise PlanError(f"{name}: a head start lasts 1 second at least and no longer than the wait.")
        if not 1 <= rung.from_round <= 10:
            raise PlanError(f"{name}: people join in a round from 1 to 10.")
