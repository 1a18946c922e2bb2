"""What to ask whoever lives there, on the telephone, after an alert: short questions to read out. Pure.

In the order that finds out soonest whether somebody must go: are you hurt, can you get up, who is with you.
"""

from __future__ import annotations

from typing import Final

from hub.language import N_, texts

_FALL: Final = (
    N_("Did you fall? Are you lying down now?"),
    N_("Does anything hurt? Please do not get up yet."),
    N_("Is anybody with you?"),
)
_SCRIPT: Final[dict[str, tuple[str, ...]]] = {
    "sos": (
        N_("You called for help. What has happened?"),
        N_("Are you hurt? Can you get up?"),
        N_("Is anybody with you?"),
    ),
    "fall": _FALL,
    "fall_suspected": _FALL,
    "smoke": (
        N_("The smoke alarm sounds in your home. Please go outside now and leave the door unlocked."),
        N_("Is anybody else inside? Do you see fire or smoke?"),
    ),
    "co": (
        N_("There is dangerous gas in your home. Please go outside now and leave the door open."),
        N_("Do you have a headache or feel dizzy? Is anybody else inside?"),
    ),
    "gas": (
        N_("There is gas in your home. Touch no switch and light nothing. Please go outside now."),
        N_("Is anybody else inside?"),
    ),
    "leak": (N_("There is water on the floor. Please do not step into it."), N_("Can you reach the tap?")),
    "night_exit": (N_("Where are you now? Are you dressed warmly?"), N_("Is anybody with you?")),
}
_OTHERWISE: Final = (
    N_("We have not seen you move for a while. Are you well?"),
    N_("Do you need anything? May we call again later?"),
)
#: Nobody there can be asked about these: the line or a sensor is silent.
_NOTHING: Final = frozenset(
    {"home_silent", "device_silent", "power_cut", "area_silent", "area_power_cut", "needs_overdue",
     "nobody_verified", "rota_gap", "number_check", "tamper"}
)  # fmt: skip


def questions(risk: str, caller: str, language: str) -> list[str]:
    """Return what to say in order, beginning with who calls; nothing where the resident cannot be asked."""
    if risk in _NOTHING:
        return []
    _ = texts(language).gettext
    greeting = _("Hello, this is {caller}, who looks after your home's alarm.").format(caller=caller)
    return [greeting, *(_(text) for text in _SCRIPT.get(risk, _OTHERWISE))]
