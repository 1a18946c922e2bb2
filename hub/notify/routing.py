"""By which provider an address is reached now, and why; or why by none.

Pure: what the providers can do, what was tried, what went to the address and how the providers fared lately
come in with `now`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from hub.language import N_
from hub.notify.capability import Capability, Limit, Medium
from models.detection.finding import Reason, Value

NoRouteCode = Literal["no_provider", "no_route", "landline", "limit_reached"]

#: What happened longer ago says nothing about a provider's health.
LOOKED_BACK: Final = timedelta(minutes=10)
#: After this time an outcome counts half.
HALF_LIFE: Final = timedelta(minutes=2)
#: Below this share of good outcomes a provider is asked after all others. One failure is not enough, two of
#: the last minutes without a success are.
ILL_BELOW: Final = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a provider fared with one request: it took or refused it for a reason of its own, or failed."""

    provider: str
    at: datetime
    good: bool


@dataclass(frozen=True, slots=True)
class Route:
    """The provider to try now, and those that would be left after it, the best first."""

    capability: Capability
    others: tuple[Capability, ...]
    reason: Reason
    preferred: bool  #: it is the one that is always tried first; else the reason says what is the matter


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Nothing can be sent now. `until` is when a carrier's limit lets the next one through."""

    code: NoRouteCode
    reason: Reason
    until: datetime | None = None


def route(
    medium: Medium,
    address: str,
    capabilities: Iterable[Capability],
    *,
    tried: Iterable[str] = (),
    placed: Mapping[str, Sequence[datetime]] | None = None,
    outcomes: Iterable[Outcome] = (),
    now: datetime,
) -> Route | NoRoute:
    """Choose among providers in their order of preference, those that fail lately last.

    `tried` providers are out. `placed` says for each provider when something went by this medium to this
    address. A provider whose carrier's limit is reached is out, for emergencies as well: it would refuse, and
    the next person can be called meanwhile.
    """
    carriers = [row for row in capabilities if row.medium == medium]
    if not carriers:
        return NoRoute("no_provider", Reason(N_("No provider is set for this way of telling people."), {}))
    covering = _first_of_each(row for row in carriers if row.covers(medium, address))
    if not covering:
        return NoRoute("no_route", Reason(N_("No provider reaches the country of this number."), {}))
    reaching = [row for row in covering if row.reaches(medium, address)]
    if not reaching:
        return NoRoute("landline", Reason(N_("This number is a landline, which takes no messages."), {}))
    tried = frozenset(tried)
    untried = [row for row in reaching if row.provider not in tried]
    if not untried:
        return NoRoute("no_route", Reason(N_("Every provider that reaches this number has been tried."), {}))
    free_at = {
        row.provider: next_free(row.limits, (placed or {}).get(row.provider, ()), now) for row in untried
    }
    free = [row for row in untried if free_at[row.provider] <= now]
    if not free:
        until = min(free_at.values())
        return NoRoute(
            "limit_reached",
            Reason(
                N_("The carrier takes no more to this number for now: {limits}."),
                {"limits": _limits(untried)},
            ),
            until,
        )
    known = tuple(outcomes)
    shares = {row.provider: health(row.provider, known, now) for row in free}
    well = [row for row in free if shares[row.provider] >= ILL_BELOW]
    ill = sorted((row for row in free if row not in well), key=lambda row: -shares[row.provider])
    first, *others = [*well, *ill]
    preferred = first.provider == reaching[0].provider
    return Route(first, tuple(others), _why(first, reaching, tried, free, shares), preferred)


def health(provider: str, outcomes: Iterable[Outcome], now: datetime) -> float:
    """Return the share of good outcomes of the last ten minutes, 1 for a provider that nothing is known of.

    Each counts half as much for every two minutes of its age; one good outcome is given to everybody, so that
    a single failure makes nobody ill and whoever failed is tried again once the failures have faded.
    """
    good = all_ = 1.0
    for outcome in outcomes:
        age = now - outcome.at
        if outcome.provider != provider or not timedelta() <= age <= LOOKED_BACK:
            continue
        weight = 0.5 ** (age / HALF_LIFE)
        all_ += weight
        good += weight if outcome.good else 0.0
    return good / all_


def next_free(limits: Iterable[Limit], placed: Sequence[datetime], now: datetime) -> datetime:
    """Return when a carrier's limits let the next one to an address through; `now` when they do."""
    newest_first = sorted(placed, reverse=True)
    reached = [limit for limit in limits if len(newest_first) >= limit.count]
    return max([now, *(newest_first[limit.count - 1] + limit.within for limit in reached)])


def longest_limit(capabilities: Iterable[Capability]) -> timedelta:
    """Return how far back `placed` must reach."""
    return max((limit.within for row in capabilities for limit in row.limits), default=timedelta())


def _first_of_each(rows: Iterable[Capability]) -> list[Capability]:
    found: dict[str, Capability] = {}
    for row in rows:
        found.setdefault(row.provider, row)
    return list(found.values())


def _why(
    first: Capability,
    reaching: Sequence[Capability],
    tried: frozenset[str],
    free: Sequence[Capability],
    shares: Mapping[str, float],
) -> Reason:
    """Why this one and not the one that would be preferred."""
    preferred = reaching[0]
    names: dict[str, Value] = {"provider": first.provider, "preferred": preferred.provider}
    if preferred.provider == first.provider:
        return Reason(N_("{provider} carries it."), {"provider": first.provider})
    if preferred.provider in tried:
        return Reason(N_("{provider} carries it: {preferred} could not."), names)
    if preferred not in free:
        return Reason(N_("{provider} carries it: {preferred} takes no more to this number now."), names)
    names["share"] = round(100 * shares[preferred.provider])
    return Reason(N_("{provider} carries it: {preferred} fails lately ({share} of 100 good)."), names)


def _limits(rows: Sequence[Capability]) -> str:
    """Carriers' limits, short enough for a line: 1/1 min, 5/60 min."""
    limits = dict.fromkeys(limit for row in rows for limit in row.limits)
    return ", ".join(f"{limit.count}/{limit.within / timedelta(minutes=1):g} min" for limit in limits)
