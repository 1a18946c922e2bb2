"""What a policy would do if nobody answered: the very engine's decisions, played ahead, as a list of moments.

Pure. The words for people are `told`: "14:00 Tuesday: first Wang Fang by voice, after 25 s …".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hub.escalation.moves import Progress, Tried, next_move
from hub.escalation.policy import Person, Policy
from hub.language import N_, texts
from hub.notify.channels.port import Medium
from hub.notify.lifecycle import is_live

RINGS: Final = timedelta(seconds=25)  #: how long a telephone rings before it counts as not answered
MOST: Final = 60  #: moments in a preview

_BY: Final[dict[Medium, str]] = {
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


def ahead(policy: Policy, at: datetime, *, rounds: int = 2, rings: timedelta = RINGS) -> tuple[Moment, ...]:
    """Return who would be told when, if an alert were raised at `at` and every call rang in vain.

    Empty when the policy reaches nobody who could answer.
    """
    return tuple(_play(policy, at, rounds, rings)) if policy.reachable else ()


def _play(policy: Policy, at: datetime, rounds: int, rings: timedelta) -> Iterator[Moment]:
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
            yield Moment(
                after=now - at,
                round=move.progress.round,
                person=send.person,
                medium=send.method.channel,
                ask=ask,
            )
            tried.append(
                Tried(
                    contact_id=send.person.id,
                    address=send.method.address,
                    purpose=send.purpose,
                    status="queued" if send.purpose in ("answer", "ask") else "sent",
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
        how = _(_BY[moment.medium])
        lines.append(text.format(after=_after(moment.after, language), name=moment.person.name, how=how))
    lines.append(_("And so on, until a human takes it."))
    return lines


def _after(span: timedelta, language: str) -> str:
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
