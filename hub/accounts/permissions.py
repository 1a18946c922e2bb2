"""Who may do what: the one table of roles and actions.

Pure. Which homes and organisations a person sees is `scope.py`; a route that asks neither is found by a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Role = Literal["family", "operator", "supervisor", "integrator", "administrator"]
ROLES: Final[tuple[Role, ...]] = ("family", "operator", "supervisor", "integrator", "administrator")


class Action(StrEnum):
    """Something that a person asks the hub to do."""

    OWN_ACCOUNT = "own_account"  #: sign out, choose a language, keep one's own tokens
    VIEW_HOMES = "view_homes"  #: state, activity, devices and alerts of the homes in scope
    VIEW_CONTACTS = "view_contacts"  #: names and telephone numbers
    ANSWER_ALERTS = "answer_alerts"  #: acknowledge, on the way, on site, resolve
    VIEW_NEEDS = "view_needs"  #: what residents ask for that is no emergency
    ANSWER_NEEDS = "answer_needs"  #: say whether what was asked for was done well
    HANDLE_NEEDS = "handle_needs"  #: write such needs down, take them, bring them to their end
    MAKE_ROUNDS = "make_rounds"  #: the day's list, visits, suggestions, where residents are
    SET_INTERVALS = "set_intervals"  #: how often an area calls on whom
    EDIT_HOMES = "edit_homes"
    EDIT_EDGES = "edit_edges"  #: pair and shut out a home's edge agents, say what they run and may tell
    EDIT_CONTACTS = "edit_contacts"
    VIEW_ORGANISATIONS = "view_organisations"
    EDIT_ORGANISATIONS = "edit_organisations"
    HAND_OVER = "hand_over"  #: give an alert to another organisation
    EDIT_ROTAS = "edit_rotas"  #: who is on duty when
    SILENCE_HOMES = "silence_homes"  #: hold back lesser alerts of a home for a while
    SILENCE_AREAS = "silence_areas"  #: the same for all homes below an organisation
    CHECK_NUMBERS = "check_numbers"  #: have a contact's number called for a test
    CHECK_COLLEAGUES = "check_colleagues"  #: the same for a number of somebody on duty
    TELL_STAYS = "tell_stays"  #: tell that somebody is away or visits
    EXPORT_PERSONS = "export_persons"  #: take everything held of a home's people along
    ERASE_PERSONS = "erase_persons"  #: erase somebody for good
    EDIT_USERS = "edit_users"
    VIEW_OPERATIONS = "view_operations"  #: what was quarantined and refused


_EVERYBODY = frozenset(
    {
        Action.OWN_ACCOUNT,
        Action.VIEW_HOMES,
        Action.VIEW_CONTACTS,
        Action.ANSWER_ALERTS,
        Action.VIEW_NEEDS,
        Action.ANSWER_NEEDS,
        Action.SILENCE_HOMES,
        Action.TELL_STAYS,
        Action.CHECK_NUMBERS,
    }
)
_STAFF = frozenset(
    {
        Action.VIEW_ORGANISATIONS,
        Action.HANDLE_NEEDS,
        Action.MAKE_ROUNDS,
        Action.HAND_OVER,
        Action.SILENCE_AREAS,
        Action.CHECK_COLLEAGUES,
    }
)
_SUPERVISION = frozenset(
    {
        Action.EDIT_HOMES,
        Action.EDIT_EDGES,
        Action.EDIT_CONTACTS,
        Action.EDIT_ROTAS,
        Action.SET_INTERVALS,
        Action.EXPORT_PERSONS,
        Action.ERASE_PERSONS,
    }
)

MAY: Final[dict[Role, frozenset[Action]]] = {
    "family": _EVERYBODY | {Action.EDIT_CONTACTS, Action.EDIT_EDGES, Action.EXPORT_PERSONS},
    "operator": _EVERYBODY | _STAFF,
    "supervisor": _EVERYBODY | _STAFF | _SUPERVISION,
    "integrator": _EVERYBODY | {Action.EDIT_CONTACTS, Action.EDIT_EDGES},
    "administrator": frozenset(Action),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who signed in."""

    id: str
    login: str
    name: str
    role: Role
    organisation_id: str | None = None
    language: str = "zh"


def may(account: Account, action: Action) -> bool:
    """Whether this role allows the action at all; the home or organisation must be in scope besides."""
    return action in MAY[account.role]


def sees_everything(account: Account) -> bool:
    """Whether every home and organisation is in scope."""
    return account.role == "administrator"


def sees_organisation(account: Account) -> bool:
    """Whether the homes of an organisation, and of those below it, are in scope."""
    return account.role in ("operator", "supervisor") and account.organisation_id is not None
