"""Pictures of an evaluation of routines: false calls against delay, each home, harmless oddities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_METHODS: Final = {
    "product": "learnt and fixed (shipped)",
    "fixed_rule": "fixed rule",
    "clock_profile": "usual activity",
    "gap_quantile": "gap quantile",
    "mean_and_sigma": "mean and sigma",
    "random": "random moments",
}
_NEVER_H: Final = 12.3  #: where a quantile is drawn that lies beyond the twelve hours
_STAGES: Final = (("collapse", "straight to the station"), ("collapse_asked_first", "asked first"))
_WANTED: Final = 0.05  #: share of oddities that may call the station


def draw(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the pictures into `folder` and return the paths. Needs no screen.

    `figures` are those of `evaluate`; the curves are drawn where it was asked for them.
    """
    matplotlib.use("agg")
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Callable[[Mapping[str, Any]], Figure]] = {
        "routines-homes": _homes,
        "routines-oddities": _oddities,
    }
    if "curves" in figures:
        pictures["routines-delay"] = _delay
    written = []
    for name, picture in pictures.items():
        path = folder / f"{name}.png"
        picture(figures).savefig(path, dpi=110)
        written.append(path)
    return written


def _delay(figures: Mapping[str, Any]) -> Figure:
    figure = Figure(figsize=(11, 7.4), layout="constrained")
    panels = figure.subplots(2, 2, sharey=True)
    days = figures["home_days"]
    figure.suptitle(f"A collapse: how soon it is found against calls for nothing ({days} judged days)")
    stages = (("help", "false calls to the station a home-month"), ("ask", "questions a home-week"))
    for column, (stage, unit) in enumerate(stages):
        for row, (key, part) in enumerate(
            (("delay_p50_min", "half found in"), ("delay_p90_min", "nine of ten in"))
        ):
            axes = panels[row, column]
            for method, points in figures["curves"][stage].items():
                x = [point["obtained"] for point in points]
                y = [_hours(point[key]) for point in points]
                strong = method == "product"
                axes.plot(
                    x,
                    y,
                    "o-",
                    label=_METHODS[method],
                    linewidth=2.2 if strong else 1,
                    markersize=5 if strong else 3,
                    color="black" if strong else None,
                    zorder=3 if strong else 2,
                )
            axes.set_xscale("symlog", linthresh=0.5)
            axes.set_xlim(-0.05, None)
            axes.set(xlabel=f"{unit}, as obtained", ylabel=f"{part}, hours", ylim=(0, 12.8))
            axes.axhline(12, color="grey", linewidth=0.8, linestyle=":")
            axes.grid(alpha=0.3)
    panels[0, 0].legend(fontsize=8, loc="lower left")
    return figure


def _homes(figures: Mapping[str, Any]) -> Figure:
    figure = Figure(figsize=(11, 1.8 + 0.55 * figures["homes"]), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    names = sorted(figures["collapse"]["per_home"])
    for offset, (key, label) in zip((0.16, -0.16), _STAGES, strict=True):
        homes = figures[key]["per_home"]
        for row, name in enumerate(names):
            half, most = (_hours(homes[name].get(f"delay_{part}_min")) for part in ("p50", "p90"))
            colour = "C0" if key == "collapse" else "C1"
            named = label if row == 0 else None
            left.plot([half, most], [row + offset] * 2, color=colour, linewidth=3, alpha=0.5)
            left.plot(half, row + offset, "o", color=colour, label=named)
            left.plot(most, row + offset, "|", color=colour, markersize=12, markeredgewidth=2)
            false = homes[name]["false_station_per_home_month"]
            low, high = false["ci95"]
            value = false["value"] or 0.0
            right.errorbar(
                value,
                row + offset,
                xerr=[[value - low], [high - value]],
                fmt="o",
                color=colour,
                capsize=3,
            )
    left.set(title="a collapse: half (dot) and nine of ten (bar) found in", xlabel="hours", xlim=(0, 12.8))
    left.set_yticks(range(len(names)), names)
    left.set_ylim(-0.6, len(names) - 0.4)
    left.legend(fontsize=8, loc="lower right")
    right.set(title="false calls to the station, 95 % interval", xlabel="a home-month")
    right.axvline(1, color="grey", linestyle=":")
    right.set_xscale("symlog", linthresh=1)
    right.set_xlim(-0.05, None)
    for axes in (left, right):
        axes.grid(alpha=0.3)
    return figure


def _oddities(figures: Mapping[str, Any]) -> Figure:
    kinds = sorted(figures["confounders_straight"], key=lambda one: _share(figures, one))
    figure = Figure(figsize=(9, 1.4 + 0.62 * len(kinds)), layout="constrained")
    axes: Axes = figure.subplots()
    rows = {
        "shipped, asked first": (figures["confounders_asked_first"], "C1"),
        "shipped, straight": (figures["confounders_straight"], "C0"),
        "fixed rule, straight": (figures["baselines"]["fixed_rule"]["confounders"], "0.55"),
        "random, straight": (figures["baselines"]["random"]["confounders"], "0.8"),
    }
    for place, (label, (shares, colour)) in enumerate(rows.items()):
        at = [row + 0.3 - 0.2 * place for row in range(len(kinds))]
        value = [shares[kind]["share"] for kind in kinds]
        low = [max(0.0, one - shares[kind]["ci95"][0]) for one, kind in zip(value, kinds, strict=True)]
        high = [max(0.0, shares[kind]["ci95"][1] - one) for one, kind in zip(value, kinds, strict=True)]
        axes.barh(at, value, height=0.18, color=colour, label=label)
        axes.errorbar(value, at, xerr=[low, high], fmt="none", ecolor="0.3", linewidth=0.8, capsize=2)
    axes.axvline(_WANTED, color="red", linestyle=":", linewidth=1)
    axes.set_yticks(range(len(kinds)), [kind.replace("_", " ") for kind in kinds])
    axes.set(title="harmless oddities that call the station", xlabel="share of trials", xlim=(0, 1))
    axes.grid(alpha=0.3, axis="x")
    axes.legend(fontsize=8, loc="lower right")
    return figure


def _share(figures: Mapping[str, Any], kind: str) -> float:
    return float(figures["confounders_straight"][kind]["share"])


def _hours(minutes: float | None) -> float:
    return _NEVER_H if minutes is None else minutes / 60
