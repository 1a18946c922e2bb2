"""The fixed rules: they hold from the first minute, in every home, and nothing is learnt for them."""

from models.detection.detector import Detector
from models.detection.rules.certain import Flags
from models.detection.rules.climate import Climate
from models.detection.rules.device_silence import DeviceSilence
from models.detection.rules.door import OpenDoor
from models.detection.rules.home_silence import HomeSilence
from models.detection.rules.inactivity import Inactivity
from models.detection.rules.night_exit import NightExit
from models.detection.rules.suspicion import SuspectedFall


def fixed_rules(*, supervise: bool = True) -> list[Detector]:
    """Return all fixed rules; without `supervise` those that judge silence are left out."""
    rules: list[Detector] = [Flags(), SuspectedFall(), Inactivity(), NightExit(), OpenDoor(), Climate()]
    return [*rules, HomeSilence(), DeviceSilence()] if supervise else rules
