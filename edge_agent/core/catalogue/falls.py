"""Radars that see people fall. Three makers, three vocabularies."""

from __future__ import annotations

from edge_agent.core.rules import Capability, Posture

RADAR_S = 600.0  #: on mains: the bridge asks them every ten minutes

ROWS = (
    Capability(
        vendor="Heiman",
        model="HS2FD-EF1-3.0",
        rules=(
            Posture(
                field="fall_status",
                fallen=frozenset({"fall_alarm"}),
                suspected=frozenset({"fall_warning"}),
                clear=frozenset({"normal"}),
            ),
        ),
        heartbeat_s=RADAR_S,
        battery_powered=False,
    ),
    # "On the bed" after a fall does not say who brought the person there: a fall ends with a human's answer.
    Capability(
        vendor="OWON",
        model="FDS315",
        rules=(
            Posture(
                field="status",
                fallen=frozenset({"falling"}),
                suspected=frozenset({"low_posture"}),
                other=frozenset({"unoccupied", "occupied", "sitting", "on_the_bed"}),
            ),
        ),
        heartbeat_s=RADAR_S,
        battery_powered=False,
    ),
    Capability(
        vendor="Tuya",
        model="MIR-HE200-TY",
        rules=(
            Posture(
                field="fall_down_status",
                fallen=frozenset({"fall"}),
                suspected=frozenset({"maybe_fall"}),
                clear=frozenset({"none"}),
            ),
        ),
        heartbeat_s=RADAR_S,
        battery_powered=False,
    ),
)
