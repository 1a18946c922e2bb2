"""How the organisations above a home answered lately: the rows behind `tiers.standing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hub.escalation import rota_store
from hub.escalation.policy import Person, Policy, Tier
from hub.escalation.tiers import LATELY, NEXT, Lately, Standing, standing
from hub.storage.database import Connection

#: Calls to people on duty, the latest first. So many tell how a tier is; in a storm there are thousands.
_CALLS: Final = """
    select t.contact_id, t.alert_id, t.status, t.created_at, t.ended_at,
           a.status <> 'resolved' and a.severity = 'emergency' as open
    from attempts t join alerts a on a.id = t.alert_id
    where t.contact_id = any(%(people)s) and t.created_at > %(since)s and t.tier <> 'home'
      and t.purpose = 'answer' and not a.drill
    order by t.created_at desc limit 60
"""
#: What ended so was called in vain. Whose line is busy is there; what was withdrawn says nothing of them.
_IN_VAIN: Final = frozenset({"unanswered", "voicemail", "failed"})
_LONG: Final = 4 * LATELY  #: an emergency that has been open for longer keeps nobody busy
_INSTANT: Final = timedelta(milliseconds=1)


def standings(connection: Connection, policy: Policy, now: datetime) -> Mapping[Tier, Standing]:
    """Return how each tier of a policy stands that another one could stand in for."""
    people = [
        person for step in policy.steps for person in step.people if person.tier in NEXT and person.calls
    ]
    if not people:
        return {}
    calls = connection.execute(
        _CALLS, {"people": [person.id for person in people], "since": now - _LONG}
    ).fetchall()
    rotas = rota_store.with_rota(connection, sorted({person.organisation for person in people}))
    gaps = {
        organisation
        for organisation in rotas
        if rota_store.gaps_of(connection, organisation, now, now + _INSTANT)
    }
    found: dict[Tier, Standing] = {}
    for tier in NEXT:
        mine = [person for person in people if person.tier == tier]
        if mine:
            found[tier] = standing(_lately(mine, calls, mine[0].organisation in gaps, now))
    return found


def _lately(people: Sequence[Person], calls: Sequence[Mapping[str, Any]], gap: bool, now: datetime) -> Lately:
    """How a tier's people answered, from the calls to all of them, the latest first."""
    ids = {person.id for person in people}
    theirs = [call for call in calls if call["contact_id"] in ids]
    recent = [call for call in theirs if call["created_at"] > now - LATELY]
    silent = 0
    for call in recent:
        if call["status"] in ("answered", "declined"):
            break
        silent += call["status"] in _IN_VAIN
    return Lately(
        on_duty=sum(person.on_duty(now) for person in people),
        rota_gap=gap,
        silent_calls=silent,
        open_alerts=len({call["alert_id"] for call in theirs if call["open"]}),
        answer_times=tuple(
            call["ended_at"] - call["created_at"]
            for call in recent
            if call["status"] == "answered" and call["ended_at"] is not None
        ),
    )
