"""The form of a plan: what was typed, kept as it was typed; as a document where it can be one.

Pure. A field is called `r0-s1-wait`: rule 0, step 1. What a plan may say is judged by `escalation.plan`; here
only what cannot be read is refused, beside its field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hub.escalation.plan import (
    LONGEST_WAIT_S,
    MOST_RUNGS,
    SHORTEST_WAIT_S,
    Plan,
)
from hub.escalation.sentences import WHO
from hub.language import N_
from models.detection.finding import Reason

SEVERITIES: Final = ("emergency", "warning")  #: advice calls nobody
WAYS: Final = ("voice", "sms", "email", "push", "chat")
MOST_RULES: Final = 10
Posted = Mapping[str, Sequence[str]]  #: a form: every field with all its values

_NUMBER: Final = Reason(N_("Write a number of seconds."))
_CLOCK: Final = re.compile(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")


@dataclass(slots=True)
class StepFields:
    """One step, as it was typed."""

    who: str = "family"
    by: list[str] = field(default_factory=list)
    together: bool = False
    wait: str = "60"
    start: str = ""
    round: str = "1"


@dataclass(slots=True)
class RuleFields:
    """One rule, as it was typed."""

    severities: list[str] = field(default_factory=lambda: list(SEVERITIES))
    risks: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=lambda: list("1234567"))
    since: str = "00:00"
    until: str = "24:00"
    pause: str = ""
    needed: str = "1"
    steps: list[StepFields] = field(default_factory=list)


@dataclass(slots=True)
class PlanFields:
    """The whole form, as it was typed."""

    name: str = ""
    rules: list[RuleFields] = field(default_factory=list)


def fields_of(plan: Plan) -> PlanFields:
    """Return the form of a plan."""
    return PlanFields(
        name=plan.name,
        rules=[
            RuleFields(
                severities=list(rule.severities),
                risks=list(rule.risks),
                days=[str(day) for day in rule.days],
                since=rule.since,
                until=rule.until,
                pause="" if rule.pause_s is None else _text(rule.pause_s),
                needed=str(rule.answers_needed),
                steps=[
                    StepFields(
                        who=rung.who,
                        by=list(rung.by),
                        together=rung.together,
                        wait=_text(rung.wait_s),
                        start="" if rung.head_start_s is None else _text(rung.head_start_s),
                        round=str(rung.from_round),
                    )
                    for rung in rule.rungs
                ],
            )
            for rule in plan.rules
        ],
    )


def typed(posted: Posted) -> PlanFields:
    """Return what a form says, as it was typed; numbers of rules and steps that are missing are skipped."""
    rules: dict[int, set[int]] = {}
    for name in posted:
        found = re.match(r"r(\d{1,2})-(?:s(\d{1,2})-)?[a-z]+\Z", name)
        if found:
            steps = rules.setdefault(int(found[1]), set())
            if found[2] is not None:
                steps.add(int(found[2]))
    return PlanFields(
        name=_one(posted, "name"),
        rules=[_rule(posted, f"r{n}-", sorted(rules[n])) for n in sorted(rules)[:MOST_RULES]],
    )


def changed(fields: PlanFields, act: str) -> None:
    """Carry out a button that changes the form: `add-rule`, `drop-0`, `add-0`, `drop-0-1`, `up-0-1`."""
    if act == "add-rule":
        if len(fields.rules) < MOST_RULES:
            fields.rules.append(RuleFields(steps=[StepFields()]))
        return
    found = re.match(r"(add|drop|up)-(\d{1,2})(?:-(\d{1,2}))?\Z", act)
    if found is None or int(found[2]) >= len(fields.rules):
        return
    verb, rule = found[1], fields.rules[int(found[2])]
    if verb == "add":
        if len(rule.steps) < MOST_RUNGS:
            rule.steps.append(StepFields(who="station"))
    elif found[3] is None:
        here = int(found[2])
        del fields.rules[here]
        if verb == "up":
            fields.rules.insert(max(0, here - 1), rule)
    elif int(found[3]) < len(rule.steps):
        here = int(found[3])
        step = rule.steps.pop(here)
        if verb == "up":
            rule.steps.insert(max(0, here - 1), step)


def document(fields: PlanFields) -> tuple[dict[str, Any], dict[str, Reason]]:
    """Return the plan's document, as far as it can be read, and what cannot be, by its field."""
    wrong: dict[str, Reason] = {}
    if not fields.name.strip():
        wrong["name"] = Reason(N_("Give it a name, such as: nights."))
    rules = []
    for n, rule in enumerate(fields.rules):
        at = f"r{n}-"
        if not rule.severities:
            wrong[at + "severity"] = Reason(N_("Choose at least one."))
        if not rule.days:
            wrong[at + "day"] = Reason(N_("Choose at least one day."))
        for end in ("since", "until"):
            if not _CLOCK.match(getattr(rule, end)):
                wrong[at + end] = Reason(N_("Write a time like 21:30."))
        if rule.since == rule.until:
            wrong[at + "until"] = Reason(N_("Write 00:00 and 24:00 for the whole day."))
        if not rule.steps:
            wrong[at + "steps"] = Reason(N_("Add somebody who is called."))
        elif all(step.who == "resident" for step in rule.steps):
            wrong[at + "steps"] = Reason(N_("The resident alone cannot help: add somebody who comes."))
        elif not any(step.who != "resident" and (not step.by or "voice" in step.by) for step in rule.steps):
            wrong[at + "steps"] = Reason(N_("A message alone wakes nobody: call somebody by telephone."))
        made: dict[str, Any] = {
            "severities": rule.severities,
            "risks": rule.risks,
            "days": [int(day) for day in rule.days if day in "1234567"],
            "since": rule.since,
            "until": rule.until,
            "answers_needed": _whole(rule.needed, at + "needed", 1, 3, wrong),
            "rungs": [_rung(step, f"{at}s{m}-", wrong) for m, step in enumerate(rule.steps)],
        }
        if rule.pause.strip():
            made["pause_s"] = _seconds(rule.pause, at + "pause", SHORTEST_WAIT_S, wrong)
        rules.append(made)
    return {"name": fields.name.strip() or "-", "rules": rules}, wrong


