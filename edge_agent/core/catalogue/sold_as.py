"""Other names of devices in the table: the same inside, sold by another maker, and called so by Zigbee2MQTT.

From `whiteLabel` with a fingerprint in the definitions of zigbee-herdsman-converters 26.112.0: one definition
and so the same fields and converter under every name. A test compares this with the converters.
"""

from __future__ import annotations

from collections.abc import Mapping

Name = tuple[str, str]  #: vendor, model

SOLD_AS: Mapping[Name, tuple[Name, ...]] = {
    ("SONOFF", "SNZB-03"): (
        ("eWeLink", "SNZB-03_eWeLink"),
        ("eWeLink", "CK-TLSR8656-SS5-01(7002)"),
    ),
    ("SONOFF", "SNZB-04"): (
        ("eWeLink", "SNZB-04_eWeLink"),
        ("eWeLink", "CK-TLSR8656-SS5-01(7003)"),
        ("Tuya", "WL-19DWZ"),
        ("zbeacon", "DS01"),
    ),
    ("Tuya", "TS0215A_sos"): (
        ("Tuya", "BT400B"),
        ("Woox", "R7052"),
        ("Nedis", "ZBPB10BK"),
    ),
    ("Tuya", "TS011F_plug_1"): (
        ("BSEED", "TS011F_plug_1_2"),
        ("BSEED", "_TZ3210_5ct6e7ye"),
        ("Nous", "A1Z"),
        ("Nous", "A6Z"),
        ("Nous", "A7Z"),
        ("Nous", "A9Z"),
        ("Nous", "A10Z"),
        ("Moes", "Moes_plug"),
        ("Moes", "ZK-EU"),
        ("Elivco", "LSPA9"),
        ("PSMART", "T440"),
        ("Nedis", "ZBPO130FWT"),
        ("Girier", "JR-ZPM01"),
        ("Zbeacon", "TS011F_plug_1_1"),
        ("AOYAN", "TS011F_AOYAN"),
        ("NEO", "NAS-WR01B"),
        ("NEO Coolcam", "PLUG-001SPB2"),
        ("GreenSun", "HSC-ZW-EU"),
        ("MatSee Plus", "PJ-MINI-ZSW01"),
        ("BlitzWolf", "BW-SHP13"),
        ("Haozee", "HT-SP-ZB-01"),
        ("EIGHTREE", "EIGHTREE Socket"),
    ),
}
