"""When a home's policies change, and what they are then. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from hub.escalation.plan import Plan, policy_at
from hub.escalation.policy import Policy
from hub.escalation.rota_times import instant_of
from hub.proof.preflight import PoliciesAt, changes_of
from hub.proof.roster import Home
from models.detection.finding import Severity

#: An alert of a kind that no rule names.
ANY_RISK: Final = ""
BUILT_IN: Final = Plan(name="built-in")  #: without rules of its own the built-in ones hold


def policies_at(home: Home) -> PoliciesAt:
    """Return what would be frozen into an alert of a home at an instant: one policy for each kind of risk."""
    plan, zone = home.plan or BUILT_IN, ZoneInfo(home.zone)
    steady = not plan.rules
    known: dict[Severity, Sequence[Policy]] = {}

    def at_instant(severity: Severity, at: datetime) -> Sequence[Policy]:
        if steady and severity in known:
            return known[severity]
        local = at.astimezone(zone)
        known[severity] = [
            policy_at(
                plan, home.people, severity=severity, risk=risk, at=local, first_called=home.first_called
            )
            for risk in risks_of(plan, severity)
        ]
        return known[severity]

    return at_instant


def risks_of(plan: Plan, severity: Severity) -> tuple[str, ...]:
    """Return the risks that a plan names for alerts of a severity, and one that it does not name."""
    named = {risk for rule in plan.rules if severity in rule.severities for risk in rule.risks}
    return (ANY_RISK, *sorted(named))


def changes_of_home(home: Home, since: datetime, until: datetime) -> set[datetime]:
    """Return when anything about a home's policies changes: a duty, or the hour of a rule."""
    found = changes_of(home.people)
    walls = frozenset(
        wall for rule in (home.plan.rules if home.plan else ()) for wall in (rule.since, rule.until)
    )
    return found | _instants(walls, home.zone, since, until) if walls else found


@lru_cache(maxsize=256)
def _instants(walls: frozenset[str], zone: str, since: datetime, until: datetime) -> frozenset[datetime]:
    """When the clocks of a zone show one of these times, from the day before until the day after."""
    place = ZoneInfo(zone)
    first, last = since.astimezone(place).date() - timedelta(days=1), until.astimezone(place).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    return frozenset(instant_of(day, wall, place) for day in days for wall in walls)
