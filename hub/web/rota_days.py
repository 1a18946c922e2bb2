"""Two weeks of duty as a picture: one row a day, a block for each person's hours, a hole where nobody is.

Pure. A day is as wide as any other, however many hours it has; positions are thousandths of its width.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from hub.escalation.rota import Duty
from hub.web.moments import bounds, clock, day_of

COLOURS: Final = 8
WIDE_LETTER, NARROW_LETTER = 16.0, 8.5  #: of a text of 16 pixels, in pixels: 汉 and a


@dataclass(frozen=True, slots=True)
class Block:
    """One person's hours on one day, or nobody's."""

    x: float
    width: float
    lane: int  #: who is on duty together stands one above the other
    lanes: int
    contact: str | None
    name: str
    colour: int
    hours: str  #: 08:00–20:00

    def label(self, pixels: float) -> str:
        """Return as much of the name as a day of this many pixels leaves room for; perhaps nothing."""
        room = self.width * pixels / 1000 - 8
        if _breadth(self.name) <= room:
            return self.name
        first = self.name[:1] if not self.name.isascii() else "".join(w[:1] for w in self.name.split())[:2]
        return first if _breadth(first) <= room else ""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the rota."""

    day: date
    hours: float  #: 24, but for two days of some zones' year
    blocks: tuple[Block, ...]
    now: float | None = None
    told: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())  #: hours and names, for readers


def days_of(
    duties: Sequence[Duty], names: Mapping[str, str], first: date, n: int, zone: str, now: datetime
) -> tuple[DayRow, ...]:
    """Return `n` days from `first` on, as `duties` fill them; who is a stranger goes by their id."""
    order = list(names)
    rows = []
    for day in (first + timedelta(days=each) for each in range(n)):
        since, until = bounds(day, zone)
        length = (until - since) / timedelta(milliseconds=1)

        def x(at: datetime, since: datetime = since, length: float = length) -> float:
            return (at - since) / timedelta(milliseconds=1) / length * 1000

        blocks, told = [], []
        for duty in duties:
            begin, end = max(duty.since, since), min(duty.until, until)
            if begin >= end:
                continue
            hours = f"{clock(begin, zone)}–{'24:00' if end == until else clock(end, zone)}"
            who: Iterable[str | None] = duty.contacts or (None,)
            told.append((hours, tuple(names.get(contact, contact) for contact in duty.contacts)))
            blocks += [
                Block(
                    x=x(begin),
                    width=x(end) - x(begin),
                    lane=lane,
                    lanes=max(1, len(duty.contacts)),
                    contact=contact,
                    name=names.get(contact, contact) if contact else "",
                    colour=order.index(contact) % COLOURS if contact is not None and contact in names else 0,
                    hours=hours,
                )
                for lane, contact in enumerate(who)
            ]
        rows.append(
            DayRow(
                day=day,
                hours=length / 3_600_000,
                blocks=tuple(blocks),
                now=x(now) if day_of(now, zone) == day else None,
                told=tuple(told),
            )
        )
    return tuple(rows)


def colours_of(names: Mapping[str, str], duties: Iterable[Duty]) -> list[tuple[str, int]]:
    """Return who is in the picture, with their colour: its legend."""
    seen = {contact for duty in duties for contact in duty.contacts}
    return [(name, n % COLOURS) for n, (contact, name) in enumerate(names.items()) if contact in seen]


def _breadth(text: str) -> float:
    return sum(WIDE_LETTER if ord(letter) > 0x2E80 else NARROW_LETTER for letter in text)
