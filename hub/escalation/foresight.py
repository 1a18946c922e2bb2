"""What would happen if an alert were raised at a place: the engine's own decisions, with the rows of now.

The plan that holds, or one that nobody has saved yet; the people and their duty at that hour; what would keep
a lesser alert back; what the carriers take. Reads only, and calls nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hub.escalation import plans, preview
from hub.escalation.noise import facts, rules
from hub.escalation.noise.rules import Hold
from hub.escalation.plan import Plan
from hub.escalation.policy import Policy
from hub.escalation.preview import Lines, Moment
from hub.language import N_, texts
from hub.notify import history
from hub.notify.capability import Capability
from hub.notify.routing import longest_limit
from hub.storage.database import Connection
from models.detection.finding import Severity

ADVICE: Final = N_("Advice calls nobody: it waits on the board until somebody looks.")
NO_PROVIDER: Final = N_("No provider of telephone calls is set: at this hub nobody is called at all.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """An alert played ahead."""

    policy: Policy
    at: datetime  #: when it is raised, by the place's clock
    hold: Hold | None  #: keeps it from calling anybody before its end
    moments: tuple[Moment, ...]  #: since the alert was raised, or since the hold ended
    told: tuple[str, ...]  #: the same in sentences


def foresee(
    connection: Connection,
    *,
    home_id: str | None,
    organisation_id: str | None = None,
    severity: Severity,
    risk: str,
    at: datetime,
    carriers: Sequence[Capability],
    language: str,
    plan: Plan | None = None,
) -> Foresight:
    """Play an alert of a home, or of a home below an organisation that has no people of its own, ahead.

    `at` carries the place's zone. `carriers` are what the providers that are set can carry.
    """
    _ = texts(language).gettext
    hold = _hold(connection, home_id, severity, risk, at)
    begins = at if hold is None else hold.until.astimezone(at.tzinfo)
    policy = plans.policy_then(
        connection, home_id, organisation_id, severity=severity, risk=risk, at=at, plan=plan
    )
    if severity == "advice":
        return Foresight(policy=policy, at=at, hold=None, moments=(), told=(_(ADVICE),))
    calling = any(row.medium == "voice" for row in carriers)
    lines = _lines(connection, policy, carriers, begins) if calling else None
    moments = preview.ahead(policy, begins, lines=lines)
    told = preview.told(moments, begins, language)
    if hold is not None:
        why = _(hold.reason.text).format(**hold.reason.values)
        told.insert(0, _("It calls nobody before {time}: {why}").format(time=f"{begins:%H:%M}", why=why))
    if not calling:
        told.insert(0, _(NO_PROVIDER))
    return Foresight(policy=policy, at=at, hold=hold, moments=moments, told=tuple(told))


def _hold(
    connection: Connection, home_id: str | None, severity: Severity, risk: str, at: datetime
) -> Hold | None:
    if home_id is None or severity == "emergency":
        return None
    alert = {
        "id": "", "home_id": home_id, "organisation_id": None, "severity": severity, "risk": risk,
        "triggered_at": at, "drill": False, "incident_id": None, "held_by": None, "held_until": None,
    }  # fmt: skip
    # What is open now says nothing of another day.
    return rules.hold(replace(facts.of_alert(connection, alert, at), siblings=(), incident=None), at)


def _lines(connection: Connection, policy: Policy, carriers: Sequence[Capability], at: datetime) -> Lines:
    since = at - longest_limit(carriers)
    methods = {
        (method.channel, method.address)
        for step in policy.steps
        for person in step.people
        for method in person.methods
    }
    placed = {
        (channel, address): {
            provider: [when for when in times if when <= at]
            for provider, times in history.placed(connection, channel, address, since, "").items()
        }
        for channel, address in methods
    }
    return Lines(carriers, placed)


def night(now: datetime) -> datetime:
    """Return tonight's 03:12, by the clock of `now`: the hour at which a plan must hold."""
    at = now.replace(hour=3, minute=12, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)
