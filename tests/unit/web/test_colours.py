"""The colours can be read: every pair of the style sheet that carries text, by day and by night (WCAG 2)."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

CSS = (ROOT / "hub" / "web" / "static" / "anju.css").read_text(encoding="utf-8")

TEXT = (
    ("ink", "sheet"), ("ink", "ground"), ("muted", "sheet"), ("muted", "ground"), ("action", "sheet"),
    ("action", "ground"), ("on-action", "action"), ("on-emergency", "emergency"), ("emergency", "ground"),
    ("on-warning", "warning"), ("warning-ink", "sheet"), ("warning-ink", "ground"), ("ink", "warning-tint"),
    ("calm", "sheet"), ("calm", "ground"),
    ("unknown", "sheet"), ("ink", "unknown-tint"), ("muted", "unknown-tint"), ("sheet", "ink"),
    ("emergency", "sheet"), ("emergency", "emergency-tint"), ("ink", "emergency-tint"),
    *(("ink", f"duty-{letter}") for letter in "abcdefgh"),
)  # fmt: skip
SHAPES = (
    ("edge", "sheet"),
    ("edge", "ground"),
    ("mark", "sheet"),
    ("mark", "night"),
    ("bed", "sheet"),
    ("bed", "night"),
    ("mark", "usual"),
)


def palette(night: bool) -> dict[str, str]:
    """The colours by name; those of the night replace those of the day."""
    blocks = re.findall(r":root(?:\S*) \{\s*(--ground.*?)\}", CSS, re.DOTALL)
    found: dict[str, str] = {}
    for block in blocks[: 2 if night else 1]:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_pairs_are_far_enough_apart(pairs: tuple[tuple[str, str], ...], least: float, night: bool) -> None:
    colours = palette(night)
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < least} == {}


def test_what_is_dark_by_choice_is_as_what_is_dark_by_the_device() -> None:
    blocks = re.findall(r":root(?:\S*) \{\s*(--ground.*?)\}", CSS, re.DOTALL)
    device, chosen = (re.findall(r"--[a-z-]+: #[0-9a-f]{6}", block) for block in blocks[1:3])
    assert device == chosen != []


def test_black_on_white_is_the_known_figure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
