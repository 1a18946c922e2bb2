"""The card of the routines' artefact: what it was made of, what was wanted, what was reached, what it is not.

Verdicts are worked out from the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from models.training.routines.goals import GOALS

#: Name of a home begins with → how it is cited.
SOURCES: Final[Mapping[str, str]] = {
    "hh103": "Cook, Crandall, Thomas, Krishnan: CASAS, A Smart Home in a Box. IEEE Computer 46(7), 2013; "
    "free for research with citation, not part of the project",
    "kasteren": "van Kasteren, Noulas, Englebienne, Kröse: Accurate Activity Recognition in a Home Setting. "
    "UbiComp 2008; no licence stated, not part of the project",
}


def card(about: Mapping[str, Any]) -> str:
    """Return the card as Markdown from what `ship` wrote beside the arrays."""
    figures = about["figures"]
    homes = about["data"]
    nested = figures.get("chosen_on_other_homes")
    lines = [
        "# Routines",
        "",
        f"`{about['name']}.npz`, {about['bytes'] / 1000:.0f} kB, SHA-256 `{about['sha256']}`. Arrays only, "
        "nothing executed.",
        "",
        "## What it is",
        "What every home starts from: how often quiet of each length ended, by the clock and by place; the "
        f"weights of a logistic hazard over {len(about['features'])} numbers with their certainty; and the "
        "highest scores of each day in homes that the model had not seen, from which the first limits come. "
        "A home moves away from it with its own nights.",
        "",
        "## What it learnt from",
        *(
            f"- `{one['home']}`: {one['days']} days, {one['sensors']} sensors ({one['set']}). "
            f"{_source(one['home'])}."
            for one in homes
        ),
        f"Made with numpy {about['numpy']}, format {about['version']}.",
        "",
        "## What was wanted and what is reached",
        f"{figures['homes']} homes, {figures['home_days']} judged days, each home judged by what the others "
        "taught, day by day. The residents were not old, nobody fell; collapses are injected. Everything "
        "with intervals, plain methods and chance: `anju-models evaluate routines`; how it was measured: "
        "`docs/routines.md`. Asked: the resident first, then the station. The worst oddity leaves out two "
        "days away with the door unheard: after twelve hours somebody is always called.",
        "",
        "| figure | measured | at least | aim | |",
        "|---|---|---|---|---|",
        *(goal.row(figures) for goal in GOALS),
        "",
        "## What was set by hand",
        "- The part of the fixed limits in the score (0.3), and how fast other homes lose their weight, were "
        "chosen with a view to these same homes.",
    ]
    if nested:
        straight, asked = nested["collapse"], nested["collapse_asked_first"]
        chosen = ", ".join(f"{part} for {home}" for home, part in nested["fixed_part"].items())
        lines.append(
            f"- Chosen on the other homes alone the part would be {chosen}, with half of the collapses found "
            f"in {_hours(straight, 'p50')} and nine of ten in {_hours(straight, 'p90')} straight, "
            f"{straight['false_station_per_home_month']['count']:.0f} false calls; {_hours(asked, 'p50')} "
            f"and {_hours(asked, 'p90')} asked first: so much a choice on a few weeks is worth."
        )
    lines += [
        "",
        "## What it is not for",
        "- Homes of two residents, or with pets that sensors see.",
        "- Going straight to the station where doors have no contact or rooms no motion sensor: whoever is "
        "out unseen looks like a collapse. There the resident is asked first.",
        "- It is an aid to call a human sooner. It judges nobody's health.",
        "",
    ]
    return "\n".join(lines)


def _source(home: str) -> str:
    return next((cited for begin, cited in SOURCES.items() if home.startswith(begin)), "a home of one's own")


def _hours(figures: Mapping[str, Any], part: str) -> str:
    minutes = figures[f"delay_{part}_min"]
    return "more than 12 h" if minutes is None else f"{minutes / 60:.1f} h"
