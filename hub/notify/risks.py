"""What a risk is called in calls and messages: as people say it, in the middle of a sentence. Pure."""

from __future__ import annotations

from models.language import translations


def risk_name(risk: str, language: str) -> str:
    """Return a risk as people say it."""
    _ = translations("hub", language).gettext
    names = {
        "sos": _("calls for help"),
        "fall": _("a fall"),
        "fall_suspected": _("perhaps a fall"),
        "smoke": _("smoke"),
        "co": _("carbon monoxide"),
        "gas": _("gas"),
        "leak": _("water leak"),
        "tamper": _("a sensor was opened"),
        "inactivity": _("no movement"),
        "night_exit": _("left home at night"),
        "not_up": _("not up yet"),
        "long_bathroom": _("long in the bathroom"),
        "night_out_of_bed": _("out of bed at night and not seen"),
        "night_wandering": _("walking about at night"),
        "decline": _("a change over weeks"),
        "door_open": _("door left open"),
        "cold": _("too cold"),
        "hot": _("too hot"),
        "home_silent": _("the home does not report"),
        "device_silent": _("a sensor does not report"),
        "power_cut": _("power cut"),
        "area_silent": _("many homes do not report"),
        "area_power_cut": _("power cut in many homes"),
        "nobody_verified": _("nobody verified would be reached"),
        "rota_gap": _("nobody will be on duty"),
        "number_check": _("a test call"),
        "drill": _("a drill"),
        "needs_overdue": _("requests past their time"),
    }
    return names.get(risk, risk)
