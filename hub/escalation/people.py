"""Changes of who is called at a place: the order, and who is called no longer; never so that nobody is.

An alert that is open keeps the people that it began with.
"""

from __future__ import annotations

from hub.errors import ConflictError, NotFoundError
from hub.escalation import plans, responders
from hub.escalation.plan import built_in, concrete
from hub.places import contacts
from hub.storage.database import Connection


class LastOneError(ConflictError):
    """Nobody with a telephone would be left to call: enter somebody else first."""


def change(
    connection: Connection,
    contact_id: str,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    place: int | None = None,
    active: bool | None = None,
) -> None:
    """Give a contact another place in the order of calling, or call them (no longer).

    Raises NotFoundError for a contact of another place. LastOneError: a rule of the home's plan that reaches
    somebody now would reach nobody, or an organisation would have nobody with a telephone.
    """
    known = (
        contacts.of_home(connection, home_id)
        if home_id is not None
        else contacts.of_organisation(connection, organisation_id or "")
    )
    if contact_id not in {row["id"] for row in known}:
        raise NotFoundError(f"Contact '{contact_id}'.")
    if place is not None:
        contacts.move(connection, contact_id, place, home_id=home_id, organisation_id=organisation_id)
    if active is None:
        return
    before = _unreached(connection, home_id, organisation_id)
    contacts.set_active(connection, contact_id, active)
    if _unreached(connection, home_id, organisation_id) - before:
        raise LastOneError


def _unreached(connection: Connection, home_id: str | None, organisation_id: str | None) -> set[int]:
    """The rules of a home's plan that reach nobody, by number; {0} where an organisation has nobody."""
    if home_id is None:
        mine = responders.of_organisation(connection, organisation_id or "")
        return set() if any(one.calls for one in mine if one.organisation == organisation_id) else {0}
    first_called, people = responders.of_home(connection, home_id)
    plan = plans.plan_of(connection, home_id, None).plan
    rules = plan.rules or built_in(first_called).rules
    return {
        n
        for n, rule in enumerate(rules)
        if not concrete(rule, people, severity="emergency", name=plan.name, ask=True).reachable
    }
