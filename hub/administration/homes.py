"""Taking a home live: what the word means, and what is still missing before it may be relied on."""

from __future__ import annotations

from typing import Final

from hub.administration.database import database
from hub.errors import HubError, NotFoundError
from hub.escalation import responders
from hub.places import store
from hub.settings import Settings
from hub.storage.database import Connection

MEANINGS: Final = {
    "live": "what its sensors say is judged, and people are called.",
    "paused": "events are stored, and nobody is called.",
    "commissioning": "events are stored, its past may be brought along, and nobody is called.",
}


class StatusError(HubError):
    """A home cannot stand like this."""


def take(settings: Settings, home: str, status: str) -> str:
    """Take a home live, pause it, or commission it again; return what that means and what is missing.

    Raises StatusError, NotFoundError. A hub that runs hears of it at once.
    """
    if status not in MEANINGS:
        raise StatusError(f"'{status}' is none of {', '.join(MEANINGS)}.")
    with database(settings) as connection:
        try:
            store.set_status(connection, home, status)
        except NotFoundError as error:
            raise NotFoundError(f"There is no home '{home}'.") from error
        lacking = missing(connection, home, provider=_has_provider(settings))
    said = [f"{home} is {status}: {MEANINGS[status]}", *(f"Missing: {what}" for what in lacking)]
    if status == "live" and not lacking:
        said.append("Make a test alert now: press its help button and answer the telephone (1 takes it on).")
    if status != "live":
        said.append(f"To take it live: anju-hub home {home} live")
    return "\n".join(said)


def missing(connection: Connection, home: str, *, provider: bool) -> list[str]:
    """Return what a home lacks before anybody can be called for it, each with what to do."""
    lacking = []
    edges = store.edges(connection, home)
    if not edges:
        lacking.append(f"it has no edge agent. Add one: anju-hub edge pair {home}")
    elif all(edge["heard_at"] is None for edge in edges):
        names = ", ".join(edge["id"] for edge in edges)
        lacking.append(f"no edge agent has been heard yet ({names}). Start it with: anju-agent run")
    elif not store.devices(connection, home):
        lacking.append("its edge agent knows no sensor. Look with: anju-agent watch")
    _first, people = responders.of_home(connection, home)
    if not any(person.calls for person in people if person.helps):
        lacking.append("nobody with a telephone. Add [[contacts]] to the place file and load it again.")
    if not provider:
        lacking.append(
            "no telephone provider is set here (ANJU_TWILIO_… or ANJU_ALIYUN_…): nobody can be called."
        )
    return lacking


def _has_provider(settings: Settings) -> bool:
    return settings.calls_people
