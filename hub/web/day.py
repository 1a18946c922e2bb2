"""Gathers what is drawn of one home: the ribbon of a day with its silences, and the habits of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hub.places import activity
from hub.places import habits as reading
from hub.web.guard import Visit
from hub.web.habits import DAYS, Habits, habits
from hub.web.moments import bounds, day_of, zone_of
from hub.web.ribbon import GAP, Ribbon, Silence, build, gaps
from models.contract.measurements import PRESENCE

_SILENT = ("home_silent", "device_silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The ribbon, the last movement of all, and the first and last recorded day."""

    ribbon: Ribbon
    movement: dict[str, Any] | None
    recorded: tuple[date, date] | None
    kept: bool = False  #: the residents keep their day from this reader: nothing is drawn


def ribbon_of(
    visit: Visit,
    home: dict[str, Any],
    devices: Sequence[dict[str, Any]],
    alerts: Sequence[dict[str, Any]],
    day: date,
) -> Drawn:
    """Return one day of a home, drawn for `visit.now`."""
    zone, home_id, connection = home["zone"], home["id"], visit.connection
    start, end = bounds(day, zone)
    if not visit.sees("day", home_id):
        nothing = build(
            start=start, end=end, zone=zone_of(zone), devices=[], events=[], silences=[], alerts=[],
            now=visit.now,
        )  # fmt: skip
        return Drawn(ribbon=nothing, movement=None, recorded=None, kept=True)
    events = activity.between(connection, home_id, start - GAP, end)
    heard = [event["occurred_at"] for event in events]
    spoke = {event["device"]: event["occurred_at"] for event in events}  # the last of each device
    before = activity.last_before(connection, home_id, start - GAP)
    after = activity.first_from(connection, home_id, end)
    heard = [*([before] if before else []), *heard, *([after] if after else [])]
    if home["heard_at"] is not None and (not heard or home["heard_at"] > heard[-1]):
        heard.append(home["heard_at"])
    silences = _silences(home, devices, alerts, heard, spoke, start, min(end, visit.now), visit.now)
    recorded = activity.first_and_last(connection, home_id)
    return Drawn(
        ribbon=build(
            start=start,
            end=end,
            zone=zone_of(zone),
            devices=devices,
            events=events,
            silences=silences,
            alerts=alerts,
            now=visit.now,
        ),
        movement=activity.last_movement(connection, home_id, sorted(PRESENCE)),
        recorded=(day_of(recorded[0], zone), day_of(recorded[1], zone)) if recorded else None,
    )


def _silences(
    home: dict[str, Any],
    devices: Sequence[dict[str, Any]],
    alerts: Sequence[dict[str, Any]],
    heard: list[datetime],
    spoke: dict[str, datetime],
    start: datetime,
    end: datetime,
    now: datetime,
) -> list[Silence]:
    if end <= start:
        return []
    live = end == now
    if live and heard and now - heard[-1] <= home["supervision"]:
        heard = [*heard, now]
    found = gaps(heard, start, end)
    for alert in alerts:
        if alert["risk"] in _SILENT:
            over = alert["cleared_at"] or alert["resolved_at"] or now
            device = alert["device"] if alert["risk"] == "device_silent" else None
            if alert["occurred_at"] < over:
                found.append(Silence(start=alert["occurred_at"], end=over, device=device))
    if live:
        for device in devices:
            allowed = device["heartbeat"] or timedelta(days=1)
            last = max((at for at in (device["heard_at"], spoke.get(device["id"])) if at), default=None)
            if last is not None and now - last > allowed:
                found.append(Silence(start=last, end=now, device=device["id"]))
    return found


def habits_of(visit: Visit, home: dict[str, Any], day: date) -> Habits | None:
    """Return what is usual in a home, and the trends of the 30 days before `day`.

    None where the residents keep their habits from this reader.
    """
    if not visit.sees("habits", home["id"]):
        return None
    since, until = bounds(day - timedelta(days=DAYS), home["zone"])[0], bounds(day, home["zone"])[0]
    rows = reading.hours(visit.connection, home["id"], since, until)
    return habits(rows, day, zone_of(home["zone"]))
