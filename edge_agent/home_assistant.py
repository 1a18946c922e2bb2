"""What Home Assistant shows of this home: one device with its safety, open alerts, the hub, and every sensor.

Announced by MQTT discovery in its form for a whole device (Home Assistant 2024.11 and newer), retained, and
again whenever Home Assistant says that it has started. It is for looking at and for automations of one's own:
nobody is called by it, and what comes back from Home Assistant is not listened to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from edge_agent import __version__
from edge_agent.core.showing import Safety, Trouble, is_safety
from edge_agent.core.state import Happening
from edge_agent.core.vital import is_low, is_silent
from edge_agent.mqtt import Link, Will
from edge_agent.settings import HomeAssistant as Wanted
from edge_agent.settings import Settings
from models.contract.measurements import MEASUREMENTS
from models.contract.messages import Device, DeviceHealth, Health, OpenAlert
from models.contract.topics import Address

KINDS: Final = tuple(kind for kind in MEASUREMENTS if is_safety(kind))
SEVERITIES: Final = ("advice", "warning", "emergency")

Text = Callable[[str], str]


def home_assistant(settings: Settings, address: Address) -> HomeAssistant | None:
    """Return what speaks to Home Assistant, None where that is not wanted."""
    wanted = settings.home_assistant
    if not wanted.enabled:
        return None
    if wanted.language == "en":
        return HomeAssistant(wanted, address)
    from models.language import translations  # it takes memory: only for who reads Chinese

    return HomeAssistant(wanted, address, translations("edge_agent", wanted.language).gettext)


def withdrawn(settings: Settings, address: Address, link: Link) -> bool:
    """Take back what was announced before it was turned off; return whether the connection took it."""
    return HomeAssistant(settings.home_assistant, address).withdraw(link)


class HomeAssistant:
    """Speaks to Home Assistant over the home's own broker. One thread uses it."""

    def __init__(self, wanted: Wanted, address: Address, text: Text = str) -> None:
        self._text = text
        self._address = address
        self._id = f"anju_{address.home}_{address.edge}"
        self._base = f"anju/home/{address.home}/{address.edge}"
        self._discovery = f"{wanted.prefix}/device/{self._id}/config"
        self.birth = f"{wanted.prefix}/status"  #: where Home Assistant says that it has started
        self._safety = Safety()
        self._alerts: list[OpenAlert] = []
        self._said = b""
        self._announced = b""

    def will(self) -> Will:
        """What the broker says when the agent is gone."""
        return Will(f"{self._base}/availability", b"offline")

    def connected(self) -> None:
        """The broker may have forgotten everything."""
        self._said = self._announced = b""

    def born(self, payload: bytes) -> None:
        """Home Assistant has started or stopped."""
        if payload == b"online":
            self._said = self._announced = b""

    def alerts(self, alerts: Sequence[OpenAlert]) -> None:
        """Take what the hub says of this home's alerts."""
        self._alerts = [alert for alert in alerts if not alert.drill]

    def take(self, link: Link, happening: Happening, room: str) -> bool:
        """Take an event; one that may mean that somebody needs help is told at once.

        Returns whether what is shown has changed.
        """
        if is_safety(happening.kind) and happening.value != 0:
            said = {"event_type": happening.kind, "room": room, "at": _instant(happening.at)}
            link.publish(f"{self._base}/event", _json(said))
        return self._safety.take(happening)

    def tell(self, link: Link, devices: Sequence[Device], health: Health, *, hub: bool, mono: int) -> None:
        """Announce this home and tell how it is, where that has changed since it was last told."""
        shown = [device for device in devices if device.model != "bridge"]
        announced = _json(self._announcement(shown))
        if announced != self._announced and link.publish(self._discovery, announced, retain=True):
            self._announced = announced
            link.publish(f"{self._base}/availability", b"online", retain=True)
        self._safety.forget(mono)
        said = _json(self._state(shown, health, hub))
        if said != self._said and link.publish(f"{self._base}/state", said, retain=True):
            self._said = said

    def leave(self, link: Link) -> None:
        """Say good-bye: the agent stops."""
        link.publish(f"{self._base}/availability", b"offline", retain=True)

    def withdraw(self, link: Link) -> bool:
        """Take everything back: it is no longer wanted. Returns whether the broker's connection took it."""
        topics = (self._discovery, f"{self._base}/availability", f"{self._base}/state")
        taken = [link.publish(topic, b"", retain=True) for topic in topics]
        return all(taken)

    def _announcement(self, devices: Sequence[Device]) -> dict[str, Any]:
        """The discovery message of the whole home."""
        text = self._text
        components = {
            "safety": self._binary(
                "safety",
                text("Safety"),
                "safety",
                "{{ value_json.safety }}",
                "{{ value_json.trouble | tojson }}",
            ),
            "alert": {
                **self._entity("alert", text("Open alert")),
                "platform": "sensor",
                "icon": "mdi:account-alert",
                "value_template": "{{ value_json.alert }}",
                "json_attributes_topic": f"{self._base}/state",
                "json_attributes_template": "{{ value_json.alerts | tojson }}",
            },
            "event": {
                **self._entity("event", text("Call for help")),
                "platform": "event",
                "state_topic": f"{self._base}/event",
                "event_types": list(KINDS),
            },
            "hub": self._binary("hub", text("Hub"), "connectivity", "{{ value_json.hub }}")
            | {"entity_category": "diagnostic"},
            "waiting": {
                **self._entity("waiting", text("Events waiting for the hub")),
                "platform": "sensor",
                "state_class": "measurement",
                "value_template": "{{ value_json.waiting }}",
                "entity_category": "diagnostic",
            },
        }
        for device in devices:
            key = f"device_{device.id.replace('-', '_')}"
            name = " · ".join(part for part in (device.room, device.name or device.id) if part)
            found = f"value_json.devices['{device.id}']"
            components[key] = self._binary(
                key, name, "problem", f"{{{{ {found}.problem }}}}", f"{{{{ {found} | tojson }}}}"
            ) | {"entity_category": "diagnostic"}
        return {
            "device": {
                "identifiers": [self._id],
                "name": text("Anju {home}").format(home=self._address.home),
                "manufacturer": "Anju",
                "model": "edge agent",
                "sw_version": __version__,
            },
            "origin": {"name": "Anju", "sw_version": __version__},
            "availability": [{"topic": f"{self._base}/availability"}],
            "state_topic": f"{self._base}/state",
            "qos": 1,
            "components": components,
        }

    def _entity(self, key: str, name: str) -> dict[str, Any]:
        return {"name": name, "unique_id": f"{self._id}_{key}"}

    def _binary(self, key: str, name: str, kind: str, value: str, attributes: str = "") -> dict[str, Any]:
        made = self._entity(key, name) | {
            "platform": "binary_sensor",
            "device_class": kind,
            "value_template": value,
        }
        if attributes:
            made["json_attributes_topic"] = f"{self._base}/state"
            made["json_attributes_template"] = attributes
        return made

    def _state(self, devices: Sequence[Device], health: Health, hub: bool) -> dict[str, Any]:
        trouble, vitals = self._safety.latest, {row.id: row for row in health.devices}
        worst = max(self._alerts, key=lambda alert: SEVERITIES.index(alert.severity), default=None)
        return {
            "safety": "ON" if trouble is not None or worst is not None else "OFF",
            "trouble": _trouble(trouble, devices),
            "alert": "none" if worst is None else f"{worst.risk} {worst.status}",
            "alerts": {"alerts": [_alert(alert) for alert in self._alerts]},
            "hub": "ON" if hub else "OFF",
            "waiting": health.outbox,
            "devices": {device.id: _device(device, vitals.get(device.id), health.at) for device in devices},
        }


def _trouble(trouble: Trouble | None, devices: Sequence[Device]) -> dict[str, Any]:
    if trouble is None:
        return {}
    room = next((device.room for device in devices if device.id == trouble.device), "")
    return {"kind": trouble.kind, "room": room, "since": _instant(trouble.at)}


def _alert(alert: OpenAlert) -> dict[str, Any]:
    return {
        "risk": alert.risk,
        "severity": alert.severity,
        "status": alert.status,
        "room": alert.room,
        "since": _instant(alert.at),
    }


def _device(device: Device, vitals: DeviceHealth | None, now: int) -> dict[str, Any]:
    """How a sensor does; to ten minutes, so that not every sign of life is news."""
    if vitals is None or vitals.last_seen_at is None:
        return {"problem": "OFF", "last_seen": None, "battery": None}
    wrong = is_silent(device, vitals, now) or is_low(vitals)
    seen = vitals.last_seen_at // 600_000 * 600_000
    return {"problem": "ON" if wrong else "OFF", "last_seen": _instant(seen), "battery": vitals.battery}


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _json(what: dict[str, Any]) -> bytes:
    return json.dumps(what, ensure_ascii=False, sort_keys=True).encode()
