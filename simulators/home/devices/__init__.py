"""The devices that a simulated home can have, by the model that their plan names.

To add one: write its class beside the others, with the quirks of the real thing, and name it in `KNOWN`.
"""

from __future__ import annotations

from simulators.home.devices.base import Device
from simulators.home.devices.climate import AqaraClimate
from simulators.home.devices.contact import AqaraContact, SonoffContact
from simulators.home.devices.fumes import AqaraSmoke, HeimanCo, HeimanGas, XiaomiSmoke
from simulators.home.devices.motion import AqaraMotion, HueMotion, SonoffMotion
from simulators.home.devices.others import (
    AqaraMotionP1,
    HeimanButton,
    SonoffContactOld,
    SonoffLeak,
    SonoffMotionP,
    TuyaFallRadar,
)
from simulators.home.devices.presence import AqaraPresence, TuyaBed, TuyaPlug
from simulators.home.devices.safety import AqaraLeak, HeimanFallRadar, HeimanSmoke, TuyaSos

KNOWN: dict[str, type[Device]] = {
    kind.model: kind
    for kind in (
        AqaraMotion,
        SonoffMotion,
        HueMotion,
        AqaraContact,
        SonoffContact,
        TuyaSos,
        HeimanSmoke,
        AqaraLeak,
        HeimanFallRadar,
        AqaraClimate,
        HeimanCo,
        HeimanGas,
        XiaomiSmoke,
        AqaraSmoke,
        AqaraMotionP1,
        SonoffMotionP,
        SonoffContactOld,
        HeimanButton,
        SonoffLeak,
        TuyaFallRadar,
        AqaraPresence,
        TuyaBed,
        TuyaPlug,
    )
}
