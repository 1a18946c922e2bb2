"""Whether a hub raised what it had to raise, in time, and nothing else.

Pure: the script, when each act happened, and the alerts that the hub has opened since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.detection.finding import Reason
from simulators.scenarios.script import May, Must, Script

_SEVERITIES = ("advice", "warning", "emergency")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAlert:
    """An alert as the hub tells it; instants in ms since 1970."""

    id: str
    risk: str
    severity: str
    status: str
    triggered_at: int
    occurred_at: int | None = None
    reason: Reason | None = None  #: the sentence and its numbers, where the hub tells them


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one thing that had to be raised."""

    must: Must
    delay_s: float | None  #: None: it was not raised
    alert: HubAlert | None = None

    @property
    def in_time(self) -> bool:
        """Whether it came, soon enough and not before it could be known."""
        return self.delay_s is not None and self.must.not_before_s <= self.delay_s <= self.must.within_s


@dataclass(frozen=True, slots=True)
class Score:
    """How the hub did."""

    found: tuple[Found, ...]
    false_alarms: tuple[HubAlert, ...]

    @property
    def passed(self) -> bool:
        """Everything in time, nothing too much."""
        return all(found.in_time for found in self.found) and not self.false_alarms

    def figures(self) -> dict[str, Any]:
        """Return the score for programs."""
        return {
            "passed": self.passed,
            "found": [
                {
                    "risk": found.must.risk,
                    "within_s": found.must.within_s,
                    "not_before_s": found.must.not_before_s,
                    "delay_s": found.delay_s,
                    "in_time": found.in_time,
                }
                for found in self.found
            ],
            "false_alarms": [{"id": alert.id, "risk": alert.risk} for alert in self.false_alarms],
        }


def judge(script: Script, happened: Mapping[str, int], alerts: Sequence[HubAlert]) -> Score:
    """Return the score. `happened`: the first instant (ms) of every act that has happened."""
    found = []
    used: set[str] = set()
    for must in script.must:
        since = happened.get(must.after)
        fitting = [
            alert
            for alert in alerts
            if since is not None and alert.risk == must.risk and alert.id not in used
        ]
        first = min(fitting, key=lambda alert: alert.triggered_at, default=None)
        if first is None or since is None:
            found.append(Found(must, None))
            continue
        used.add(first.id)
        found.append(Found(must, max(0.0, (first.triggered_at - since) / 1000), first))
    false_alarms = tuple(
        alert for alert in alerts if alert.id not in used and not _may_be(script, happened, alert)
    )
    return Score(tuple(found), false_alarms)


def _may_be(script: Script, happened: Mapping[str, int], alert: HubAlert) -> bool:
    for one in script.may:
        if not isinstance(one, May):
            if one == alert.risk:
                return True
        elif one.risk == alert.risk and one.after in happened:
            waited_s = (alert.triggered_at - happened[one.after]) / 1000
            loud = _SEVERITIES.index(alert.severity) > _SEVERITIES.index(one.at_most)
            if waited_s >= one.not_before_s and not loud:
                return True
    return False
