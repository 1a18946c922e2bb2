"""Handing out what is held of somebody, and erasing it in two steps. Both begin on the page of privacy."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.language import texts
from hub.places import store as places
from hub.privacy import erasing, exporting, people
from hub.privacy.words import HOW_LONG, TITLES
from hub.web import erasures
from hub.web.erasures import Kind, PersonId
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, LongText, Text
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Exporting = Annotated[Door, Depends(Allow(Action.EXPORT_PERSONS))]
Erasing = Annotated[Door, Depends(Allow(Action.ERASE_PERSONS))]
_PERSON: Final = "/homes/{home_id}/privacy/{kind}/{person_id}"


@router.get(_PERSON + "/export")
def export(request: Request, home_id: HomeId, kind: Kind, person_id: PersonId, door: Exporting) -> Response:
    """Send everything held of somebody as one ZIP."""
    with door.open() as visit:
        return erasures.archive(request, visit, people.find(visit.connection, kind, person_id, home_id))


@router.get(_PERSON + "/erase")
def ask(request: Request, home_id: HomeId, kind: Kind, person_id: PersonId, door: Erasing) -> Response:
    """Show what erasing somebody would do, and ask for the name and the reason."""
    with door.open() as visit:
        return _ask(request, visit, people.find(visit.connection, kind, person_id, home_id))


@router.post(_PERSON + "/erase")
def erase(
    request: Request,
    home_id: HomeId,
    kind: Kind,
    person_id: PersonId,
    door: Erasing,
    name: Annotated[Text, Form()] = "",
    reason: Annotated[LongText, Form()] = "",
) -> Response:
    """Erase somebody for good; a name that is not theirs erases nobody."""
    with door.open() as visit:
        person = people.find(visit.connection, kind, person_id, home_id)
        try:
            done = erasures.erase(request, visit, person, reason, name)
        except erasing.UnconfirmedError:
            gettext = texts(language_of(request, visit.account)).gettext
            return _ask(request, visit, person, reason, gettext(erasing.UNCONFIRMED), 422)
        shown = page(
            request, "erased.html", visit, found=done, titles=TITLES,
            back="/homes" if person.last_resident else f"/homes/{home_id}/privacy",
        )  # fmt: skip
    shown.background = erasures.afterwards(request, person)
    return shown


def _ask(
    request: Request,
    visit: Visit,
    person: people.Person,
    reason: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "erase.html",
        visit,
        status=status,
        home=places.home(visit.connection, str(person.home), visit.now),
        found=erasing.preview(visit.connection, person),
        held=exporting.held(visit.connection, person),
        titles=TITLES,
        how_long=HOW_LONG,
        reason=reason,
        wrong=wrong,
    )
