"""The rows of suggestions: made by the rules once a night, decided by a human, and what came of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from hub.care import store as needs
from hub.care.errors import ReasonMissingError
from hub.care.suggestions import REST_AFTER_NO, RULES, Facts, suggested
from hub.errors import ConflictError, NotFoundError
from hub.storage.database import Connection
from models.detection.finding import Reason

_FACTS = """
    select h.id,
        count(a.id) filter (where a.risk = 'fall' and a.outcome = 'real'
                            and a.triggered_at > %(d30)s) as falls_30d,
        count(a.id) filter (where a.risk in ('smoke', 'gas') and a.triggered_at > %(d30)s
                            and (a.outcome = 'real' or a.cause = 'cooking_steam')) as kitchen_30d,
        count(a.id) filter (where a.risk = 'cold' and a.triggered_at > %(d14)s) as cold_14d,
        count(a.id) filter (where a.risk = 'night_exit' and a.triggered_at > %(d30)s) as night_exits_30d,
        count(a.id) filter (where a.risk = 'decline' and a.triggered_at > %(d14)s) as declining_14d,
        coalesce(max(extract(epoch from %(now)s - a.triggered_at) / 86400)
                 filter (where a.risk = 'device_silent' and a.status <> 'resolved'), 0) as silent_device_days,
        (select coalesce(max(r.capability), 0) from residents r where r.home_id = h.id) as most_dependent,
        (select coalesce(bool_or('lives_alone' = any(r.circumstances)), false)
         from residents r where r.home_id = h.id) as lives_alone,
        exists (select from devices d where d.home_id = h.id and 'bed' = any(d.kinds)) as beds_watched
    from homes h left join alerts a on a.home_id = h.id and not a.drill and a.triggered_at > %(d60)s
    where h.status = 'live'
    group by h.id
"""


def suggest(connection: Connection, now: datetime) -> int:
    """Let the rules look at every live home; return how many suggestions were made. The nightly job."""
    decided: dict[str, dict[str, tuple[str, datetime]]] = {}
    for row in connection.execute(
        "select distinct on (home_id, rule) home_id, rule, state, decided_at from suggestions"
        " where decided_at > %s order by home_id, rule, decided_at desc",
        (now - REST_AFTER_NO,),
    ):
        decided.setdefault(row["home_id"], {})[row["rule"]] = (row["state"], row["decided_at"])
    made = 0
    days = {f"d{n}": now - timedelta(days=n) for n in (14, 30, 60)}
    for row in connection.execute(_FACTS, days | {"now": now}).fetchall():
        home_id = row.pop("id")
        facts = Facts(**row | {"silent_device_days": float(row["silent_device_days"])})
        for rule, reason in suggested(facts, decided.get(home_id, {}), now).items():
            made += make(connection, home_id, rule, reason, now)
    return made


def make(connection: Connection, home_id: str, rule: str, reason: Reason, now: datetime) -> int:
    """Write a suggestion down; return 1, or 0 where the same one waits for a decision already."""
    return connection.execute(
        """
        insert into suggestions (id, home_id, rule, reason, made_at) values (%s, %s, %s, %s, %s)
        on conflict (home_id, rule) where state = 'open' do nothing
        """,
        (
            f"s{now.astimezone(UTC):%y%m%d}-{secrets.token_hex(6)}",
            home_id,
            rule,
            msgspec.json.encode(reason).decode(),
            now,
        ),
    ).rowcount


def waiting(connection: Connection, home_ids: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the suggestions that wait for a decision, the oldest first."""
    return connection.execute(
        """
        select s.*, h.name as home_name, h.zone,
               coalesce((select string_agg(r.name, '、' order by r.id) from residents r
                         where r.home_id = h.id), '') as resident_names
        from suggestions s join homes h on h.id = s.home_id
        where s.state = 'open' and (%(homes)s::text[] is null or s.home_id = any(%(homes)s))
        order by s.made_at, s.id
        """,
        {"homes": None if home_ids is None else list(home_ids)},
    ).fetchall()


def home_of(connection: Connection, suggestion_id: str) -> str:
    """Return whose suggestion it is; raises NotFoundError."""
    row = connection.execute("select home_id from suggestions where id = %s", (suggestion_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"Suggestion '{suggestion_id}'.")
    return str(row["home_id"])


def decide(
    connection: Connection,
    suggestion_id: str,
    decision: Literal["accepted", "declined"],
    *,
    by: str,
    why: str,
    asks: str,
    now: datetime,
) -> str | None:
    """Decide; an accepted one becomes a request in the words `asks`, whose id is returned.

    Raises ReasonMissingError for a refusal without a reason, ConflictError for one that is decided already.
    """
    if decision == "declined" and not why.strip():
        raise ReasonMissingError
    row = connection.execute(
        "select home_id, rule, state from suggestions where id = %s for update", (suggestion_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Suggestion '{suggestion_id}'.")
    if row["state"] != "open":
        raise ConflictError("Somebody has decided this meanwhile.")
    need_id = None
    if decision == "accepted":
        rule = RULES.get(row["rule"])
        need_id = needs.add(
            connection,
            home_id=row["home_id"],
            kind=rule.kind if rule is not None else "other",
            source="rule",
            text=asks,
            by=by,
            now=now,
        )
    connection.execute(
        "update suggestions set state = %s, decided_at = %s, decided_by = %s, why = %s, need_id = %s"
        " where id = %s",
        (decision, now, by, why.strip(), need_id, suggestion_id),
    )
    return need_id
