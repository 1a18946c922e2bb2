"""Which policy holds for an alert at an hour: a plan made concrete with the people of the hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.escalation import responders
from hub.escalation.policy import Policy, default_policy
from hub.storage.database import Connection
from models.detection.finding import Finding


def policy_for(
    connection: Connection,
    home_id: str | None,
    organisation_id: str | None,
    finding: Finding,
    now: datetime,
) -> Policy:
    """Return the policy for a finding of a home, or of an area (`home_id` None)."""
    return _policy(connection, home_id, organisation_id, finding.severity, finding.risk, now)


def policy_of(connection: Connection, alert: Mapping[str, Any], now: datetime) -> Policy:
    """Return the policy that an alert would get if it were raised now."""
    return _policy(
        connection, alert["home_id"], alert["organisation_id"], alert["severity"], alert["risk"], now
    )


def _policy(
    connection: Connection,
    home_id: str | None,
    organisation_id: str | None,
    severity: Any,
    risk: str,
    now: datetime,
) -> Policy:
    if home_id is not None:
        first_called, people = responders.of_home(connection, home_id)
    else:
        first_called, people = "station", responders.of_organisation(connection, organisation_id or "")
    return default_policy(people, severity, first_called)
