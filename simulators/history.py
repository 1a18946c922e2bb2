"""The past of a simulated home, as the batches of events that its edge agent would have sent.

Pure: the caller says until when. The same home, days and seed give the same stream with the same numbers,
so that sending it a second time changes nothing at the hub.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from models.contract import VERSION
from models.contract.messages import MAX_EVENTS, Batch, Device, Devices, Event
from models.contract.topics import Address
from simulators.home.plan import Plan
from simulators.home.resident import Act, day
from simulators.home.sensors import Sensors, live_through


def stream_of(plan: Plan, address: Address, seed: int, first: date, until: int) -> str:
    """Return the name of the stream: another home, seed or span is another stream."""
    told = f"{plan.id}/{address.base}/{seed}/{first}/{until}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def events(plan: Plan, seed: int, first: date, until: int) -> Iterator[Event]:
    """Yield what happened from local midnight of `first` up to the instant `until` (ms), oldest first."""
    begin = round(datetime.combine(first, time(), plan.timezone).timestamp() * 1000)
    sensors = Sensors(plan, seed, begin)
    seq = 0
    for report in live_through(sensors, _acts(plan, seed, first, until), until):
        if report.event is None or report.at > until:
            continue
        seq += 1
        kind, value = report.event
        yield Event(
            seq=seq,
            at=report.at,
            mono=report.at - begin,
            device=report.sensor.ieee,
            kind=kind,
            value=value,
            historic=True,
        )


def batches(plan: Plan, address: Address, seed: int, first: date, until: int) -> Iterator[Batch]:
    """Yield all events in batches, as full as the contract allows."""
    stream = stream_of(plan, address, seed, first, until)
    waiting: list[Event] = []
    for event in events(plan, seed, first, until):
        waiting.append(event)
        if len(waiting) == MAX_EVENTS:
            yield _batch(stream, waiting, until)
            waiting = []
    if waiting:
        yield _batch(stream, waiting, until)


def catalogue(plan: Plan) -> Devices:
    """Return the devices of the home as its edge agent would tell them to the hub."""
    sensors = Sensors(plan, 0, 0)
    names = {room.id: room.name.zh for room in plan.rooms}
    return Devices(
        v=VERSION,
        devices=[
            Device(
                id=device.sensor.ieee,
                vendor=device.vendor,
                model=device.model,
                name=device.sensor.friendly_name,
                room=names[device.sensor.room],
                kinds=sorted(device.tells),
                heartbeat_s=device.heartbeat_s,
                outer_door=device.sensor.outer_door,
                battery_powered=device.power_source == "Battery",
            )
            for device in sensors.devices
        ],
    )


def _batch(stream: str, waiting: list[Event], sent_at: int) -> Batch:
    return Batch(v=VERSION, boot=stream, stream=stream, sent_at=sent_at, events=waiting)


def _acts(plan: Plan, seed: int, first: date, until: int) -> Iterator[Act]:
    on = first
    while True:
        for act in day(seed, on, plan):
            if act.at > until:
                return
            yield act
        on += timedelta(days=1)
