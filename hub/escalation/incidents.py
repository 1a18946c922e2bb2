"""Incidents of an area: opened when many homes fall silent or dark at once, and ended when they are over.

One alert calls the station; the homes' own alerts wait with it, and everything is on their files. Whatever
harms one person (a fall, a call for help, smoke) has no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from hub.alerts import store as alerts
from hub.clock import milliseconds
from hub.escalation import opening
from hub.escalation.noise import holding, storm, storm_store
from hub.escalation.noise.facts import STORM_KEY
from hub.escalation.noise.rules import in_incident, waits_its_turn
from hub.escalation.noise.storm import Area
from hub.language import N_
from hub.storage.database import Connection
from models.detection.finding import Cleared, Finding, Reason

#: Homes looked at in one turn: a call for help must not wait while files are written.
AT_ONCE: Final = 100


def watch(connection: Connection, now: datetime) -> bool:
    """Open, extend and end incidents, in the caller's transaction; return whether more is left to do."""
    if not storm_store.take_turn(connection):
        return False
    if storm_store.has_new_trouble(connection, now):
        _open(connection, now)
    for incident in _uncovered(connection):
        _take_over(connection, incident, now)
    incidents = _uncovered(connection)
    left = False
    for incident in incidents:
        left = _take_in(connection, incident, now) or left
    if not left:
        for incident in incidents:
            _end_if_over(connection, incident, now)
    return _let_go(connection, now) or left


def _uncovered(connection: Connection) -> list[dict[str, Any]]:
    """The open incidents that no larger one speaks for."""
    return [one for one in storm_store.open_incidents(connection) if not one["covered"]]


def _open(connection: Connection, now: datetime) -> None:
    areas = {area.id: area for area in storm_store.areas(connection, now)}
    known = {one["organisation_id"] for one in storm_store.open_incidents(connection)}
    for place in storm.places(areas.values()):
        if not _covered(place, areas, known):
            _raise(connection, place, now)


def _covered(place: str, areas: Mapping[str, Area], incidents: set[str]) -> bool:
    """Whether an incident is open at a place or above it."""
    at: str | None = place
    while at is not None:
        if at in incidents:
            return True
        at = areas[at].parent_id
    return False


def _raise(connection: Connection, place: str, now: datetime) -> None:
    """Open the incident of a place."""
    extent = storm_store.extent(connection, place, now)
    dark = extent["dark"] * 2 >= extent["homes"]
    finding = Finding(
        risk="area_power_cut" if dark else "area_silent",
        severity="warning",
        occurred_at=milliseconds(extent["since"]),
        reason=Reason(
            N_("{homes} of {total} homes have no mains power at once")
            if dark
            else N_("{homes} of {total} homes are not heard at once"),
            {"homes": extent["homes"], "total": storm_store.homes_below(connection, place)},
        ),
        dedup_key=STORM_KEY,
    )
    opening.open_or_repeat(connection, None, finding, now, organisation_id=place)


def _take_over(connection: Connection, incident: Mapping[str, Any], now: datetime) -> None:
    """Make the incidents of smaller places within one part of it; one that is busy comes at the next turn."""
    for smaller in storm_store.lock_smaller(connection, incident["organisation_id"], incident["id"]):
        alerts.append(connection, smaller["id"], now, "joined_larger", {"incident": incident["id"]})
        storm_store.join(connection, smaller["id"], incident["id"])
        if smaller["status"] == "triggered":
            holding.write_hold(connection, smaller, in_incident(incident["id"], now), now)
        alerts.announce(connection, smaller["id"])


def _take_in(connection: Connection, incident: Mapping[str, Any], now: datetime) -> bool:
    """Give an incident the homes that have the trouble too; return whether some are left."""
    if not _lock_if_free(connection, incident["id"]):
        return True  # somebody is answering it: at the next turn
    rows = storm_store.lock_newcomers(
        connection,
        incident["id"],
        incident["organisation_id"],
        _since(incident),
        AT_ONCE,
    )
    for row in rows:
        storm_store.join(connection, row["id"], incident["id"])
        if row["status"] == "triggered":
            holding.write_hold(connection, row, in_incident(incident["id"], now), now)
        alerts.announce(connection, row["id"])
    if homes := sorted({row["home_name"] for row in rows}):
        alerts.append(connection, incident["id"], now, "homes_joined", {"homes": homes, "n": len(homes)})
        alerts.announce(connection, incident["id"])
    return len(rows) == AT_ONCE


def _lock_if_free(connection: Connection, alert_id: str) -> bool:
    query = "select id from alerts where id = %s and status <> 'resolved' for update skip locked"
    return connection.execute(query, (alert_id,)).fetchone() is not None


def _end_if_over(connection: Connection, incident: Mapping[str, Any], now: datetime) -> None:
    """End an incident whose homes have recovered, down to a few that are single homes again."""
    place = incident["organisation_id"]
    left = storm_store.homes_left(connection, incident["id"], place, _since(incident))
    if storm.is_over(storm_store.homes_below(connection, place), left):
        over = Cleared(
            dedup_key=STORM_KEY,
            at=milliseconds(now),
            reason=Reason(N_("Homes that still have it: {homes}"), {"homes": left}),
        )
        opening.clear(connection, None, over, now, organisation_id=place)


def _since(incident: Mapping[str, Any]) -> datetime:
    """Alerts that are older than this are another story."""
    at: datetime = incident["triggered_at"]
    return at - storm.WINDOW


def _let_go(connection: Connection, now: datetime) -> bool:
    """After an incident: what is still open calls people of its own, one home after the other."""
    rows = storm_store.lock_left_over(connection, AT_ONCE)
    turn = max(now, storm_store.last_turn(connection) or now) if rows else now
    for row in rows:
        turn += storm.SPREAD
        holding.write_hold(connection, row, waits_its_turn(turn), now)
        alerts.announce(connection, row["id"])
    return len(rows) == AT_ONCE
