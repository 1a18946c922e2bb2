"""What each home was asked and called for nothing, counted once, and what is left: the verdicts' memory.

An alert of a risk that has a share costs its home's budget when it is raised; its outcome makes the home's
limit stricter or gives the cost back. The limits that follow are used from the next night's learning on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

import structlog

from hub.clock import instant, milliseconds
from hub.storage.database import Connection
from models.detection.verdicts.allowance import ALLOWANCES, Kind
from models.detection.verdicts.budget import Budget, Outcome, UnreadableBudgetError

log = structlog.get_logger()

AT_ONCE: Final = 200
#: An alert that is older when it is first seen was raised before budgets were kept.
_YOUNG: Final = timedelta(days=2)
RISKS: Final = sorted({risk for one in ALLOWANCES.values() for risk in one.shares})


def settle(connection: Connection, now: datetime) -> int:
    """Count what was raised and what has ended since; return how many alerts. The caller commits."""
    raised = connection.execute(
        """
        select a.id, a.home_id, a.risk, a.severity from alerts a
        where a.risk = any(%(risks)s) and not a.drill and a.home_id is not null
          and a.triggered_at > %(since)s and a.severity <> 'advice'
          and not exists (select from budget_calls c where c.alert_id = a.id)
        order by a.triggered_at limit %(limit)s
        """,
        {"risks": RISKS, "since": now - _YOUNG, "limit": AT_ONCE},
    ).fetchall()
    for row in raised:
        kind: Kind = "station" if row["severity"] == "emergency" else "question"
        budget = read(connection, row["home_id"], now)
        budget.spend(row["risk"], kind, 0.0, milliseconds(now))
        _write(connection, row["home_id"], budget, now)
        connection.execute(
            "insert into budget_calls (alert_id, home_id, risk, kind) values (%s, %s, %s, %s)",
            (row["id"], row["home_id"], row["risk"], kind),
        )
    ended = connection.execute(
        """
        select c.alert_id, c.home_id, c.risk, c.kind, a.outcome, a.cause
        from budget_calls c join alerts a on a.id = c.alert_id
        where c.outcome is null and a.status = 'resolved' and a.outcome is not null limit %s
        """,
        (AT_ONCE,),
    ).fetchall()
    for row in ended:
        budget = read(connection, row["home_id"], now)
        how, cause = cast("Outcome", row["outcome"]), row["cause"] or ""
        budget.outcome(row["risk"], cast("Kind", row["kind"]), how, milliseconds(now), cause)
        _write(connection, row["home_id"], budget, now)
        connection.execute(
            "update budget_calls set outcome = %s where alert_id = %s", (row["outcome"], row["alert_id"])
        )
    return len(raised) + len(ended)


def read(connection: Connection, home: str, now: datetime) -> Budget:
    """Return a home's budget; a fresh one where there is none, or none readable."""
    row = connection.execute("select state from budgets where home_id = %s", (home,)).fetchone()
    if row is not None:
        try:
            return Budget.from_bytes(row["state"])
        except UnreadableBudgetError as error:
            log.warning("budget unreadable: it begins anew", home=home, error=str(error))
    return Budget.fresh(milliseconds(now))


def allowed(connection: Connection, homes: Sequence[str], now: datetime) -> dict[str, dict[str, float]]:
    """Return by home how often a day each kind and risk may be said for nothing; kept budgets alone."""
    found: dict[str, dict[str, float]] = {}
    rows = connection.execute(
        "select home_id, state from budgets where home_id = any(%s)", (list(homes),)
    ).fetchall()
    for row in rows:
        try:
            budget = Budget.from_bytes(row["state"])
        except UnreadableBudgetError:
            continue
        found[row["home_id"]] = {
            f"{kind}:{risk}": budget.limit(risk, kind, milliseconds(now)).a_day
            for kind, allowance in ALLOWANCES.items()
            for risk in allowance.shares
        }
    return found


def remaining(connection: Connection, home: str, now: datetime) -> dict[str, Any]:
    """Return what is left of a home's two budgets, to be shown."""
    return _remaining(read(connection, home, now), now)


def _write(connection: Connection, home: str, budget: Budget, now: datetime) -> None:
    state = budget.to_bytes()
    connection.execute(
        """
        insert into budgets (home_id, as_of, state, questions_left, questions_held, questions_next_at,
                             station_left, station_held, station_next_at)
        values (%(home)s, %(now)s, %(state)s, %(questions_left)s, %(questions_held)s,
                %(questions_next_at)s, %(station_left)s, %(station_held)s, %(station_next_at)s)
        on conflict (home_id) do update set as_of = excluded.as_of, state = excluded.state,
            questions_left = excluded.questions_left, questions_next_at = excluded.questions_next_at,
            station_left = excluded.station_left, station_next_at = excluded.station_next_at
        """,
        {"home": home, "now": now, "state": state, **_remaining(budget, now)},
    )


def _remaining(budget: Budget, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {}
    kinds: tuple[tuple[str, Kind], ...] = (("questions", "question"), ("station", "station"))
    for name, kind in kinds:
        left = budget.remaining(kind, milliseconds(now))
        told |= {
            f"{name}_left": round(left.left, 1),
            f"{name}_held": left.held,
            f"{name}_next_at": instant(left.next_at),
        }
    return told
