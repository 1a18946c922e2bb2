"""What a policy would do if nobody answered: the very engine's decisions, played ahead, as a list of moments.

Pure. The words for people are `told`: "14:00 Tuesday: first Wang Fang by voice, after 25 s …".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from hub.escalation.moves import Progress, Tried, next_move
from hub.escalation.policy import Person, Policy
from hub.language import N_, texts
from hub.notify.capability import Capability
from hub.notify.channels.port import Medium
from hub.notify.lifecycle import is_live
from hub.notify.routing import NoRoute, route
from models.detection.finding import Reason

RINGS: Final = timedelta(seconds=25)  #: how long a telephone rings before it counts as not answered
MOST: Final = 60  #: moments in a preview

BY: Final[dict[Medium, str]] = {
    "voice": N_("by telephone"),
    "sms": N_("by short message"),
    "email": N_("by e-mail"),
    "push": N_("by a notice on their device"),
    "chat": N_("by chat message"),
}
_DAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Somebody is told, so long after the alert was raised."""

    after: timedelta
    round: int
    person: Person
    medium: Medium
    ask: bool = False  #: the resident is asked how they are
    refused: Reason | None = None  #: the carriers would not take it, and the next is called at once


@dataclass(slots=True)
class Lines:
    """What the carriers take, and what they took lately: by medium and address, then by provider."""

    carriers: Sequence[Capability]
    placed: dict[tuple[Medium, str], dict[str, list[datetime]]] = field(default_factory=dict)

    def take(self, medium: Medium, address: str, now: datetime) -> Reason | None:
        """Place a call or message as the sender would; return why nobody takes it, or None."""
        went = self.placed.setdefault((medium, address), {})
        found = route(medium, address, self.carriers, placed=went, now=now)
        if isinstance(found, NoRoute):
            return found.reason
        went.setdefault(found.capability.provider, []).append(now)
        return None


def ahead(
    policy: Policy,
    at: datetime,
    *,
    rounds: int = 2,
    rings: timedelta = RINGS,
    lines: Lines | None = None,
) -> tuple[Moment, ...]:
    """Return who would be told when, if an alert were raised at `at` and every call rang in vain.

    With `lines`, carriers' limits and what they do not reach count as they do for the sender. Empty when the
    policy reaches nobody who could answer.
    """
    return tuple(_play(policy, at, rounds, rings, lines)) if policy.reachable else ()


def _play(
    policy: Policy, at: datetime, rounds: int, rings: timedelta, lines: Lines | None
) -> Iterator[Moment]:
    progress, tried, now, count = Progress(), list[Tried](), at, 0
    while count < MOST:
        tried = [
            replace(t, status="unanswered") if is_live(t.status) and now >= t.created_at + rings else t
            for t in tried
        ]
        move = next_move(policy, progress, tried, now)
        if move.over or move.progress.round > rounds:
            return
        for send in move.sends:
            count += 1
            ask = send.purpose == "ask"
            medium, address = send.method.channel, send.method.address
            refused = lines.take(medium, address, now) if lines else None
            yield Moment(
                after=now - at,
                round=move.progress.round,
                person=send.person,
                medium=medium,
                ask=ask,
                refused=refused,
            )
            tried.append(
                Tried(
                    contact_id=send.person.id,
                    address=address,
                    purpose=send.purpose,
                    status="failed" if refused else "queued" if send.purpose in ("answer", "ask") else "sent",
                    round=move.progress.round,
                    step=send.step,
                    created_at=now,
                )
            )
        progress = move.progress
        if move.look_again_at <= now:
            continue
        ends = [t.created_at + rings for t in tried if is_live(t.status)]
        now = min([move.look_again_at, *ends])


def told(moments: tuple[Moment, ...], at: datetime, language: str) -> list[str]:
    """Return the preview in sentences; `at` carries the home's zone."""
    _ = texts(language).gettext
    if not moments:
        return [_("Nobody could be called: enter somebody with a telephone number.")]
    lines = [_("{day} {time}: the alert is raised.").format(day=_(_DAYS[at.weekday()]), time=f"{at:%H:%M}")]
    for n, moment in enumerate(moments):
        if n and moment.round > moments[n - 1].round:
            lines.append(_("Nobody took it: everybody is called again, and the circle widens."))
        if moment.ask:
            text = _("{after}: {name} is asked how they are, {how}")
        else:
            text = _("{after}: {name}, {how}")
        how = _(BY[moment.medium])
        line = text.format(after=after(moment.after, language), name=moment.person.name, how=how)
        if moment.refused is not None:
            why = _(moment.refused.text).format(**moment.refused.values)
            line = _("{line}: not possible. {why}").format(line=line, why=why)
        lines.append(line)
    lines.append(_("And so on, until a human takes it."))
    return lines


def after(span: timedelta, language: str) -> str:
    """Return `at once`, `after 25 s` or `after 1 min 30 s`."""
    _ = texts(language).gettext
    seconds = round(span.total_seconds())
    if seconds == 0:
        return _("at once")
    minutes, left = divmod(seconds, 60)
    if not minutes:
        return _("after {seconds} s").format(seconds=left)
    if not left:
        return _("after {minutes} min").format(minutes=minutes)
    return _("after {minutes} min {seconds} s").format(minutes=minutes, seconds=left)
