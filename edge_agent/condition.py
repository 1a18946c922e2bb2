"""How this agent does, put together: the health report for the hub, and the file for `anju-agent doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent import machine, status
from edge_agent.desired import Desired
from edge_agent.inbox import Inbox
from edge_agent.intake import Intake
from edge_agent.lanes import Lanes
from edge_agent.mqtt import Link
from edge_agent.settings import Settings
from edge_agent.uplink import Uplink
from models.contract import VERSION
from models.contract.messages import Devices, Health

if TYPE_CHECKING:
    from edge_agent.core.fall_watch import FallWatch

BRIDGE_MS = 60_000  #: nothing is said of a bridge before there was time to ask


class Condition:
    """Used by the agent's one thread; the links are those of the moment."""

    def __init__(
        self,
        settings: Settings,
        lanes: Lanes,
        inbox: Inbox,
        intake: Intake,
        falls: FallWatch | None,
        uplink: Uplink,
        desired: Desired,
    ) -> None:
        self._settings = settings
        self._folder = Path(settings.data_dir)
        self._lanes = lanes
        self._inbox = inbox
        self._intake = intake
        self._falls = falls
        self._uplink = uplink
        self._desired = desired
        self._since = machine.mono_ms()
        #: Wearables that nobody watches, because what is needed for it is not installed.
        self._unwatched = {
            device: "unreadable"
            for device, placed in settings.devices.items()
            if placed.position and not falls
        }

    def health(self, now: int, mono: int, sensors: Link) -> Health:
        """Return the report for the hub."""
        outboxes = [lane.outbox for lane in self._lanes]
        oldest_at = min((at for box in outboxes if (at := box.oldest_at()) is not None), default=None)
        return Health(
            v=VERSION,
            at=now,
            uptime_s=round((mono - self._since) / 1000, 1),
            outbox=sum(box.depth for box in outboxes),
            clock=self._uplink.clock,
            oldest_s=None if oldest_at is None else max(0.0, (now - oldest_at) / 1000),
            dropped=sum(box.dropped for box in outboxes) + self._inbox.refused,
            rejected=self._intake.rejected + self._uplink.rejected,
            set_aside=sum(lane.sending.set_aside for lane in self._lanes),
            disk=self._lanes.failing,
            disk_free_mb=machine.disk_free_mb(self._folder),
            temperature_c=machine.temperature_c(),
            bridge=self._bridge(mono, sensors),
            blind=dict(self._falls.blind(mono)) if self._falls is not None else self._unwatched,
            devices=self._intake.health(),
        )

    def devices(self) -> Devices:
        """Return the catalogue of the home."""
        placed, unplaced = self._intake.devices()
        return Devices(v=VERSION, devices=placed, unplaced=unplaced)

    def write(self, now: int, mono: int, hub: Link, sensors: Link) -> None:
        """Leave the file for `anju-agent doctor`."""
        links = {
            link.name: "" if link.connected else link.reason or "no connection" for link in (hub, sensors)
        }
        status.write(
            status.Status(
                at=now,
                mono=mono,
                home=self._settings.home,
                edge=self._settings.edge,
                met=self._uplink.met,
                health=self.health(now, mono, sensors),
                devices=self.devices(),
                config_version=self._desired.version,
                config_note=self._desired.note,
                **links,
            ),
            self._folder,
        )

    def _bridge(self, mono: int, sensors: Link) -> bool | None:
        """Whether the sensors' bridge works; nothing is said of it before there was time to ask."""
        if sensors.connected:
            return self._intake.bridge()
        return None if mono - self._since < BRIDGE_MS else False
