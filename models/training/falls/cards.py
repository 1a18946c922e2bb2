"""Model cards: what an artefact was made of, what it reached and did not reach, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from models.detection.falls.classifier import Classifier
from models.detection.falls.position import Position

#: Level of the comparison, what must be reached there, what was aimed at.
_GOALS: Final[Mapping[Position, tuple[tuple[str, float, float | None], ...]]] = {
    "waist": (("99", 0.985, None), ("995", 0.985, 0.995)),
    "wrist": (("99", 0.85, 0.93),),
}
#: Why a goal is missed, by place and level; told only where it is.
_WHY: Final[Mapping[Position, Mapping[str, str]]] = {
    "wrist": {
        "99": "Two or three falls of 350, far within the interval: fourteen people who fell cannot tell such "
        "classifiers apart, so none was chosen by that digit."
    },
}
_NAMES: Final = {"95": "95 %", "98": "98 %", "99": "99 %", "995": "99.5 %"}
_METHODS: Final = {"logistic": "logistic regression, same features", "norm": "threshold on the norm"}


def card(
    classifier: Classifier,
    figures: Mapping[str, Any],
    sources: Mapping[str, Mapping[str, str]],
    size: int,
    digest: str,
    window_us: float,
) -> str:
    """Return the card as Markdown. `figures` are those of the place on the body, `sources` by name of set."""
    about = classifier.about
    position = classifier.position
    lines = [
        f"# Falls, {position}",
        "",
        f"`falls-{position}.npz`, {size / 1000:.0f} kB, SHA-256 `{digest}`. Arrays only, nothing executed.",
        "",
        "## What it is",
        "A kernel machine and a forest of 100 trees over 89 numbers of the five seconds around a knock of "
        f"more than {about['knock_g']} g, and a logistic twin that has half a voice and says what weighs "
        f"most. Only for a sensor at the {position}: at another place its figures are mostly far worse.",
        "",
        "## What it learnt from",
        f"{about['people']} people, {about['falls']} acted falls, {about['everyday_trials']} trials of "
        "everyday activity; besides, the same trials as a sensor of 17 to 35 samples a second would have "
        "seen them.",
        *(_source(name, sources[name]) for name in about["sources"]),
        "Made with " + ", ".join(f"{name} {version}" for name, version in about["versions"].items()) + ".",
        "",
        "## What it reaches",
        "One trial is one event. People are never on both sides, and limits are set before the judged are "
        "seen (nested). Brackets: 95 % intervals over people drawn again. Features and methods were chosen "
        "with a view to these same sets, the twin's voice also with a view to how the wrist's classifier "
        "does on the waist set, as a stranger. Expect less elsewhere.",
        "",
        "| asked of the limit | sensitivity | specificity reached |",
        "|---|---|---|",
        *(_row(figures, key) for key in _NAMES),
        "",
        f"Area under the curve {_number(figures['auc'])} {_interval(figures, 'auc')}.",
        "",
        "| beside it, limits set likewise | at 99 % | at 99.5 % |",
        "|---|---|---|",
        *(_baseline(name, figures["baselines"][name]) for name in _METHODS if name in figures["baselines"]),
        "",
        *_per_kind(figures),
        *_verdict(position, figures),
        *_cost(window_us, size),
        f"- Another set of recordings at the {position}, as is: not measured, none is here; "
        "`anju-models evaluate falls --csv DIR` does it.",
        "",
        "## What it is not for",
        "- Every fall here was acted, almost all by young people on mats; older people appear in everyday "
        "activities only. Falls of daily life differ, and published detectors lose much on them.",
        "- Slides from a chair or bed, falls from a wheelchair and sinking down along a wall have no hard "
        "impact. Inactivity and other sensors must cover them.",
        "- Scripted hours say nothing of alarms per day. What reaches a helper is decided after the "
        "confirmation that follows every suspicion, not here.",
        "- It is an aid to call a human sooner. It judges nobody's health.",
        "",
    ]
    return "\n".join(lines)


def _source(name: str, source: Mapping[str, str]) -> str:
    return f"- `{name}`: {source['people']}; {source['licence']}. {source['cite']}."


def _row(figures: Mapping[str, Any], key: str) -> str:
    parts = [
        f"{_number(figures[f'{what}_at_{key}'])} {_interval(figures, f'{what}_at_{key}')}"
        for what in ("sensitivity", "specificity")
    ]
    return f"| {_NAMES[key]} | {parts[0]} | {parts[1]} |"


def _baseline(name: str, figures: Mapping[str, Any]) -> str:
    cells = []
    for key in ("99", "995"):
        found, quiet = figures[f"sensitivity_at_{key}"], figures[f"specificity_at_{key}"]
        cells.append(f"{_number(found)} (specificity {_number(quiet)})")
    return f"| {_METHODS[name]} | {cells[0]} | {cells[1]} |"


def _per_kind(figures: Mapping[str, Any]) -> list[str]:
    kinds = figures["per_fall_type"]
    worst = sorted(kinds, key=lambda kind: (kinds[kind]["share"], kind))[:3]
    said = ", ".join(f"{kind} {kinds[kind]['found']}/{kinds[kind]['trials']}" for kind in worst)
    slow, hours = figures["at_20_hz"], figures["false_per_scripted_hour"]["99"]
    lines = [
        f"- Falls found least, at 99 %: {said} (names as in the set).",
        f"- The same trials at 20 samples a second, same limits: sensitivity "
        f"{_number(slow['sensitivity_at_99'])}, specificity {_number(slow['specificity_at_99'])}.",
        f"- False alarms at 99 %: {hours['alarms']} in {hours['hours']} scripted hours.",
    ]
    away = figures["held_out_activity"]
    kinds = {name: one for name, one in away.items() if name != "all"}
    bad = sorted(kinds, key=lambda name: (-(kinds[name]["share"] or 0.0), name))[:3]
    said = ", ".join(f"{name} {kinds[name]['alarms']}/{kinds[name]['trials']}" for name in bad)
    whole = away["all"]
    lines.append(
        f"- Activities that were missing from learning: {whole['alarms']} alarms in {whole['trials']} trials "
        f"(specificity {_number(whole['specificity'])}); most in {said}."
    )
    return lines


def _verdict(position: Position, figures: Mapping[str, Any]) -> list[str]:
    """Say for each goal whether it is reached, and by how much it is missed."""
    lines = []
    for key, least, aim in _GOALS[position]:
        value = figures[f"sensitivity_at_{key}"]
        for name, goal in (("at least", least), ("aim", aim)):
            if goal is not None:
                said = "reached" if value >= goal else f"missed by {goal - value:.3f}"
                lines.append(f"- Sensitivity at {_NAMES[key]}, {name} {goal:.3f}: {said} ({_number(value)}).")
                if value < goal and key in _WHY.get(position, {}):
                    lines[-1] += f" {_WHY[position][key]}"
        held = float(f"0.{key}")
        quiet = figures[f"specificity_at_{key}"]
        if quiet < held:
            lines.append(
                f"- The limit for {_NAMES[key]} kept {100 * quiet:.2f} % quiet in people not seen: "
                f"{100 * (held - quiet):.2f} points too few."
            )
    return lines


def _cost(window_us: float, size: int) -> list[str]:
    """Say for one window and for the file whether they are as small as wanted."""
    said = []
    for what, value, unit, least, aim in (
        ("One window on one core of the machine that measured", window_us, "µs", 1000, 200),
        ("The file", size / 1000, "kB", 500, 500),
    ):
        name, goal = ("aim", aim) if value <= aim or value <= least else ("at least", least)
        verdict = "reached" if value <= goal else f"missed by {value - goal:.0f} {unit}"
        said.append(f"- {what}: {value:.0f} {unit}, {name} {goal} {unit}: {verdict}.")
    return said


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(figures: Mapping[str, Any], name: str) -> str:
    low, high = figures["ci95"][name]
    return f"[{_number(low)}, {_number(high)}]"
