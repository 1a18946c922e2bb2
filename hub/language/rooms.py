"""The names of rooms, for pages, calls and messages."""

from __future__ import annotations

from typing import Final

from hub.language import N_, texts

#: Rooms as installers name them in English; other names are shown as they were typed.
_ROOMS: Final = {
    "bedroom": N_("Bedroom"),
    "second bedroom": N_("Second bedroom"),
    "bathroom": N_("Bathroom"),
    "toilet": N_("Toilet"),
    "kitchen": N_("Kitchen"),
    "living room": N_("Living room"),
    "dining room": N_("Dining room"),
    "corridor": N_("Corridor"),
    "hall": N_("Hall"),
    "stairs": N_("Stairs"),
    "entrance": N_("Entrance"),
    "front door": N_("Front door"),
    "balcony": N_("Balcony"),
    "study": N_("Study"),
    "yard": N_("Yard"),
    "": N_("No room"),
}


def room_name(name: str, language: str) -> str:
    """Return a room's name in a language; what is not one of ours is returned as it was typed."""
    msgid = _ROOMS.get(name.replace("_", " ").strip().lower())
    return name if msgid is None else texts(language).gettext(msgid)
