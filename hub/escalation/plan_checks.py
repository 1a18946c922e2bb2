"""What a plan may say and had better not: each beside the rung that it concerns, in a sentence.

Pure. What a plan may not say at all is `plan.read_plan`; a rule that reaches nobody is found by `plans.save`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from hub.escalation.plan import Plan, Rule, Rung, called_by
from hub.escalation.policy import Person
from hub.escalation.sentences import asks
from hub.language import N_
from models.detection.finding import Reason

#: Telecare wants 99 of 100 emergencies taken within three minutes: nobody should be waited for as long.
TOO_LONG_S: Final = 180.0


def notices(
    plan: Plan, people: Sequence[Person], known: Collection[str] | None = None
) -> dict[tuple[int, int, str], Reason]:
    """Return what is doubtful about a plan for the people of a place, by rule, rung and field.

    Fields are `who` and `wait`; rules and rungs count from 0. With `known`, of an area, only these are
    judged: who else there is differs from home to home.
    """
    found: dict[tuple[int, int, str], Reason] = {}
    for n, rule in enumerate(plan.rules):
        called: set[str] = set()
        for m, rung in enumerate(rule.rungs):
            if known is not None and rung.who not in known:
                continue
            if rung.who == "resident" and not asks(rule):
                continue
            chosen = called_by(rung, people)
            if why := _about_people(rung, chosen, called):
                found[n, m, "who"] = why
            if rung.from_round == 1:
                called |= {person.id for person in chosen if person.calls}
            if why := _about_waiting(rule, rung, chosen):
                found[n, m, "wait"] = why
    return found


def _about_people(rung: Rung, chosen: Sequence[Person], called: Collection[str]) -> Reason | None:
    if not chosen:
        return Reason(N_("Nobody there has a telephone number: this step is passed over."))
    if rung.who == "resident":
        return None
    calls = [person for person in chosen if person.calls]
    if not calls and (not rung.by or "voice" in rung.by):
        return Reason(N_("Nobody there can be called, only written to."))
    if calls and {person.id for person in calls} <= set(called):
        return Reason(N_("All of them are called by an earlier step already: here they are called again."))
    unproven = [person.name for person in calls if not any(method.verified for method in person.calls)]
    if unproven:
        return Reason(
            N_("Nobody has answered a test call yet at the number of {names}."),
            {"names": "、".join(unproven[:5])},
        )
    return None


def _about_waiting(rule: Rule, rung: Rung, chosen: Sequence[Person]) -> Reason | None:
    """What a rung keeps others waiting; a head start keeps nobody."""
    if "emergency" not in rule.severities or rung.head_start_s is not None or rung.who == "resident":
        return None
    calls = [person for person in chosen if person.calls]
    waits = rung.wait_s * (1 if rung.together else max(1, len(calls)))
    if waits <= TOO_LONG_S or rung is rule.rungs[-1]:
        return None
    return Reason(
        N_("In an emergency the next step may wait {minutes} min for this one: 3 min are long on the floor."),
        {"minutes": round(waits / 60)},
    )
