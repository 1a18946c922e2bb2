"""`anju-agent doctor`: what is wrong with this home's set-up, in words, and what to do about it.

Pure: it judges facts that `examining` has collected. A fault keeps events or calls for help from arriving; a
warning will, one day, or hides something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from edge_agent.core.timing import Clock
from edge_agent.core.vital import is_low, is_silent
from edge_agent.status import STALE_MS, Status
from models.contract.messages import Device, DeviceHealth

LEAST_DISK_MB = 500.0
LEAST_CERTIFICATE_DAYS = 21
MANY_WAITING = 5_000  #: events: some days of an ordinary home
LATE_S = 600.0  #: the oldest event waits longer than an ordinary break of the line
FACTORY_NETWORK = 0x1A62  #: Zigbee2MQTT's own, whose key everybody knows

Text = Callable[[str], str]
State = Literal["well", "warning", "fault"]


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    state: State
    said: str


class Facts(Struct, frozen=True, kw_only=True):
    """What was found. Instants are UTC in milliseconds."""

    now: int
    mono: int
    clock: Clock
    runs: bool  #: an agent uses the data folder just now
    status: Status | None  #: what it said last
    disk_free_mb: float | None
    writable: bool
    waiting: int  #: events in the outbox
    oldest_at: int | None
    hub_where: str
    hub_wrong: str | None  #: why the hub's broker cannot be used, None: it can
    encrypted: bool
    certificate_until: int | None
    sensors_wrong: str | None
    sensors_open: bool = False  #: the sensors' broker lets anybody in from the home's network
    bridge_heard: bool  #: Zigbee2MQTT has said something
    bridge: Mapping[str, Any]  #: its `bridge/info`, empty when it said nothing
    bridge_online: bool | None


def examine(facts: Facts, text: Text = str) -> list[Check]:
    """Return everything that was looked at, in the order in which it should be mended."""
    return [
        *_machine(facts, text),
        *_sensors_side(facts, text),
        *_hub_side(facts, text),
        *_agent(facts, text),
        *_devices(facts, text),
    ]


def _machine(facts: Facts, text: Text) -> Iterator[Check]:
    name = text("clock")
    if facts.clock == "synced":
        yield Check(name, "well", text("It is kept right by a time server."))
    elif facts.clock == "holdover":
        yield Check(
            name,
            "warning",
            text("No time server keeps it right just now: turn it on with timedatectl set-ntp true."),
        )
    else:
        yield Check(
            name,
            "fault",
            text(
                "It is wrong ({now}): connect the machine to the network and wait, or call "
                "timedatectl set-ntp true."
            ).format(now=_date(facts.now)),
        )
    name = text("disk")
    if not facts.writable:
        yield Check(
            name,
            "fault",
            text(
                "Nothing can be written: the card may be worn out or mounted read-only. Restart the machine; "
                "if it stays so, replace the card."
            ),
        )
    elif facts.disk_free_mb is not None and facts.disk_free_mb < LEAST_DISK_MB:
        yield Check(
            name,
            "warning",
            text("Only {free} MB are free: delete what is not needed.").format(
                free=round(facts.disk_free_mb)
            ),
        )
    else:
        yield Check(name, "well", text("There is room, and it can be written."))


def _sensors_side(facts: Facts, text: Text) -> Iterator[Check]:
    name = text("sensors' broker")
    if facts.sensors_wrong is not None:
        yield Check(name, "fault", facts.sensors_wrong)
        return
    if facts.sensors_open:
        yield Check(
            name,
            "warning",
            text(
                "It lets anybody in from the home's network, to hear every sensor and to speak as one: "
                "let it listen on 127.0.0.1, or set allow_anonymous to false."
            ),
        )
    else:
        yield Check(name, "well", text("It lets this agent in."))
    name = "Zigbee2MQTT"
    if not facts.bridge_heard:
        yield Check(
            name,
            "warning",
            text("It says nothing on this broker: if this home has Zigbee sensors, is it running?"),
        )
        return
    if facts.bridge_online is False:
        yield Check(name, "fault", text("It is not running: no Zigbee sensor is heard. Start zigbee2mqtt."))
    found = list(_bridge_settings(facts.bridge, text))
    yield from (Check(name, state, said) for state, said in found)
    if not found and facts.bridge_online is not False:
        version = str(facts.bridge.get("version", "?"))
        yield Check(
            name, "well", text("It runs (version {version}) and is set well.").format(version=version)
        )


def _bridge_settings(info: Mapping[str, Any], text: Text) -> Iterator[tuple[State, str]]:
    """What of Zigbee2MQTT's settings loses or hides events, with the line to write."""
    if not info:
        return
    config = _table(info, "config")
    advanced, options = _table(config, "advanced"), _table(config, "device_options")
    if str(advanced.get("last_seen", "disable")) == "disable":
        yield (
            "warning",
            text("It does not say when a sensor was last heard: set last_seen to ISO_8601 under advanced."),
        )
    if options.get("qos", 0) in (0, None):
        yield (
            "fault",
            text(
                "It sends sensors' messages unconfirmed, so that one is lost when a connection breaks: "
                "set qos to 1 under device_options."
            ),
        )
    availability = config.get("availability", False)
    if not availability or (isinstance(availability, dict) and availability.get("enabled") is False):
        yield (
            "warning",
            text("It does not say which sensors are away: set enabled to true under availability."),
        )
    if advanced.get("cache_state_send_on_startup", True) is not False:
        yield (
            "warning",
            text(
                "It repeats old states when it starts: set cache_state_send_on_startup to false "
                "under advanced."
            ),
        )
    if str(advanced.get("output", "json")) == "attribute":
        yield "fault", text("It sends values one by one, which the agent does not read: set output to json.")
    if info.get("permit_join") is True:
        yield "warning", text("Anybody may add a device just now: close the network (permit_join).")
    if _table(info, "network").get("pan_id") in (FACTORY_NETWORK, hex(FACTORY_NETWORK)):
        yield (
            "warning",
            text(
                "It uses the network that every factory setting has, whose key everybody knows: "
                "set pan_id and network_key to GENERATE before you pair sensors."
            ),
        )


