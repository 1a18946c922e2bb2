"""What a provider can carry: to which countries, by which medium, answered how, and how often to one address.

Pure. A provider says one row for each medium and, where countries differ, for each group of them; of its rows
the first that covers an address holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Final, Literal

import phonenumbers

Medium = Literal["voice", "sms", "email", "push", "chat"]

TELEPHONE: Final[frozenset[Medium]] = frozenset({"voice", "sms"})  #: media whose addresses are numbers

#: Landlines only. Where a country's numbers do not tell (as in North America), a message may well arrive.
_FIXED: Final = frozenset({phonenumbers.PhoneNumberType.FIXED_LINE})


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls or messages to one address within a time, counted by the carrier."""

    count: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What one provider can do by one medium, for the countries that the row covers."""

    provider: str
    medium: Medium
    countries: frozenset[str] = field(default_factory=frozenset)  #: calling codes; none: everywhere
    but: frozenset[str] = field(default_factory=frozenset)  #: calling codes that are not covered
    keys: bool = False  #: a person can answer by pressing a key
    replies: bool = False  #: a person can answer by writing back
    links: bool = False  #: a text may hold a link
    landlines: bool = True  #: reaches a number that is no mobile telephone
    templates: bool = False  #: only texts that the carrier has approved, with places to fill
    longest: int | None = None  #: characters of a text; None: as long as it needs
    receipts: bool = True  #: the provider can be asked what became of it
    limits: tuple[Limit, ...] = ()

    def covers(self, medium: Medium, address: str) -> bool:
        """Whether the row speaks of such an address; it may still be one that the provider cannot reach."""
        if medium != self.medium:
            return False
        if medium not in TELEPHONE:
            return True
        country = country_of(address)
        return country not in self.but and (not self.countries or country in self.countries)

    def reaches(self, medium: Medium, address: str) -> bool:
        """Whether the provider can carry something to an address."""
        return self.covers(medium, address) and (
            self.landlines or medium not in TELEPHONE or not is_landline(address)
        )


def covering(rows: Iterable[Capability], medium: Medium, address: str) -> Capability | None:
    """Return the row of one provider that holds for an address, or None when it carries nothing there."""
    return next((row for row in rows if row.covers(medium, address)), None)


def country_of(number: str) -> str:
    """Return the calling code of a number in E.164, such as `86`; empty for what is no such number."""
    parsed = _parsed(number)
    return "" if parsed is None else str(parsed.country_code)


def is_landline(number: str) -> bool:
    """Whether a number is certainly no mobile telephone's."""
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.number_type(parsed) in _FIXED


@lru_cache(maxsize=4096)
def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
