"""What the fixed rules say of a real home: 30 days of one resident (CASAS HH103), an ordinary life.

Nothing bad happened there, so whatever is raised is a false alarm: the figures are what the fixed rules cost.
One home of a month cannot prove a rate; it can show that nothing is far off.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.contract.messages import Event
from models.detection.finding import Finding
from models.detection.profile import DeviceProfile, HomeProfile
from models.detection.replay import Said, replay

ZONE = "America/Los_Angeles"
HOUR, DAY = 3_600_000, 24 * 3_600_000
ROOMS = {
    "Bathroom": "bathroom",
    "Bedroom": "bedroom",
    "Kitchen": "kitchen",
    "LivingRoom": "living room",
    "LoungeChair": "living room",
    "OutsideDoor": "entrance",
    "WorkArea": "study",
}


def home() -> HomeProfile:
    devices = {
        ("pi", name.lower()): DeviceProfile(room=room, kinds=frozenset({"motion"}))
        for name, room in ROOMS.items()
    }
    door = DeviceProfile(room="entrance", kinds=frozenset({"contact"}), outer_door=True)
    return HomeProfile(id="hh103", zone=ZONE, devices=devices | {("pi", "front-door"): door})


def recording(path: Path) -> Iterator[Event]:
    """Every row as an event; the door's OPEN and CLOSE are a contact beside the motion sensor there."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            at = datetime.fromisoformat(row["time"]).replace(tzinfo=ZoneInfo(ZONE))
            contact = row["value"] in ("OPEN", "CLOSE")
            yield Event(
                seq=number,
                at=round(at.timestamp() * 1000),
                mono=0,
                device="front-door" if contact else row["sensor"].lower(),
                kind="contact" if contact else "motion",
                value=float(row["value"] in ("ON", "OPEN")),
                historic=True,
            )


@pytest.fixture(scope="module")
def events(shared: Path) -> list[Event]:
    """The whole recording, in order."""
    return sorted(
        recording(shared / "datasets" / "casas-hh103" / "events.csv.gz"), key=lambda event: event.at
    )


def said(events: list[Event], until: int | None = None) -> list[Said]:
    """What the fixed rules say of these events."""
    last = events[-1].at + 1 if until is None else until
    return list(replay(home(), (("pi", event) for event in events), events[0].at, last))


def raised(spoken: list[Said]) -> list[tuple[int, Finding]]:
    return [(at, one) for at, one in spoken if isinstance(one, Finding)]


def test_the_whole_recording_is_read(events: list[Event]) -> None:
    assert len(events) == 61_578
    assert (events[-1].at - events[0].at) // DAY == 29


def test_an_ordinary_month_costs_few_false_alarms(events: list[Event]) -> None:
    counts = Counter(finding.risk for _, finding in raised(said(events)))
    assert set(counts) <= {"inactivity", "door_open", "night_exit"}
    assert counts["inactivity"] == 0
    assert counts.total() <= 2


def test_whoever_lies_on_the_floor_from_some_moment_on_is_found(events: list[Event]) -> None:
    """Every six hours of two weeks somebody collapses: all events after that are taken away."""
    delays = []
    for number in range(56):
        collapse = events[0].at + 7 * DAY + number * 6 * HOUR + HOUR
        before = [event for event in events if event.at < collapse]
        found = [
            at - collapse
            for at, finding in raised(said(before[-4000:], collapse + 20 * HOUR))
            if finding.risk == "inactivity" and at >= collapse
        ]
        delays.append(found[0] if found else 99 * HOUR)
    delays.sort()
    # All within twelve hours; by day and not mistaken for out within four, which is what these rules can do.
    assert delays[-1] <= 12 * HOUR
    assert delays[len(delays) // 4] <= 4 * HOUR
