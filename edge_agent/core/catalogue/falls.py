"""Radars that see people fall. Every maker has words of its own."""

from __future__ import annotations

from edge_agent.core.catalogue.rows import ON_OFF, row
from edge_agent.core.rules import Change, Posture

RADAR_S = 600.0  #: on mains: the bridge asks them every ten minutes


def _fallen(entity: str) -> Change:
    """A node publishes changes only: a fall that is said again after an hour lost its end, and is another."""
    return Change(field=entity, kind="fall", values=ON_OFF, again_s=3600)


ROWS = (
    row(
        "Heiman",
        "HS2FD-EF1-3.0",
        Posture(
            field="fall_status",
            fallen=frozenset({"fall_alarm"}),
            suspected=frozenset({"fall_warning"}),
            clear=frozenset({"normal"}),
        ),
        heartbeat_s=RADAR_S,
        mains=True,
    ),
    # "On the bed" after a fall does not say who brought the person there: a fall ends with a human's answer.
    row(
        "OWON",
        "FDS315",
        Posture(
            field="status",
            fallen=frozenset({"falling"}),
            suspected=frozenset({"low_posture"}),
            other=frozenset({"unoccupied", "occupied", "sitting", "on_the_bed"}),
        ),
        heartbeat_s=RADAR_S,
        mains=True,
    ),
    row(
        "Tuya",
        "MIR-HE200-TY",
        Posture(
            field="fall_down_status",
            fallen=frozenset({"fall"}),
            suspected=frozenset({"maybe_fall"}),
            clear=frozenset({"none"}),
        ),
        heartbeat_s=RADAR_S,
        mains=True,
    ),
    # An ESPHome node. Its entity is "Falling Detected" in ESPHome's description and "Falling Information" in
    # the maker's firmware. It need not speak: its last will tells when it is gone.
    row(
        "Seeed",
        "MR60FDA2",
        _fallen("falling_detected"),
        _fallen("falling_information"),
        mains=True,
        ecosystem="esphome",
    ),
)
