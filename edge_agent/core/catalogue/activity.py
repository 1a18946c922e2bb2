"""Devices that show what people do: movement, presence, doors, beds, things that shake, appliances."""

from __future__ import annotations

from edge_agent.core.catalogue.rows import CLOSED, ON_OFF, PRESENT, TAMPER, XIAOMI_S, row
from edge_agent.core.rules import YES_NO, Change, Movement, Tally, Threshold

#: Doors and their magnets bounce: an opening counts at once, a closing after a quiet second.
DOOR = Change(field="contact", kind="contact", values=CLOSED, settles_s=1.0)
#: A radar that has seen somebody for a day may have lost an end: what it says is unknown until it changes.
DAY_S = 86400.0
PRESENCE = Change(field="presence", kind="presence", values=PRESENT, doubted_s=DAY_S)


ROWS = (
    # Says only "movement"; the bridge ends it after 90 s. Blind for 60 s, so a repetition after that is
    # new movement. Each movement makes two messages, the first with the old value.
    row("Aqara", "RTCGQ11LM", Movement(again_s=(50, 100)), heartbeat_s=XIAOMI_S),
    # The same with 30 s; the interval can be set between 2 and 300 s.
    row("Aqara", "RTCGQ14LM", Movement(again_s=(25, 65)), heartbeat_s=XIAOMI_S),
    # Both edges come from the device, and no repetitions.
    row("Philips", "9290012607", Movement(), heartbeat_s=300),
    row("SONOFF", "SNZB-03", Movement(), heartbeat_s=7200),
    row("SONOFF", "SNZB-03P", Movement(), heartbeat_s=3600),
    # Counts its openings itself, and says how many there were once an hour.
    row(
        "Aqara",
        "MCCGQ11LM",
        DOOR,
        Tally(field="trigger_count", kind="missed_openings", of="contact", value=False),
        heartbeat_s=XIAOMI_S,
    ),
    row("SONOFF", "SNZB-04", DOOR, heartbeat_s=7200),
    row("SONOFF", "SNZB-04P", DOOR, TAMPER, heartbeat_s=7200),
    row("Aqara", "RTCZCGQ11LM", PRESENCE, heartbeat_s=3600, mains=True),
    row("Aqara", "FP1E", PRESENCE, heartbeat_s=3600, mains=True),
    # Speaks every one or two seconds for ever; only its edges leave the home.
    row("Tuya", "ZY-M100-24G", PRESENCE, heartbeat_s=60, mains=True),
    # An ESPHome node; its distances and energies stay in the home.
    row(
        "HiLink",
        "LD2410",
        Change(field="presence", kind="presence", values=ON_OFF, doubted_s=DAY_S),
        mains=True,
        ecosystem="esphome",
    ),
    # Speaks to Apple's HomeKit only: Home Assistant passes its zones on, each as an entity of its own.
    # A zone that is left says nothing of the room. What it knows of falls stays with its maker.
    row(
        "Aqara",
        "FP2",
        Change(field="state", kind="presence", values=PRESENT, tells_end=False),
        ecosystem="home-assistant",
    ),
    # "drop" in its action is the thing falling, never a person; the action is not read at all.
    row(
        "Aqara",
        "DJT11LM",
        Change(field="vibration", kind="vibration", values=YES_NO, tells_end=False),
        heartbeat_s=XIAOMI_S,
    ),
    row(
        "Tuya",
        "TS0601_bed_presence_sensor",
        Change(field="occupancy", kind="bed", values=YES_NO),
        heartbeat_s=300,
    ),
    row(
        "HOBEIAN",
        "ZG-210Z",
        Change(field="pressure_state", kind="bed", values={"none": 0.0, "sit": 1.0, "sedentary": 1.0}),
    ),
    # The limits lie above what a television draws while it waits.
    row(
        "Tuya",
        "TS011F_plug_1",
        Threshold(field="power", kind="appliance", on_above=8, off_below=4),
        heartbeat_s=600,
        mains=True,
    ),
    row(
        "Shelly",
        "PlusPlugS",
        Threshold(field="switch0_apower", kind="appliance", on_above=8, off_below=4),
        mains=True,
        ecosystem="shelly",
    ),
    row(
        "Tasmota",
        "generic-plug",
        Threshold(field="energy_power", kind="appliance", on_above=8, off_below=4),
        heartbeat_s=300,
        mains=True,
        ecosystem="tasmota",
    ),
    # A sleeping pad that shows as a door's contact. Which of its values means "in bed" nobody has written
    # down, so the model itself is not in the table: whoever has tried theirs places it as one of these two.
    row("OWON", "SPM915, true in bed", Change(field="contact", kind="bed", values=YES_NO), TAMPER),
    row("OWON", "SPM915, false in bed", Change(field="contact", kind="bed", values=CLOSED), TAMPER),
)
