"""The words on the buttons, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable


def group_words(_: Callable[[str], str]) -> dict[str, str]:
    """What each group of buttons is about."""
    return {"resident": _("The resident"), "house": _("The house"), "line": _("The line")}


def button_words(_: Callable[[str], str]) -> dict[str, str]:
    """What each button says."""
    return {
        "fall": _("Fall and stay down"),
        "get_up": _("Get up again"),
        "sos": _("Press SOS"),
        "hold": _("Stop moving"),
        "go_on": _("Go on with the day"),
        "door_open": _("Open the front door"),
        "door_close": _("Close the front door"),
        "smoke": _("Smoke"),
        "smoke_clear": _("Smoke is gone"),
        "smoke_test": _("Test the smoke alarm"),
        "leak": _("Water on the floor"),
        "leak_dry": _("Floor is dry"),
        "bridge_lost": _("Pull the radio stick"),
        "bridge_back": _("Plug it in again"),
        "cut": _("Cut the line to the hub"),
        "stall": _("Let the line hang"),
        "whole": _("Mend the line"),
    }
