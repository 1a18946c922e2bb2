"""What a rota may not say, and which changes of it cannot be made: each in a sentence.

Pure. Sentences are English msgids with places, as the reasons of detectors are; people are called by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import available_timezones

from hub.escalation.rota import on_duty, turns
from hub.escalation.rota_document import Change, Half, Override, Rota, Swap, people_of
from hub.language import N_
from models.detection.finding import Reason, Value

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
LONGEST: Final = timedelta(days=366)  #: of one override


def wrong_in(rota: Rota, names: Mapping[str, str]) -> tuple[Reason, ...]:
    """Return everything that a document may not say; `names` are the organisation's contacts by id."""
    return tuple(_wrong(rota, names))


def refusal(rota: Rota, change: Change, now: datetime, names: Mapping[str, str]) -> Reason | None:
    """Return why a change cannot be made of a rota as it stands, or None where it can."""
    if isinstance(change, Override):
        return _span(change.since, change.until, now) or _of_override(rota, change, names)
    for half in (change.first, change.second):
        if wrong := _span(half.since, half.until, now):
            return wrong
    return _of_swap(rota, change, names)


def half_of(rota: Rota, contact: str, at: datetime, now: datetime) -> Half | None:
    """Return a person's duty on the occasion that holds an instant, as far as it is still to come."""
    if not EARLIEST <= at < LATEST:
        return None
    for turn in turns(rota, at - timedelta(days=2), at + timedelta(days=2)):
        if turn.contact == contact and turn.since <= at < turn.until and turn.until > now:
            return Half(contact=contact, since=max(turn.since, now), until=turn.until)
    return None


def without_the_past(rota: Rota, now: datetime) -> tuple[Change, ...]:
    """Return the changes that still matter, or did within the last month; older ones are in the versions."""
    return tuple(change for change in rota.changes if _ends(change) > now - timedelta(days=31))


def _ends(change: Change) -> datetime:
    return change.until if isinstance(change, Override) else max(change.first.until, change.second.until)


def _wrong(rota: Rota, names: Mapping[str, str]) -> Iterator[Reason]:
    if rota.zone not in available_timezones():
        yield Reason(N_('"{zone}" is no time zone. Write it as Asia/Shanghai.'), {"zone": rota.zone})
    for contact in sorted(people_of(rota) - set(names)):
        yield Reason(N_('This organisation has no contact "{contact}".'), {"contact": contact})
    known = Counter(rotation.name for rotation in rota.rotations)
    for name, n in known.items():
        if n > 1:
            yield Reason(N_('Two rotations are called "{rotation}".'), {"rotation": name})
    for rotation in rota.rotations:
        if not EARLIEST.date() <= rotation.anchor < LATEST.date():
            yield Reason(
                N_('The rotation "{rotation}" begins on a day that cannot be right.'),
                {"rotation": rotation.name},
            )
    for n, shift in enumerate(rota.shifts, start=1):
        told: dict[str, Value] = {"shift": shift.name or f"{n}. {shift.since}–{shift.until}"}
        if shift.rotation and shift.rotation not in known:
            yield Reason(
                N_('The shift "{shift}" names a rotation that does not exist: "{rotation}".'),
                told | {"rotation": shift.rotation},
            )
        if not shift.rotation and not shift.contacts:
            yield Reason(N_('The shift "{shift}" has nobody. Name contacts or a rotation.'), told)
    if len({change.id for change in rota.changes}) != len(rota.changes):
        yield Reason(N_("Two changes have the same id."), {})
    for change in rota.changes:
        spans = [change] if isinstance(change, Override) else [change.first, change.second]
        if any(not EARLIEST <= span.since < span.until < LATEST for span in spans):
            yield Reason(N_("A change of the rota ends before it begins."), {})
        if isinstance(change, Override) and not change.on and not change.off:
            yield Reason(N_("Say who is put on duty, who is taken off it, or both."), {})


def _span(since: datetime, until: datetime, now: datetime) -> Reason | None:
    if not EARLIEST <= since < LATEST or not EARLIEST <= until < LATEST:
        return Reason(N_("This time cannot be right."), {})
    if since >= until:
        return Reason(N_("It ends before it begins."), {})
    if until <= now:
        return Reason(N_("This is over: what was cannot be changed."), {})
    if until - since > LONGEST:
        return Reason(N_("This is longer than a year. Change the weekly shifts instead."), {})
    return None


def _of_override(rota: Rota, change: Override, names: Mapping[str, str]) -> Reason | None:
    for contact in (change.on, change.off):
        if contact and contact not in names:
            return Reason(N_('This organisation has no contact "{contact}".'), {"contact": contact})
    if not change.on and not change.off:
        return Reason(N_("Say who is put on duty, who is taken off it, or both."), {})
    if change.on == change.off:
        return Reason(N_("Nobody can stand in for themselves."), {})
    duties = on_duty(rota, change.since, change.until)
    if change.off and not any(change.off in duty.contacts for duty in duties):
        return Reason(N_("{contact} has no duty then."), {"contact": names[change.off]})
    return None


def _of_swap(rota: Rota, change: Swap, names: Mapping[str, str]) -> Reason | None:
    first, second = change.first, change.second
    for half in (first, second):
        if half.contact not in names:
            return Reason(N_('This organisation has no contact "{contact}".'), {"contact": half.contact})
    if first.contact == second.contact:
        return Reason(N_("Nobody can swap with themselves."), {})
    for half, other in ((first, second), (second, first)):
        duties = on_duty(rota, half.since, half.until)
        if not all(half.contact in duty.contacts for duty in duties):
            return Reason(N_("{contact} has no duty then."), {"contact": names[half.contact]})
        if any(other.contact in duty.contacts for duty in duties):
            return Reason(
                N_("{contact} has duty then as well: nobody can have two."), {"contact": names[other.contact]}
            )
    return None
