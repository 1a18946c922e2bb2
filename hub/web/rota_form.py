"""The form of a week's shifts and rotations: kept as it was typed, and as a week where it can be one.

Pure. A field is called `s0-from` (shift 0) or `t0-anchor` (turns 0). What a rota may say is judged by
`escalation.rota_checks`; here only what cannot be read is refused, beside its field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hub.escalation.rota_document import DAYS
from hub.escalation.rota_file import RotationRow, ShiftRow, Week
from hub.language import N_
from models.detection.finding import Reason

Posted = Mapping[str, Sequence[str]]  #: a form: every field with all its values
MOST: Final = 30  #: shifts, and rotations, of one form
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z")


@dataclass(slots=True)
class ShiftFields:
    """One shift, as it was typed."""

    name: str = ""
    days: list[str] = field(default_factory=lambda: list(DAYS))
    since: str = "08:00"
    until: str = "20:00"
    contacts: list[str] = field(default_factory=list)
    rotation: str = ""


@dataclass(slots=True)
class TurnFields:
    """One rotation, as it was typed."""

    name: str = ""
    participants: list[str] = field(default_factory=list)
    length: str = "1"
    unit: str = "week"
    anchor: str = ""
    hand_over: str = "08:00"


@dataclass(slots=True)
class WeekFields:
    """The whole form, as it was typed."""

    shifts: list[ShiftFields] = field(default_factory=list)
    turns: list[TurnFields] = field(default_factory=list)


def fields_of(week: Week | None) -> WeekFields:
    """Return the form of a week; of none, one shift to begin with."""
    if week is None:
        return WeekFields(shifts=[ShiftFields()])
    return WeekFields(
        shifts=[
            ShiftFields(row.name, list(row.days), row.since, row.until, list(row.contacts), row.rotation)
            for row in week.shifts
        ],
        turns=[
            TurnFields(
                row.name, list(row.participants), str(row.length), row.unit, row.anchor.isoformat(),
                row.hand_over,
            )
            for row in week.rotations
        ],
    )  # fmt: skip


def typed(posted: Posted) -> WeekFields:
    """Return what a form says, as it was typed."""
    numbers: dict[str, set[int]] = {"s": set(), "t": set()}
    for name in posted:
        found = re.match(r"([st])(\d{1,2})-[a-z]+\Z", name)
        if found:
            numbers[found[1]].add(int(found[2]))
    return WeekFields(
        shifts=[
            ShiftFields(
                name=_one(posted, f"s{n}-name"),
                days=[day for day in DAYS if day in posted.get(f"s{n}-day", ())],
                since=_one(posted, f"s{n}-from"),
                until=_one(posted, f"s{n}-until"),
                contacts=[one[:64] for one in posted.get(f"s{n}-contact", ()) if one],
                rotation=_one(posted, f"s{n}-rotation"),
            )
            for n in sorted(numbers["s"])[:MOST]
        ],
        turns=[
            TurnFields(
                name=_one(posted, f"t{n}-name"),
                participants=[one[:64] for one in posted.get(f"t{n}-who", ()) if one],
                length=_one(posted, f"t{n}-length"),
                unit=_one(posted, f"t{n}-unit"),
                anchor=_one(posted, f"t{n}-anchor"),
                hand_over=_one(posted, f"t{n}-handover"),
            )
            for n in sorted(numbers["t"])[:MOST]
        ],
    )


def changed(fields: WeekFields, act: str, today: date) -> None:
    """Carry out a button that changes the form: `add-s`, `add-t`, `drop-s0`, `drop-t0`."""
    if act == "add-s" and len(fields.shifts) < MOST:
        fields.shifts.append(ShiftFields(since="20:00", until="08:00"))
    elif act == "add-t" and len(fields.turns) < MOST:
        fields.turns.append(TurnFields(anchor=today.isoformat()))
    elif found := re.match(r"drop-([st])(\d{1,2})\Z", act):
        rows: list[ShiftFields] | list[TurnFields] = fields.shifts if found[1] == "s" else fields.turns
        if int(found[2]) < len(rows):
            del rows[int(found[2])]


def week(fields: WeekFields) -> tuple[Week, dict[str, Reason]]:
    """Return the week that a form says, as far as it can be read, and what cannot be, by its field."""
    wrong: dict[str, Reason] = {}
    shifts = []
    for n, row in enumerate(fields.shifts):
        since = _clock(row.since, f"s{n}-from", wrong)
        until = row.until if row.until == "24:00" else _clock(row.until, f"s{n}-until", wrong)
        if not row.days:
            wrong[f"s{n}-day"] = Reason(N_("Choose at least one day."))
        if not row.contacts and not row.rotation:
            wrong[f"s{n}-contact"] = Reason(N_("Choose somebody, or people who take turns."))
        if row.rotation and row.rotation not in [turn.name.strip() for turn in fields.turns]:
            wrong[f"s{n}-rotation"] = Reason(N_("There are no turns of this name any more."))
        shifts.append(
            ShiftRow.model_validate(
                {
                    "name": row.name.strip(),
                    "days": row.days or list(DAYS),
                    "from": since,
                    "until": until,
                    "contacts": row.contacts,
                    "rotation": row.rotation,
                }
            )
        )
    return Week(shifts=shifts, rotations=_rotations(fields.turns, wrong)), wrong


def _rotations(turns: Sequence[TurnFields], wrong: dict[str, Reason]) -> list[RotationRow]:
    rows = []
    for n, row in enumerate(turns):
        if not row.name.strip():
            wrong[f"t{n}-name"] = Reason(N_("Give the turns a name, such as: nights."))
        if not row.participants:
            wrong[f"t{n}-who"] = Reason(N_("Choose who takes turns, in their order."))
        if not re.fullmatch(r"[0-9]{1,3}", row.length.strip()) or not 1 <= int(row.length) <= 366:
            wrong[f"t{n}-length"] = Reason(
                N_("A whole number from {least} to {most}."), {"least": 1, "most": 366}
            )
        try:
            anchor = date.fromisoformat(row.anchor)
        except ValueError:
            wrong[f"t{n}-anchor"] = Reason(N_("Choose the day on which the first one begins."))
            anchor = date(2026, 1, 5)
        rows.append(
            RotationRow(
                name=row.name.strip() or "-",
                participants=row.participants or ["-"],
                length=1 if f"t{n}-length" in wrong else int(row.length),
                unit="day" if row.unit == "day" else "week",
                anchor=anchor,
                hand_over=_clock(row.hand_over, f"t{n}-handover", wrong),
            )
        )
    return rows


def _clock(text: str, name: str, wrong: dict[str, Reason]) -> str:
    if _CLOCK.match(text):
        return text
    wrong[name] = Reason(N_("Write a time like 21:30."))
    return "00:00"


def _one(posted: Posted, name: str) -> str:
    kept = (posted.get(name) or [""])[0][:100]
    return re.sub(r"[\x00-\x1f]", " ", kept)