def _hub_side(facts: Facts, text: Text) -> Iterator[Check]:
    name = text("hub's broker")
    if facts.hub_wrong is not None:
        yield Check(name, "fault", facts.hub_wrong)
    else:
        yield Check(name, "well", text("{where} lets this agent in.").format(where=facts.hub_where))
    name = text("encryption")
    if not facts.encrypted:
        yield Check(
            name,
            "warning",
            text("What goes to the hub can be read on its way: pair this agent with a hub that speaks TLS."),
        )
    elif facts.certificate_until is not None:
        days = (facts.certificate_until - facts.now) // 86_400_000
        until = _date(facts.certificate_until)
        if days < 0:
            said = text("The broker's certificate ended on {until}: its operator must renew it.")
            yield Check(name, "fault", said.format(until=until))
        elif days < LEAST_CERTIFICATE_DAYS:
            said = text("The broker's certificate ends on {until}: its operator must renew it soon.")
            yield Check(name, "warning", said.format(until=until))
        else:
            said = text("The broker's certificate is good until {until}.")
            yield Check(name, "well", said.format(until=until))


def _agent(facts: Facts, text: Text) -> Iterator[Check]:
    name, status = text("agent"), facts.status
    if not facts.runs:
        yield Check(name, "fault", text("It is not running: systemctl start anju-agent"))
    elif status is None or facts.mono - status.mono > STALE_MS:
        yield Check(
            name,
            "fault",
            text("It runs, but has not said how it does for minutes: systemctl restart anju-agent"),
        )
    elif facts.hub_wrong is not None:
        yield Check(name, "well", text("It runs, and keeps what the hub has not got."))
    elif not status.met:
        yield Check(
            name, "fault", text("It reaches the broker, but no hub answers there: is the hub running?")
        )
    else:
        yield Check(name, "well", text("It runs, and the hub answers."))
    if status is not None and status.config_note:
        said = text("It does not run what the hub wants: {why}").format(why=status.config_note)
        yield Check(name, "warning", said)
    name = text("outbox")
    late_s = 0.0 if facts.oldest_at is None else (facts.now - facts.oldest_at) / 1000
    if facts.waiting > MANY_WAITING or late_s > LATE_S:
        since = _date(facts.oldest_at) if facts.oldest_at is not None else "?"
        said = text("{waiting} events wait for the hub, the oldest since {since}.")
        yield Check(name, "warning", said.format(waiting=facts.waiting, since=since))
    else:
        said = text("{waiting} events wait for the hub.").format(waiting=facts.waiting)
        yield Check(name, "well", said)
    if status is not None and status.health.dropped:
        said = text("{count} events were given up since the outbox was made: the disk was full.")
        yield Check(name, "warning", said.format(count=status.health.dropped))
    if status is not None and status.health.set_aside:
        said = text("{count} events are not taken by the hub: tell its operator.")
        yield Check(name, "warning", said.format(count=status.health.set_aside))


def _devices(facts: Facts, text: Text) -> Iterator[Check]:
    name, status = text("sensors"), facts.status
    if status is None:
        return
    known = [device for device in status.devices.devices if device.model != "bridge"]
    if not known and not status.devices.unplaced:
        yield Check(name, "fault", text("No sensor is known: pair them with Zigbee2MQTT."))
        return
    vitals = {row.id: row for row in status.health.devices}
    found = [said for device in known for said in _device(device, vitals.get(device.id), facts.now, text)]
    yield from (Check(name, state, said) for state, said in found)
    for device in status.devices.unplaced:
        yield Check(
            name,
            "warning",
            text("{name} is of a model that is not known ({vendor} {model}): it tells nothing.").format(
                name=device.name or device.id, vendor=device.vendor or "?", model=device.model or "?"
            ),
        )
    if not found and not status.devices.unplaced:
        yield Check(name, "well", text("All {count} are heard.").format(count=len(known)))


def _device(device: Device, vitals: DeviceHealth | None, now: int, text: Text) -> Iterable[tuple[State, str]]:
    name = " · ".join(part for part in (device.room, device.name or device.id) if part)
    if vitals is None or vitals.last_seen_at is None:
        yield (
            "warning",
            text(
                "{name} was not heard since the agent started: press its button, or bring it nearer."
            ).format(name=name),
        )
    elif is_silent(device, vitals, now):
        yield (
            "fault",
            text("{name} is silent since {since}: look at its battery.").format(
                name=name, since=_date(vitals.last_seen_at)
            ),
        )
    if vitals is not None and is_low(vitals):
        yield "warning", text("{name} needs a new battery.").format(name=name)
    if not device.room:
        yield (
            "warning",
            text("{name} has no room: write it into the settings or on the hub.").format(name=name),
        )


def _table(mapping: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = mapping.get(name)
    return found if isinstance(found, dict) else {}


def _date(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