def _rung(step: StepFields, at: str, wrong: dict[str, Reason]) -> dict[str, Any]:
    if step.who not in WHO:
        wrong[at + "who"] = Reason(N_("Choose who is called."))
    wait = _seconds(step.wait, at + "wait", SHORTEST_WAIT_S, wrong)
    made: dict[str, Any] = {
        "who": step.who,
        "together": step.together,
        "wait_s": wait,
        "from_round": _whole(step.round, at + "round", 1, 10, wrong),
    }
    if step.by and step.who != "resident":
        made["by"] = step.by
    if step.start.strip() and step.who != "resident":
        made["head_start_s"] = _seconds(step.start, at + "start", 1, wrong)
        if at + "start" not in wrong and made["head_start_s"] > wait:
            wrong[at + "start"] = Reason(N_("No longer than the wait."))
    return made


def _rule(posted: Posted, at: str, steps: Sequence[int]) -> RuleFields:
    return RuleFields(
        severities=[one for one in posted.get(at + "severity", ()) if one in (*SEVERITIES, "advice")],
        risks=list(posted.get(at + "risk", ())),
        days=[day for day in posted.get(at + "day", ()) if re.match(r"[1-7]\Z", day)],
        since=_one(posted, at + "since"),
        until=_one(posted, at + "until"),
        pause=_one(posted, at + "pause"),
        needed=_one(posted, at + "needed") or "1",
        steps=[
            StepFields(
                who=_one(posted, f"{at}s{m}-who"),
                by=[way for way in posted.get(f"{at}s{m}-by", ()) if way in WAYS],
                together=bool(_one(posted, f"{at}s{m}-together")),
                wait=_one(posted, f"{at}s{m}-wait"),
                start=_one(posted, f"{at}s{m}-start"),
                round=_one(posted, f"{at}s{m}-round") or "1",
            )
            for m in steps[:MOST_RUNGS]
        ],
    )


def _one(posted: Posted, name: str) -> str:
    return (posted.get(name) or [""])[0][:100]


def _whole(text: str, name: str, least: int, most: int, wrong: dict[str, Reason]) -> int:
    value = _int(text)
    if value is None or not least <= value <= most:
        wrong[name] = Reason(N_("A whole number from {least} to {most}."), {"least": least, "most": most})
        return least
    return value


def _seconds(text: str, name: str, least: float, wrong: dict[str, Reason]) -> float:
    value = _number(text)
    if value is None:
        wrong[name] = _NUMBER
    elif value < least:
        wrong[name] = Reason(
            N_("{least} s at least: a telephone must have time to ring."), {"least": int(least)}
        )
    elif value > LONGEST_WAIT_S:
        wrong[name] = Reason(
            N_("Too long: at most {minutes} min, and somebody may be lying on the floor."),
            {"minutes": int(LONGEST_WAIT_S / 60)},
        )
    return float(least) if name in wrong or value is None else float(value)


def _int(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if re.fullmatch(r"[0-9]{1,6}", plain) else None


def _number(text: str) -> float | None:
    plain = text.strip()
    return float(plain) if re.fullmatch(r"[0-9]{1,6}([.][0-9]{1,3})?", plain) else None


def _text(seconds: float) -> str:
    return f"{seconds:g}"
