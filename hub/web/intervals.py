"""Who sets how often people are called on: the tiers above the stations, for the pages and the API alike."""

from __future__ import annotations

from hub.accounts.permissions import Action, may
from hub.errors import NotAllowedError
from hub.places import store as places
from hub.web.guard import Visit


def may_set(visit: Visit) -> None:
    """Raise NotAllowedError for who belongs to a station: it is called on by rules, it does not make them."""
    if not sets_them(visit):
        raise NotAllowedError


def sets_them(visit: Visit) -> bool:
    """Whether this person sets intervals: they may, and are of a township centre, a county or above."""
    if not may(visit.account, Action.SET_INTERVALS):
        return False
    own = visit.account.organisation_id
    if own is None:
        return True
    return bool(places.organisations(visit.connection, [own])[0]["tier"] != "station")
