"""A month of an area as rows of counts: what a county hands on and a spreadsheet takes.

Counts only, never rates, so that the rows of the villages add up to the township's; all of it can be counted
again from the rows of the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from hub.proof.answer_counts import OWN_RISKS, figures, month_of
from hub.proof.answer_times import TARGETS
from hub.storage.database import Connection
from hub.web import rounds
from hub.web.area import homes_below

REPORT: Final = (
    "month", "organisation", "name", "tier", "homes_live", "people_in_groups", "people_visited",
    "emergencies", "warnings", "real", "false", "self_ok", *(f"{target.name}_judged" for target in TARGETS),
    *(f"{target.name}_kept" for target in TARGETS), "needs_made", "needs_done", "needs_waiting", "visits",
    "answers", "satisfied", "partly_satisfied", "not_satisfied",
)  # fmt: skip

_ALERTS: Final = """
    select h.organisation_id as organisation,
           count(*) filter (where a.severity = 'emergency') as emergencies,
           count(*) filter (where a.severity = 'warning') as warnings,
           count(*) filter (where a.outcome = 'real') as real,
           count(*) filter (where a.outcome = 'false') as false,
           count(*) filter (where a.outcome = 'self_ok') as self_ok
    from alerts a join homes h on h.id = a.home_id
    where a.triggered_at >= %(since)s and a.triggered_at < %(until)s and not a.drill
      and a.severity <> 'advice' and a.risk <> all(%(own)s)
    group by h.organisation_id
"""
_CARE: Final = """
    select h.organisation_id as organisation,
           count(n.id) as needs_made,
           count(n.id) filter (where n.state = 'done') as needs_done,
           count(n.id) filter (where n.state in ('open', 'taken')) as needs_waiting,
           0 as visits
    from needs n join homes h on h.id = n.home_id
    where n.created_at >= %(since)s and n.created_at < %(until)s group by h.organisation_id
    union all
    select h.organisation_id, 0, 0, 0, count(*)
    from visits v join homes h on h.id = v.home_id
    where v.void_at is null and v.at >= %(since)s and v.at < %(until)s group by h.organisation_id
"""


#: Of what was done for residents, by the organisation that did it: what they said in the month.
_SATISFACTION: Final = """
    select doer_id as organisation, count(*) as answers,
           count(*) filter (where answer = 'satisfied') as satisfied,
           count(*) filter (where answer = 'partly') as partly_satisfied,
           count(*) filter (where answer = 'not') as not_satisfied
    from need_answers where at >= %(since)s and at < %(until)s group by doer_id
"""


def report(
    connection: Connection,
    here: Mapping[str, Any],
    seen: Sequence[Mapping[str, Any]],
    month: date,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return a month's counts for an organisation and everything below it, the topmost first."""
    since, until = month_of(f"{month:%Y-%m}", here["zone"])
    inside = [here["id"]]
    for one in seen:  # the county comes first, so parents are known before their children
        if one["parent_id"] in inside:
            inside.append(one["id"])
    homes = homes_below(connection, inside)
    own: dict[str, dict[str, int]] = {one: {} for one in inside}
    span = {"since": since, "until": until, "own": list(OWN_RISKS)}
    for row in (
        *connection.execute(_ALERTS, span),
        *connection.execute(_CARE, span),
        *connection.execute(_SATISFACTION, span),
    ):
        if row["organisation"] in own:
            _add(own[row["organisation"]], row)
    for row in connection.execute(
        "select organisation_id as organisation, count(*) as homes_live from homes"
        " where status = 'live' and organisation_id = any(%s) group by organisation_id",
        (inside,),
    ):
        _add(own[row["organisation"]], row)
    rates, _ = rounds.rates(connection, sorted(homes), month, here["zone"])
    for station, rate in rates.items():
        _add(own[station], {"people_in_groups": rate.people, "people_visited": rate.visited})
    shares = {
        found.organisation: found
        for found in figures(
            connection,
            since,
            min(until, now + timedelta(seconds=1)),
            now,
            organisations=inside,
            zone=here["zone"],
            detailed=False,
        )
    }
    known = {one["id"]: one for one in seen}
    rows = []
    for one in inside:
        summed: dict[str, int] = {}
        for other in inside:
            if _is_below(other, one, known):
                _add(summed, own[other])
        for share in shares[one].shares if one in shares else ():
            summed[f"{share.target.name}_judged"] = share.judged
            summed[f"{share.target.name}_kept"] = share.kept
        named = {
            "month": f"{month:%Y-%m}",
            "organisation": one,
            "name": known[one]["name"],
            "tier": known[one]["tier"],
        }
        rows.append({column: named.get(column, summed.get(column, 0)) for column in REPORT})
    return rows


def _add(into: dict[str, int], row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        if isinstance(value, int):
            into[name] = into.get(name, 0) + value


def _is_below(one: str, above: str, known: Mapping[str, Mapping[str, Any]]) -> bool:
    at: str | None = one
    while at is not None and at != above:
        at = known[at]["parent_id"] if at in known else None
    return at == above
