"""Devices that call for help: buttons, smoke, carbon monoxide, gas and water, and the siren that answers."""

from __future__ import annotations

from edge_agent.core.catalogue.rows import TAMPER, XIAOMI_S, row
from edge_agent.core.rules import YES_NO, Change, Press

SMOKE_AGAIN_S = 15 * 60.0  #: a lost "clear" must not hide the next fire
LEAK_AGAIN_S = 12 * 3600.0

TEST = Change(field="test", kind="smoke_test", values=YES_NO, tells_end=False)


def _alarm(field: str, kind: str, *, evidence: str = "", pauses_in_test: bool = False) -> Change:
    return Change(
        field=field,
        kind=kind,
        values=YES_NO,
        again_s=SMOKE_AGAIN_S,
        evidence=evidence,
        confirms=True,
        pauses_in_test=pauses_in_test,
    )


LEAK = Change(field="water_leak", kind="leak", values=YES_NO, again_s=LEAK_AGAIN_S)


ROWS = (
    row("Tuya", "TS0215A_sos", Press(actions=frozenset({"emergency"})), heartbeat_s=14400),
    # Some units say "emergency" by themselves when their battery value falls to 0. That one message is
    # doubted; whoever presses again is heard. Not to be recommended to a family.
    row("Tuya", "TS0601_sos", Press(actions=frozenset({"emergency"}), doubt_empty_battery=True)),
    # "off" is the release of the button, not the end of the emergency.
    row("Heiman", "HS1EB/HS1EB-E", Press(actions=frozenset({"single", "double", "hold"}))),
    # A state, which the bridge remembers. After ten minutes without its end a message in which nothing
    # else changed is another press.
    row(
        "Develco",
        "PBTZB-110",
        Change(field="sos", kind="sos", values=YES_NO, tells_end=False, again_s=600, alone=True),
        TAMPER,
    ),
    row(
        "Xiaomi",
        "JTYJ-GD-01LM/BW",
        TEST,
        _alarm("smoke", "smoke", evidence="smoke_density", pauses_in_test=True),
        TAMPER,
        heartbeat_s=XIAOMI_S,
    ),
    # "smoke" says that the alarm sounds, not that there is smoke.
    row(
        "Aqara",
        "JY-GZ-01AQ",
        TEST,
        _alarm("smoke", "smoke", evidence="smoke_density", pauses_in_test=True),
        heartbeat_s=XIAOMI_S,
    ),
    row("Heiman", "HS1SA-E", TEST, _alarm("smoke", "smoke", pauses_in_test=True), TAMPER),
    row("Heiman", "HS1CA-E", _alarm("carbon_monoxide", "co"), TAMPER),
    row("Heiman", "HS1CG", _alarm("gas", "gas"), TAMPER, heartbeat_s=600, mains=True),
    row("Aqara", "SJCGQ11LM", LEAK, heartbeat_s=XIAOMI_S),
    row("SONOFF", "SNZB-05P", LEAK),
    # A siren tells nothing; it is listed so that its battery and its silence are watched.
    row("Heiman", "HS2WD-E"),
)
