"""Who is on duty when: an organisation's rota, as instants.

Pure: no clock, no database. Shifts are told in the wall time of one zone and counted in instants: a night
from 22:00 to 06:00 lasts 7 or 9 hours where the clocks change, and the shifts around it still touch
(`rota_times`). An organisation without a rota is no business of this file: there everybody is on duty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from hub.escalation.policy import Shift
from hub.escalation.rota_document import DAYS, Change, Override, Rota, Rotation, Swap
from hub.escalation.rota_times import instant_of


class Duty(Struct, frozen=True):
    """Who is on duty from when until when; nobody in a gap."""

    since: datetime
    until: datetime
    contacts: tuple[str, ...]


class Turn(Struct, frozen=True):
    """One person's part in one occasion of one shift, as the changes left it."""

    since: datetime
    until: datetime
    contact: str
    shift: str  #: the shift's name


class _Seat(NamedTuple):
    """A place on duty: who has it, and the occasion of which shift it is."""

    contact: str
    occasion: tuple[int, str]  #: the shift's number and day; (-1, id) where an override made the place


def on_duty(rota: Rota, since: datetime, until: datetime, absent: Collection[str] = ()) -> tuple[Duty, ...]:
    """Return who is on duty from `since` until `until`, the whole of it in order, without gap or overlap.

    Instants are UTC. Nobody of `absent` covers anything. Neighbours with the same people are one.
    """
    found: list[Duty] = []
    for begin, end, seats in _segments(rota, since, until):
        contacts = tuple(dict.fromkeys(seat.contact for seat in seats if seat.contact not in absent))
        if found and found[-1].contacts == contacts:
            found[-1] = Duty(found[-1].since, end, contacts)
        else:
            found.append(Duty(begin, end, contacts))
    return tuple(found)


def gaps(rota: Rota, since: datetime, until: datetime, absent: Collection[str] = ()) -> tuple[Shift, ...]:
    """Return when nobody is on duty.

    The nightly pre-flight asks for the next 14 days, so that a gap is warned of before it comes: with
    `rota_store.gaps_of`, which knows who is no longer called (`absent`).
    """
    return tuple(
        Shift(duty.since, duty.until) for duty in on_duty(rota, since, until, absent) if not duty.contacts
    )


def shifts_of(
    rota: Rota, since: datetime, until: datetime, absent: Collection[str] = ()
) -> dict[str, tuple[Shift, ...]]:
    """Return when each person is on duty; who never is has no entry."""
    found: dict[str, list[Shift]] = {}
    for duty in on_duty(rota, since, until, absent):
        for contact in duty.contacts:
            own = found.setdefault(contact, [])
            if own and own[-1].until == duty.since:
                own[-1] = Shift(own[-1].since, duty.until)
            else:
                own.append(Shift(duty.since, duty.until))
    return {contact: tuple(own) for contact, own in found.items()}


def turns(rota: Rota, since: datetime, until: datetime) -> tuple[Turn, ...]:
    """Return every occasion on which somebody has duty, in order: what can be swapped."""
    running: dict[_Seat, tuple[datetime, datetime]] = {}
    done: list[tuple[datetime, datetime, _Seat]] = []
    for begin, end, seats in _segments(rota, since, until):
        for seat in dict.fromkeys(seats):
            known = running.get(seat)
            if known and known[1] == begin:
                running[seat] = (known[0], end)
            else:
                if known:
                    done.append((*known, seat))
                running[seat] = (begin, end)
    done += [(*span, seat) for seat, span in running.items()]
    names = [shift.name for shift in rota.shifts]
    return tuple(
        Turn(begin, end, seat.contact, names[seat.occasion[0]] if seat.occasion[0] >= 0 else "")
        for begin, end, seat in sorted(done, key=lambda each: (each[0], each[1], each[2]))
    )


def _segments(
    rota: Rota, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, list[_Seat]]]:
    """Yield the span in pieces within which nothing changes, each with its places."""
    places = sorted(_places(rota, since, until))
    cuts = {since, until}
    bounds = [span for begin, end, _ in places for span in (begin, end)]
    for change in rota.changes:
        for half in _spans(change):
            bounds += half
    cuts |= {bound for bound in bounds if since < bound < until}
    now: list[tuple[datetime, datetime, _Seat]] = []
    upcoming = 0
    for begin, end in pairwise(sorted(cuts)):
        now = [place for place in now if place[1] > begin]
        while upcoming < len(places) and places[upcoming][0] <= begin:
            if places[upcoming][1] > begin:
                now.append(places[upcoming])
            upcoming += 1
        seats = [seat for _, _, seat in sorted(now, key=lambda place: place[2].occasion[0])]
        for change in rota.changes:
            seats = _changed(seats, change, begin)
        yield begin, end, seats


def _places(rota: Rota, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, _Seat]]:
    """Yield what the week says, before any change."""
    zone = ZoneInfo(rota.zone)
    rotations = {rotation.name: rotation for rotation in rota.rotations}
    first = since.astimezone(zone).date() - timedelta(days=2)
    last = until.astimezone(zone).date() + timedelta(days=1)
    for number, shift in enumerate(rota.shifts):
        over_midnight = timedelta(days=shift.until <= shift.since)
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if DAYS[day.weekday()] not in shift.days:
                continue
            begin = instant_of(day, shift.since, zone)
            end = instant_of(day + over_midnight, shift.until, zone)
            if begin >= end or end <= since or begin >= until:
                continue
            occasion = (number, day.isoformat())
            for contact in shift.contacts:
                yield begin, end, _Seat(contact, occasion)
            if shift.rotation:
                for turn in _turns_of(rotations[shift.rotation], zone, begin, end):
                    yield turn[0], turn[1], _Seat(turn[2], occasion)


def _turns_of(
    rotation: Rotation, zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, str]]:
    """Yield whose turn it is within a span."""
    days = rotation.length * (7 if rotation.unit == "week" else 1)
    n = (since.astimezone(zone).date() - rotation.anchor).days // days - 1
    begin = instant_of(rotation.anchor + timedelta(days=n * days), rotation.hand_over, zone)
    while begin < until:
        n += 1
        end = instant_of(rotation.anchor + timedelta(days=n * days), rotation.hand_over, zone)
        if end > since and begin < end:
            who = rotation.participants[(n - 1) % len(rotation.participants)]
            yield max(begin, since), min(end, until), who
        begin = end


def _spans(change: Change) -> list[tuple[datetime, datetime]]:
    if isinstance(change, Override):
        return [(change.since, change.until)]
    return [(half.since, half.until) for half in (change.first, change.second)]


def _changed(seats: list[_Seat], change: Change, at: datetime) -> list[_Seat]:
    """Return the places at an instant as one change leaves them."""
    if isinstance(change, Swap):
        for half, other in ((change.first, change.second), (change.second, change.first)):
            if half.since <= at < half.until:
                return _replaced(seats, half.contact, other.contact)
        return seats
    if not change.since <= at < change.until:
        return seats
    if change.off:
        return _replaced(seats, change.off, change.on)
    return [*seats, _Seat(change.on, (-1, change.id))]


def _replaced(seats: list[_Seat], off: str, on: str) -> list[_Seat]:
    """Return the places with one person's given to another, or to nobody."""
    changed = [seat._replace(contact=on) if seat.contact == off else seat for seat in seats]
    return [seat for seat in changed if seat.contact]
