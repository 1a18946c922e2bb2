"""Villages for tests of noise: many homes at once, and warnings that a home can have."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.clock import milliseconds
from hub.escalation import opening
from models.detection.finding import Cleared, Finding, Reason
from models.detection.finding import Risk as RiskName
from tests.hub_rig import HubRig

#: Midday in China: no quiet hours.
NOON_AFTER_NIGHT = timedelta(hours=8, minutes=48)


def number(place: int, home: int) -> str:
    """The telephone of a home's family."""
    return f"+4479{place:02}{home:06}"


def settle_village(
    hub: HubRig, station: str, homes: int, *, place: int = 1, centre: str = "centre"
) -> list[str]:
    """A station below a centre with so many live homes, each with a daughter to call; returns the homes."""
    ids = [f"{station}-{n}" for n in range(homes)]
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into organisations (id, tier, parent_id, name) values (%s, 'station', %s, %s)"
            " on conflict do nothing",
            (station, centre, station),
        )
        for n, home in enumerate(ids):
            connection.execute(
                "insert into homes (id, organisation_id, name, status, created_at)"
                " values (%s, %s, %s, 'live', %s)",
                (home, station, f"{station} {n}", hub.clock.now()),
            )
            connection.execute(
                "insert into contacts (id, home_id, name, role) values (%s, %s, %s, 'family')",
                (f"{home}-d", home, f"{home}的女儿"),
            )
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address) values (%s, %s, 'voice', %s)",
                (f"{home}-v", f"{home}-d", number(place, n)),
            )
    return ids


def warning(hub: HubRig, risk: RiskName, *, key: str = "", severity: str = "warning") -> Finding:
    """Something that is wrong now, and kills nobody within minutes."""
    return Finding(
        risk=risk,
        severity=severity,  # type: ignore[arg-type]
        occurred_at=milliseconds(hub.clock.now()),
        reason=Reason("A sensor says so.", {}),
        dedup_key=key or risk,
    )


def all_at_once(hub: HubRig, homes: list[str], risk: RiskName = "power_cut") -> list[str]:
    """The same trouble in many homes, in one transaction as the ingest worker has it; returns the alerts."""
    with hub.pool.connection() as connection:
        return [
            opening.open_or_repeat(connection, home, warning(hub, risk), hub.clock.now())[0] for home in homes
        ]


def recover(hub: HubRig, homes: list[str], key: str = "power_cut") -> None:
    """The trouble of these homes is over."""
    with hub.pool.connection() as connection:
        for home in homes:
            over = Cleared(dedup_key=key, at=milliseconds(hub.clock.now()), reason=Reason("Over.", {}))
            opening.clear(connection, home, over, hub.clock.now())


def incidents(hub: HubRig) -> list[str]:
    """The alerts of areas, in the order in which they were raised."""
    with hub.pool.connection() as connection:
        rows = connection.execute(
            "select id from alerts where organisation_id is not null order by triggered_at, id"
        ).fetchall()
    return [row["id"] for row in rows]


def kinds(hub: HubRig, alert: str) -> list[str]:
    """What is on an alert's file, in order; of attempts only that they were."""
    return [entry["kind"] for entry in hub.entries(alert)]


def rules(hub: HubRig, alert: str) -> list[str]:
    """By which rules an alert was held, in order."""
    return [entry["data"]["rule"] for entry in hub.entries(alert) if entry["kind"] == "held"]


def at_noon(hub: HubRig) -> datetime:
    """Go to midday in China."""
    return hub.clock.move(NOON_AFTER_NIGHT)
