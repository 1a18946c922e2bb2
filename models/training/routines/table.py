"""The figures as a table for people."""

from __future__ import annotations

from typing import Any, Final

from models.training.decline.report import lines as nights_and_weeks

RISKS: Final = (
    "bathroom",
    "bathroom_asked_first",
    "night_out_of_bed",
    "night_out_of_bed_asked_first",
    "not_up",
    "night_exit",
    "door_open",
)


def table(figures: dict[str, Any]) -> str:
    """Return the main figures, a line for each home and each plain method."""
    lines = [f"{'':26}{'p50':>7}{'p90':>7}{'found':>7}{'false a month (95 %)':>24}{'asked a week':>14}"]
    for name in ("collapse", "collapse_asked_first"):
        found = figures[name]
        lines.append(_line(name, found))
        lines += [_line(f"  {home}", one) for home, one in found["per_home"].items()]
        lines += [_line(f"  against {other}", one) for other, one in found["baselines"].items()]
    lines.append(f"{'stays, mornings, doors':30}{'p50':>8}{'p90':>8}{'found':>7}{'false a month (95 %)':>24}")
    for risk in RISKS:
        if risk in figures:
            lines.append(_risk(risk, figures[risk]))
            lines += [_risk(f"  against {name}", one) for name, one in figures[risk]["baselines"].items()]
    for name in ("false_station_per_home_month", "false_station_straight_per_home_month"):
        lines.append(f"{name}: {_rate(figures[name])}, worst in {figures[name]['worst_home'] or 'none'}")
    lines.append(f"false_family_per_home_month: {_rate(figures['false_family_per_home_month'])}")
    kept = figures["obtained_over_asked"]
    lines.append(f"obtained for one asked: station {kept['station']:.2f}, questions {kept['questions']:.2f}")
    lines.append(f"an event through all detectors: {figures['event_us']} us")
    lines.append("harmless oddities that call the station (asked first, straight, fixed rule, random):")
    for kind, one in figures["confounders_asked_first"].items():
        shares = [one, figures["confounders_straight"][kind]]
        shares += [figures["baselines"][name]["confounders"][kind] for name in ("fixed_rule", "random")]
        told = "".join(f"{share['share']:8.3f}" for share in shares)
        lines.append(f"  {kind:26}{told}  of {one['trials']}")
    if "decline" in figures:  # a card from before these were measured has none
        lines += nights_and_weeks(figures)
    lines.append(f"not built, so without figures: {', '.join(figures['absent']) or 'nothing'}")
    return "\n".join(lines)


def _risk(name: str, one: dict[str, Any]) -> str:
    p50, p90 = (
        "-" if one.get(key) is None else f"{one[key]:.0f} min" for key in ("delay_p50_min", "delay_p90_min")
    )
    found = "-" if "recall" not in one else f"{one['recall']:.2f}"
    return f"{name:30}{p50:>8}{p90:>8}{found:>7}{_rate(one['false_per_home_month']):>24}"


def _rate(one: dict[str, Any]) -> str:
    if "ci95" not in one:
        return f"{one['value']:.2f}"
    low, high = one["ci95"]
    return f"{one['value']:.2f} ({low:.2f}-{high:.2f})"


def _line(name: str, one: dict[str, Any]) -> str:
    if not one["injected"]:
        return f"{name:26} nothing could be injected"
    false = one["false_station_per_home_month"]
    return (
        f"{name:26}{_hours(one['delay_p50_min'])}{_hours(one['delay_p90_min'])}{one['recall']:7.2f}"
        f"{_rate(false):>24}"
        + (f"{one['questions_per_home_week']:14.1f}" if "questions_per_home_week" in one else "")
    )


def _hours(minutes: float | None) -> str:
    return ">12 h".rjust(7) if minutes is None else f"{minutes / 60:5.1f} h"
