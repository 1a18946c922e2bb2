"""The numbers of ambulance, fire brigade and police where a home stands: for humans to dial. Pure.

The hub itself never dials them. An organisation may set its own; what it leaves out is the country's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from hub.errors import HubError

Service = Literal["ambulance", "fire", "police"]
SERVICES: Final[tuple[Service, ...]] = get_args(Service)

CHINA: Final[Mapping[Service, str]] = {"ambulance": "120", "fire": "119", "police": "110"}
CHINESE_ZONES: Final = frozenset(
    {"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar", "PRC"}
)
#: One number for all in the whole of the European Union and around it.
EUROPE: Final[Mapping[Service, str]] = dict.fromkeys(SERVICES, "112")

#: Which service is called first for a risk; for all others it is the ambulance.
FIRST: Final[Mapping[str, Service]] = {"smoke": "fire", "gas": "fire", "co": "fire", "night_exit": "police"}


class NumberError(HubError):
    """A number of an emergency service has 3 to 15 digits."""


@dataclass(frozen=True, slots=True)
class Line:
    """One service and its number; an empty number is not known here."""

    service: Service
    number: str


def lines(zone: str, risk: str, set_by: Iterable[Mapping[str, str]] = ()) -> tuple[Line, ...]:
    """Return the services with their numbers, the one for this risk first.

    `set_by`: what the home's organisations have set, the nearest first.
    """
    known: dict[str, str] = {}
    for numbers in set_by:
        known = dict(numbers) | known
    known = dict(_of_country(zone)) | known
    first = FIRST.get(risk, "ambulance")
    ordered = sorted(SERVICES, key=lambda service: (service != first, SERVICES.index(service)))
    return tuple(Line(service, known.get(service, "")) for service in ordered)


def checked(numbers: Mapping[str, str]) -> dict[str, str]:
    """Return what an organisation wants to set, as it is kept; raises NumberError."""
    kept: dict[str, str] = {
        service: re.sub(r"[\s\-]", "", numbers[service]) for service in SERVICES if numbers.get(service)
    }
    if any(not re.fullmatch(r"\+?[0-9]{3,15}", number) for number in kept.values()):
        raise NumberError
    return kept


def _of_country(zone: str) -> Mapping[Service, str]:
    if zone in CHINESE_ZONES:
        return CHINA
    return EUROPE if zone.startswith("Europe/") else {}
