"""The figures as a table for people."""

from __future__ import annotations

from typing import Any


def table(figures: dict[str, Any]) -> str:
    """Return the main figures, a line for each home and each plain method."""
    lines = [f"{'':26}{'p50':>7}{'p90':>7}{'found':>7}{'false a month (95 %)':>24}{'asked a week':>14}"]
    for name in ("collapse", "collapse_asked_first"):
        found = figures[name]
        lines.append(_line(name, found))
        lines += [_line(f"  {home}", one) for home, one in found["per_home"].items()]
        lines += [_line(f"  against {other}", one) for other, one in found["baselines"].items()]
    lines.append("calls to the station for harmless oddities (share, asked first):")
    for kind, one in figures["confounders"].items():
        asked = figures["confounders_asked_first"][kind]
        lines.append(f"  {kind:26}{one['share']:6.3f}{asked['share']:8.3f}  of {one['trials']}")
    lines.append(f"not built, so without figures: {', '.join(figures['absent'])}")
    return "\n".join(lines)


def _line(name: str, one: dict[str, Any]) -> str:
    if not one["injected"]:
        return f"{name:26} nothing could be injected"
    false = one["false_station_per_home_month"]
    low, high = false["ci95"]
    return (
        f"{name:26}{_hours(one['delay_p50_min'])}{_hours(one['delay_p90_min'])}{one['recall']:7.2f}"
        f"{false['value']:8.2f} ({low:.2f}-{high:.2f})".ljust(72)
        + (f"{one['questions_per_home_week']:6.1f}" if "questions_per_home_week" in one else "")
    )


def _hours(minutes: float | None) -> str:
    return ">12 h".rjust(7) if minutes is None else f"{minutes / 60:5.1f} h"
