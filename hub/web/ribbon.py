"""One day of a home as a ribbon for every room: when something moved, and when we cannot know.

Pure: events, devices and spans of silence in, positions in minutes from the day's beginning out. White means
that the sensor worked and saw nobody; hatched means that nobody can say. They are never confused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from models.contract.measurements import PRESENCE

BIN: Final = 5  #: minutes; a movement is drawn as wide as this
LONG_OPEN: Final = 5  #: minutes after which an open door is drawn as a span
LONGEST_MOVE: Final = 120  #: minutes: a movement whose end was lost is not drawn for longer
#: A home that says nothing at all for so long was not heard of; a quiet night is shorter.
GAP: Final = timedelta(hours=12)
NIGHT: Final = (22, 6)
#: Order of daily life; rooms that are not named here follow by name.
ROOMS: Final = ("bedroom", "second bedroom", "bathroom", "toilet", "kitchen", "dining room", "living room")
LAST_ROOMS: Final = ("balcony", "corridor", "hall", "entrance", "front door", "")
#: Sorts of events that are drawn; others only show that the home was heard of.
DRAWN: Final = PRESENCE | {"bed"}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A span in which nothing was heard of the whole home, or of one device."""

    start: datetime
    end: datetime
    device: str | None = None


@dataclass(slots=True, kw_only=True)
class Row:
    """One room. All spans are minutes from the day's beginning, `[a, b)`, in order."""

    room: str
    moves: list[Span] = field(default_factory=list)
    doors: list[int] = field(default_factory=list)
    open_doors: list[Span] = field(default_factory=list)
    in_bed: list[Span] = field(default_factory=list)
    unknown: list[Span] = field(default_factory=list)

    def in_numbers(self, minutes: int, passed: int) -> list[str]:
        """Return for how many minutes of each hour something moved, in a day of which `passed` are over.

        `·` is said only of an hour that was heard throughout: `?` where nothing moved and a part of it is
        unknown, and nothing at all of an hour that is still to come.
        """
        return [
            "" if a >= passed else str(_shared(self.moves, a) or ("?" if _shared(self.unknown, a) else "·"))
            for a in range(0, minutes, 60)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """A day, ready to be drawn."""

    minutes: int  #: 1440, but for the days on which clocks change
    rows: list[Row]
    nights: list[Span]
    hours: list[tuple[int, int]]  #: minute and hour on the wall
    now: int | None  #: where the present is, on the present day
    passed: int  #: minutes of the day that are over: all of a day that is past, none of one to come
    alerts: list[tuple[int, dict[str, Any]]]

    @property
    def is_known(self) -> bool:
        """Whether anything at all is known of this day."""
        return any(row.unknown != [(0, self.minutes)] for row in self.rows)


def build(
    *,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    devices: Sequence[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    silences: Iterable[Silence],
    alerts: Iterable[dict[str, Any]],
    now: datetime,
) -> Ribbon:
    """Return the ribbon of the day from `start` to `end`; `events` in order, and may begin before it."""
    day = _Day(start, end)
    rooms: dict[str, str] = {device["id"]: device["room"] for device in devices if device["placed"]}
    drawn = {d["id"] for d in devices if d["placed"] and DRAWN & set(d["kinds"])}
    events = list(events)
    for event in events:
        if event["device"] not in rooms:
            rooms[event["device"]] = ""
        if event["kind"] in DRAWN:
            drawn.add(event["device"])
    names = sorted({rooms[device] for device in drawn}, key=_order)
    rows = {name: Row(room=name) for name in names}
    _draw(rows, rooms, events, day, now)
    _hatch(rows, rooms, drawn, silences, day)
    hours = [
        (minute, local.hour)
        for minute in range(0, day.minutes + 1, 60)
        for local in [(start + timedelta(minutes=minute)).astimezone(zone)]
    ]
    return Ribbon(
        minutes=day.minutes,
        rows=list(rows.values()),
        nights=_spans(
            [
                NIGHT[0] <= (start + timedelta(minutes=m)).astimezone(zone).hour
                or (start + timedelta(minutes=m)).astimezone(zone).hour < NIGHT[1]
                for m in range(0, day.minutes, 15)
            ],
            step=15,
        ),
        hours=hours,
        now=day.minute(now) if start <= now < end else None,
        passed=day.minute(now),
        alerts=[(day.minute(a["occurred_at"]), a) for a in alerts if start <= a["occurred_at"] < end],
    )


@dataclass(frozen=True, slots=True)
class _Day:
    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)

    def minute(self, at: datetime) -> int:
        return max(0, min(self.minutes, int((at - self.start).total_seconds() // 60)))


def _draw(
    rows: dict[str, Row],
    rooms: Mapping[str, str],
    events: Iterable[Mapping[str, Any]],
    day: _Day,
    now: datetime,
) -> None:
    moved = {name: bytearray(day.minutes) for name in rows}
    since: dict[tuple[str, str], datetime] = {}
    for event in events:
        kind, at, value = event["kind"], event["occurred_at"], event["value"]
        row = rows.get(rooms[event["device"]])
        if row is None or kind not in DRAWN or value is None:
            continue
        key = (event["device"], kind)
        if value > 0:
            since.setdefault(key, at)
            if kind == "contact" and day.start <= at:
                row.doors.append(day.minute(at))
            elif kind != "bed" and day.start <= at:
                a = day.minute(at) // BIN * BIN
                moved[row.room][a : a + BIN] = b"\x01" * len(moved[row.room][a : a + BIN])
            continue
        began = since.pop(key, None)
        if began is not None:
            _end(row, moved[row.room], kind, day.minute(began), day.minute(at))
    for (device, kind), began in since.items():
        if kind in ("bed", "contact"):
            _end(rows[rooms[device]], moved[rooms[device]], kind, day.minute(began), day.minute(now))
    for row in rows.values():
        row.moves = _spans(moved[row.room])


def _end(row: Row, moved: bytearray, kind: str, a: int, b: int) -> None:
    """Something that lasted from `a` to `b` is over (or still lasts, at `b`)."""
    if b <= a:
        return
    if kind == "bed":
        row.in_bed.append((a, b))
    elif kind == "contact":
        if b - a >= LONG_OPEN:
            row.open_doors.append((a, b))
    elif b - a <= LONGEST_MOVE:
        moved[a:b] = b"\x01" * (b - a)


def _hatch(
    rows: dict[str, Row],
    rooms: Mapping[str, str],
    drawn: set[str],
    silences: Iterable[Silence],
    day: _Day,
) -> None:
    """A room is unknown while none of its sensors could be heard of."""
    silent = {device: bytearray(day.minutes) for device in drawn}
    for silence in silences:
        a, b = day.minute(silence.start), day.minute(silence.end)
        for device in silent if silence.device is None else {silence.device} & drawn:
            silent[device][a:b] = b"\x01" * (b - a)
    for row in rows.values():
        mine = [minutes for device, minutes in silent.items() if rooms[device] == row.room]
        row.unknown = _spans([all(minutes) for minutes in zip(*mine, strict=True)])


def gaps(heard: Sequence[datetime], start: datetime, end: datetime) -> list[Silence]:
    """Return the spans between two signs of life that are too long to be a quiet night.

    `heard` is in order and reaches beyond both ends of the day where there is anything; before the first and
    after the last sign of life nothing is known.
    """
    if not heard:
        return [Silence(start=start, end=end)]
    found = [Silence(start=a, end=b) for a, b in pairwise(heard) if b - a > GAP]
    if heard[0] > start:
        found.append(Silence(start=start, end=heard[0]))
    if heard[-1] < end:
        found.append(Silence(start=heard[-1], end=end))
    return found


def _shared(spans: Iterable[Span], hour: int) -> int:
    """Return how many minutes of the hour that begins at the minute `hour` lie within spans."""
    return sum(max(0, min(b, hour + 60) - max(a, hour)) for a, b in spans)


def _spans(flags: Sequence[int] | Sequence[bool], step: int = 1) -> list[Span]:
    """Return where flags are set, as spans."""
    found: list[Span] = []
    began: int | None = None
    for n, flag in enumerate([*flags, False]):
        if flag and began is None:
            began = n
        elif not flag and began is not None:
            found.append((began * step, n * step))
            began = None
    return found


def _order(room: str) -> tuple[int, int, str]:
    name = room.replace("_", " ").lower()
    if name in ROOMS:
        return 0, ROOMS.index(name), room
    if name in LAST_ROOMS:
        return 2, LAST_ROOMS.index(name), room
    return 1, 0, room
