"""Devices that show what people do: movement, presence, doors, beds, things that shake, appliances."""

from __future__ import annotations

from collections.abc import Mapping

from edge_agent.core.rules import YES_NO, Capability, Change, Movement, Rule, Scalar, Threshold

CLOSED: Mapping[Scalar, float | None] = {True: 0.0, False: 1.0}  #: `contact` is true while the door is closed
PRESENT: Mapping[Scalar, float | None] = {
    True: 1.0,
    False: 0.0,
    None: None,
}  #: radars say null after power-up

TAMPER = Change(field="tamper", kind="tamper", values=YES_NO)
#: Doors and their magnets bounce: an opening counts at once, a closing after a quiet second.
DOOR = Change(field="contact", kind="contact", values=CLOSED, settles_s=1.0)
PRESENCE = Change(field="presence", kind="presence", values=PRESENT)

XIAOMI_S = 3300.0  #: Xiaomi's and Aqara's battery devices report every 50 to 60 minutes


def _motion(
    vendor: str, model: str, heartbeat_s: float, again_s: tuple[float, float] | None = None
) -> Capability:
    return Capability(vendor=vendor, model=model, rules=(Movement(again_s=again_s),), heartbeat_s=heartbeat_s)


def _device(
    vendor: str, model: str, *rules: Rule, heartbeat_s: float | None = None, mains: bool = False
) -> Capability:
    return Capability(
        vendor=vendor, model=model, rules=rules, heartbeat_s=heartbeat_s, battery_powered=not mains
    )


ROWS = (
    # Says only "movement"; the bridge ends it after 90 s. Blind for 60 s, so a repetition after that is
    # new movement. Each movement makes two messages, the first with the old value.
    _motion("Aqara", "RTCGQ11LM", XIAOMI_S, again_s=(50, 100)),
    # The same with 30 s; the interval can be set between 2 and 300 s.
    _motion("Aqara", "RTCGQ14LM", XIAOMI_S, again_s=(25, 65)),
    # Both edges come from the device, and no repetitions.
    _motion("Philips", "9290012607", 300),
    _motion("SONOFF", "SNZB-03", 7200),
    _motion("SONOFF", "SNZB-03P", 3600),
    _device("Aqara", "MCCGQ11LM", DOOR, heartbeat_s=XIAOMI_S),
    _device("SONOFF", "SNZB-04", DOOR, heartbeat_s=7200),
    _device("SONOFF", "SNZB-04P", DOOR, TAMPER, heartbeat_s=7200),
    _device("Aqara", "RTCZCGQ11LM", PRESENCE, heartbeat_s=3600, mains=True),
    _device("Aqara", "FP1E", PRESENCE, heartbeat_s=3600, mains=True),
    # Speaks every one or two seconds for ever; only its edges leave the home.
    _device("Tuya", "ZY-M100-24G", PRESENCE, heartbeat_s=60, mains=True),
    # "drop" in its action is the thing falling, never a person; the action is not read at all.
    _device(
        "Aqara",
        "DJT11LM",
        Change(field="vibration", kind="vibration", values=YES_NO, tells_end=False),
        heartbeat_s=XIAOMI_S,
    ),
    _device(
        "Tuya",
        "TS0601_bed_presence_sensor",
        Change(field="occupancy", kind="bed", values=YES_NO),
        heartbeat_s=300,
    ),
    _device(
        "HOBEIAN",
        "ZG-210Z",
        Change(field="pressure_state", kind="bed", values={"none": 0.0, "sit": 1.0, "sedentary": 1.0}),
    ),
    # The limits lie above what a television draws while it waits.
    _device(
        "Tuya",
        "TS011F_plug_1",
        Threshold(field="power", kind="appliance", on_above=8, off_below=4),
        heartbeat_s=600,
        mains=True,
    ),
    # OWON SPM915 (sleeping pad) is left out: it shows as a door contact, and which value means "in bed"
    # is not known for certain. It stays unplaced until somebody has tried one.
)
