"""The duty rota of an organisation as it is written down: weekly shifts, rotations, overrides, swaps.

Pure. Shifts are in wall time; what was changed of them is in instants, in the order in which it was changed:
a later change changes what the earlier ones left. What follows from it is `rota.py`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WallTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
EndTime = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")]
ContactId = Annotated[str, Meta(min_length=1, max_length=64)]
Named = Annotated[str, Meta(min_length=1, max_length=100)]
Note = Annotated[str, Meta(max_length=200)]
Instant = Annotated[datetime, Meta(tz=True)]


class Rotation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People who take turns: the first from the anchor's hand-over on, and so on, before it as well."""

    name: Named
    participants: Annotated[tuple[ContactId, ...], Meta(min_length=1, max_length=100)]
    length: Annotated[int, Meta(ge=1, le=366)] = 1  #: of one turn, in `unit`
    unit: Literal["day", "week"] = "week"
    anchor: date  #: local day on which the first participant's turn begins
    hand_over: WallTime = "08:00"


class WeeklyShift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when until when on these days, and who: people by name, or whoever's turn it is.

    It runs past midnight where it does not end later than it begins; 08:00 to 08:00 is 24 hours. `days` are
    those on which it begins.
    """

    name: Note = ""
    days: Annotated[tuple[Day, ...], Meta(min_length=1, max_length=7)] = DAYS
    since: WallTime = field(name="from")
    until: EndTime
    contacts: Annotated[tuple[ContactId, ...], Meta(max_length=100)] = ()
    rotation: Note = ""


class Override(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="change", tag="override"
):
    """Somebody is put on duty (`on`), taken off it (`off`), or stands in: `on` wherever `off` would be."""

    id: ContactId
    since: Instant = field(name="from")
    until: Instant
    on: Annotated[str, Meta(max_length=64)] = ""
    off: Annotated[str, Meta(max_length=64)] = ""
    note: Note = ""


class Half(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's duty that the other one takes."""

    contact: ContactId
    since: Instant = field(name="from")
    until: Instant


class Swap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="change", tag="swap"):
    """Two people take each other's duty on one occasion each."""

    id: ContactId
    first: Half
    second: Half
    note: Note = ""


Change = Override | Swap


class Rota(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document as it is kept."""

    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "Asia/Shanghai"
    shifts: Annotated[tuple[WeeklyShift, ...], Meta(max_length=200)] = ()
    rotations: Annotated[tuple[Rotation, ...], Meta(max_length=50)] = ()
    changes: Annotated[tuple[Change, ...], Meta(max_length=1000)] = ()


def people_of(rota: Rota) -> set[str]:
    """Return every contact that the document names."""
    named = {contact for shift in rota.shifts for contact in shift.contacts}
    named |= {contact for rotation in rota.rotations for contact in rotation.participants}
    for change in rota.changes:
        if isinstance(change, Override):
            named |= {change.on, change.off} - {""}
        else:
            named |= {change.first.contact, change.second.contact}
    return named
