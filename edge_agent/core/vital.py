"""Whether a sensor is heard and has power left, by its latest signs of life. Pure; instants are UTC in ms."""

from __future__ import annotations

from typing import Final

from models.contract.messages import Device, DeviceHealth

LOW_BATTERY: Final = 15.0  #: per cent
MISSED: Final = 3  #: heartbeats; then a sensor is silent


def is_silent(device: Device, vitals: DeviceHealth, now: int) -> bool:
    """Whether a sensor that was heard once is not heard any more."""
    if vitals.available is False:
        return True
    if vitals.last_seen_at is None or device.heartbeat_s is None:
        return False
    return now - vitals.last_seen_at > MISSED * device.heartbeat_s * 1000


def is_low(vitals: DeviceHealth) -> bool:
    """Whether a sensor needs a new battery soon."""
    return bool(vitals.battery_low) or (vitals.battery is not None and vitals.battery < LOW_BATTERY)
