"""Begins the test of a number that belongs to a place, for the pages and the API alike."""

from __future__ import annotations

from hub.errors import ConflictError, NotFoundError
from hub.places import contacts
from hub.proof import number_checks
from hub.web.guard import Visit


def begin(
    visit: Visit,
    method_id: str,
    contact_id: str | None = None,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
) -> str | None:
    """Begin the test of a number of this place; return its alert, or None while one runs.

    Raises NotFoundError for a number of another place, or, with `contact_id`, of another person of it.
    """
    known = (
        contacts.of_home(visit.connection, home_id)
        if home_id is not None
        else contacts.of_organisation(visit.connection, organisation_id or "")
    )
    whose = next((one["id"] for one in known for method in one["methods"] if method["id"] == method_id), None)
    if whose is None or contact_id not in (None, whose):
        raise NotFoundError
    try:
        with visit.connection.transaction():
            alert_id = number_checks.start(visit.connection, method_id, visit.account.name, visit.now)
    except ConflictError:
        return None
    visit.note("check_number", home_id, contact=whose, method=method_id, alert=alert_id)
    return alert_id


def of_colleague(visit: Visit, organisation_id: str, contact_id: str, method_id: str) -> str | None:
    """Begin the test of a number of somebody on duty; raises as `begin` does."""
    visit.see_organisation(organisation_id)
    return begin(visit, method_id, contact_id, organisation_id=organisation_id)
