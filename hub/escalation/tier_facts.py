"""How the organisations above a home answered lately: the rows behind `tiers.standing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from hub.escalation import rota_store
from hub.escalation.policy import Person, Tier
from hub.escalation.tiers import LATELY, Lately, Standing, standing
from hub.storage.database import Connection

_INSTANT: Final = timedelta(milliseconds=1)
_ABOVE: Final = """
    with recursive above (id, tier, parent_id) as (
        select o.id, o.tier, o.parent_id from organisations o
        where o.id = coalesce(%(organisation)s, (select h.organisation_id from homes h where h.id = %(home)s))
        union
        select o.id, o.tier, o.parent_id from organisations o join above a on o.id = a.parent_id
    )
    select id, tier from above where tier <> 'county'
"""
#: Calls that have ended, the latest first. What was withdrawn says nothing of who was called.
_CALLS: Final = """
    select t.status, t.created_at, t.ended_at
    from attempts t join contacts c on c.id = t.contact_id join alerts a on a.id = t.alert_id
    where t.tier <> 'home' and t.created_at > %(since)s and c.organisation_id = %(organisation)s
      and t.purpose = 'answer' and not a.drill
      and t.status in ('answered', 'declined', 'unanswered', 'voicemail', 'busy', 'failed')
    order by t.created_at desc limit 40
"""
_OPEN: Final = """
    select count(distinct a.id) as n
    from alerts a join attempts t on t.alert_id = a.id join contacts c on c.id = t.contact_id
    where a.status <> 'resolved' and a.severity = 'emergency' and not a.drill and t.purpose = 'answer'
      and c.organisation_id = %(organisation)s and t.created_at > %(long)s
"""


def standings(
    connection: Connection,
    home_id: str | None,
    organisation_id: str | None,
    people: Sequence[Person],
    now: datetime,
) -> Mapping[Tier, Standing]:
    """Return how each tier above a home stands, by tier; `people` are those who may be called for it."""
    rows = connection.execute(_ABOVE, {"home": home_id, "organisation": organisation_id}).fetchall()
    found: dict[Tier, Standing] = {}
    for row in rows:
        tier = cast(Tier, row["tier"])
        callable_ = [person for person in people if person.tier == tier and person.calls]
        if callable_:
            on_duty = sum(person.on_duty(now) for person in callable_)
            found[tier] = standing(lately(connection, row["id"], on_duty, now))
    return found


def lately(connection: Connection, organisation_id: str, on_duty: int, now: datetime) -> Lately:
    """Return how one organisation's people answered lately."""
    since = {"organisation": organisation_id, "since": now - LATELY, "long": now - 4 * LATELY}
    calls = connection.execute(_CALLS, since).fetchall()
    silent = 0
    for call in calls:
        if call["status"] in ("answered", "declined"):
            break
        silent += call["status"] != "busy"  # whose line is busy is there
    row = connection.execute(_OPEN, since).fetchone()
    return Lately(
        on_duty=on_duty,
        rota_gap=bool(rota_store.gaps_of(connection, organisation_id, now, now + _INSTANT)),
        silent_calls=silent,
        open_alerts=int(row["n"]) if row else 0,
        answer_times=tuple(
            call["ended_at"] - call["created_at"]
            for call in calls
            if call["status"] == "answered" and call["ended_at"] is not None
        ),
    )
