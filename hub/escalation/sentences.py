"""A rule of a plan as people say it: "First: call Li Na. After 60 s without an answer: call the station."

Pure. Whom a rung means is decided where the engine decides it (`plan.called_by`); the words follow from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hub.escalation.plan import PAUSE_S, Rule, Rung, Who, called_by
from hub.escalation.policy import Person
from hub.escalation.preview import BY
from hub.language import N_, texts
from models.detection.finding import Severity

WHO: Final[Mapping[Who, str]] = {
    "resident": N_("the resident"),
    "home": N_("the home's own people"),
    "family": N_("the family"),
    "neighbours": N_("neighbours and volunteers"),
    "doctor": N_("the doctor"),
    "station": N_("the station"),
    "centre": N_("the township centre"),
    "county": N_("the county platform"),
}
_IN_WRITING: Final = ("sms", "email", "push", "chat")


def sentences(
    rule: Rule,
    people: Iterable[Person] | None,
    places: Mapping[str, str],
    severity: Severity,
    language: str,
) -> list[str]:
    """Return a rule as sentences, one for each rung and one for what follows the last.

    `people` are those of a home; with None, of an area, roles stand for them. `places` are the names of
    organisations by id.
    """
    _ = texts(language).gettext
    known = None if people is None else sorted((p for p in people if p.methods), key=lambda p: (p.rank, p.id))
    lines: list[str] = []
    before: Rung | None = None
    for rung in rule.rungs:
        if rung.who == "resident" and not asks(rule):
            continue
        chosen = None if known is None else called_by(rung, known)
        if chosen is not None and not chosen:
            lines.append(
                _("Nobody there has a telephone: {who}. This step is passed over.").format(
                    who=_(WHO[rung.who])
                )
            )
            continue
        act = _act(rung, chosen, places, language)
        lines.append(_when(rung, before, act, language))
        before = rung
    pause = PAUSE_S[severity] if rule.pause_s is None else rule.pause_s
    lines.append(
        _(
            "If nobody takes it: a pause of {pause}, then everybody is called again, until a human takes it."
        ).format(pause=_span(pause, language))
    )
    if rule.answers_needed > 1:
        lines.append(
            _("It counts as taken only when {n} people have said that they go.").format(n=rule.answers_needed)
        )
    return lines


def asks(rule: Rule) -> bool:
    """Whether the resident is ever asked by a rule: an emergency asks nobody but for the risks it names."""
    return "warning" in rule.severities or bool(rule.risks)


def _when(rung: Rung, before: Rung | None, act: str, language: str) -> str:
    _ = texts(language).gettext
    if before is None:
        return _("First: {act}.").format(act=act)
    if rung.from_round > before.from_round:
        return _("In round {n} and later also: {act}.").format(n=rung.from_round, act=act)
    if before.by and "voice" not in before.by:
        return _("At once as well: {act}.").format(act=act)
    if before.head_start_s is not None and before.who != "resident":
        wait = _span(before.head_start_s, language)
        return _("After {wait}, while it goes on ringing there: {act}.").format(wait=wait, act=act)
    return _("After {wait} without an answer: {act}.").format(wait=_span(before.wait_s, language), act=act)


def _act(rung: Rung, chosen: Sequence[Person] | None, places: Mapping[str, str], language: str) -> str:
    _ = texts(language).gettext
    who = _whom(rung, chosen, places, language)
    if rung.who == "resident":
        return _("{who} is asked by telephone how they are, where a question is enough").format(who=who)
    ways = _written(rung, chosen, language)
    if rung.by and "voice" not in rung.by:
        return _("write to {who}, {ways}; nobody waits for an answer").format(who=who, ways=ways)
    several = chosen is None or len(chosen) > 1
    if rung.together and several:
        act = _("call {who}, all at the same time").format(who=who)
    elif several and rung.head_start_s is not None:
        act = _("call {who}, one every {start}").format(who=who, start=_span(rung.head_start_s, language))
    elif several:
        act = _("call {who} in this order, up to {wait} each").format(
            who=who, wait=_span(rung.wait_s, language)
        )
    else:
        act = _("call {who}").format(who=who)
    return _("{act}, and tell them {ways} as well").format(act=act, ways=ways) if ways else act


def _whom(rung: Rung, chosen: Sequence[Person] | None, places: Mapping[str, str], language: str) -> str:
    _ = texts(language).gettext
    if chosen is None:
        return _(WHO[rung.who])
    duty = [person for person in chosen if person.shifts is not None]
    if duty:
        return _("whoever is on duty at {place}").format(
            place=_(", ").join(dict.fromkeys(places.get(one.organisation, one.organisation) for one in duty))
        )
    return _(", ").join(person.name for person in chosen)


def _written(rung: Rung, chosen: Sequence[Person] | None, language: str) -> str:
    """The ways in writing that a rung takes besides the call, as far as its people have them."""
    _ = texts(language).gettext
    if chosen is None:
        ways = [way for way in _IN_WRITING if way in rung.by]
    else:
        had = {method.channel for person in chosen for method in person.texts}
        ways = [way for way in _IN_WRITING if way in had]
    return _(", ").join(_(BY[way]) for way in ways)


def _span(seconds: float, language: str) -> str:
    _ = texts(language).gettext
    whole = round(seconds)
    minutes, left = divmod(whole, 60)
    if not minutes or (left and whole < 180):
        return _("{n} s").format(n=whole)
    if not left:
        return _("{n} min").format(n=minutes)
    return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=left)
