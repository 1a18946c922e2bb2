"""The whole week of a duty rota as a form: shifts, and people who take turns; tried before it is saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.errors import ConflictError
from hub.escalation import rota_store
from hub.escalation.rota_file import Week, week_of
from hub.escalation.rota_store import RotaError
from hub.language import N_, texts
from hub.places import contacts
from hub.places import store as places
from hub.web import rota_form
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import OrganisationId, last_version, posted
from hub.web.moments import day_of
from hub.web.pages.rotas import DAYS
from hub.web.render import page
from hub.web.rota_form import WeekFields
from hub.web.rota_words import span, weekdays
from hub.web.words import all_said

router = APIRouter(include_in_schema=False)

Edits = Annotated[Door, Depends(Allow(Action.EDIT_ROTAS))]
Form = Annotated[dict[str, list[str]], Depends(posted)]
_MEANWHILE = N_("Somebody saved another version meanwhile: look at it, and change that one.")


@router.get("/organisations/{organisation_id}/rota/week")
def show(request: Request, organisation_id: OrganisationId, door: Edits) -> Response:
    """Show the form of an organisation's week."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        kept = rota_store.get(visit.connection, organisation_id)
        fields = rota_form.fields_of(week_of(kept.rota) if kept else None)
        return _page(request, visit, organisation_id, fields, kept.version if kept else 0)


@router.post("/organisations/{organisation_id}/rota/week/draft")
def draft(request: Request, organisation_id: OrganisationId, door: Edits, form: Form) -> Response:
    """Add or leave out a row, or try what is in the form; saves nothing."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        fields = rota_form.typed(form)
        act = (form.get("act") or [""])[0]
        zone = rota_store.zone_of(visit.connection, organisation_id)
        rota_form.changed(fields, act, day_of(visit.now, zone))
        tried = act == "try"
        return _page(request, visit, organisation_id, fields, last_version(form), tried=tried, judged=tried)


@router.post("/organisations/{organisation_id}/rota/week")
def save(request: Request, organisation_id: OrganisationId, door: Edits, form: Form) -> Response:
    """Keep the week; overrides and swaps that were made stay."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        fields, last = rota_form.typed(form), last_version(form)
        language = language_of(request, visit.account)
        written, wrong = rota_form.week(fields)
        said, status = "", 422
        if not wrong:
            try:
                with visit.connection.transaction():
                    version = rota_store.save_written(
                        visit.connection,
                        organisation_id,
                        _in_zone(visit, organisation_id, written),
                        by=visit.account.login,
                        now=visit.now,
                        version=last,
                    )
            except RotaError as error:
                said = error.said(language)
            except ConflictError:
                said, status = texts(language).gettext(_MEANWHILE), 409
            else:
                visit.note("save_rota", None, organisation=organisation_id, version=version)
                return RedirectResponse(f"/organisations/{organisation_id}/rota", 303)
        return _page(request, visit, organisation_id, fields, last, judged=True, said=said, status=status)


def _page(
    request: Request,
    visit: Visit,
    organisation_id: str,
    fields: WeekFields,
    last: int | None,
    *,
    tried: bool = False,
    judged: bool = False,
    said: str = "",
    status: int = 200,
) -> Response:
    language = language_of(request, visit.account)
    written, wrong = rota_form.week(fields)
    facts: dict[str, Any] = {"gaps": None}
    if judged and not wrong and not said:
        try:
            facts["gaps"] = rota_store.gaps_of_written(
                visit.connection,
                organisation_id,
                _in_zone(visit, organisation_id, written),
                visit.now,
                visit.now + timedelta(days=DAYS),
            )
        except RotaError as error:
            said = error.said(language)
    organisation = places.organisations(visit.connection, [organisation_id])[0]
    kept = rota_store.get(visit.connection, organisation_id)
    return page(
        request,
        "rota_week.html",
        visit,
        status=422 if tried and (wrong or said) else status,
        organisation=organisation,
        zone=kept.rota.zone if kept else organisation["zone"],
        last=last,
        fields=fields,
        people=contacts.of_organisation(visit.connection, organisation_id),
        wrong=all_said(wrong, language) if judged else {},
        notice=said,
        day_names=[
            (day, weekdays([day], language)) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        ],
        span=lambda a, b, z: span(a, b, z, language),
        **facts,
    )


def _in_zone(visit: Visit, organisation_id: str, week: Week) -> Week:
    """A rota keeps the zone that it has."""
    kept = rota_store.get(visit.connection, organisation_id)
    return week.model_copy(update={"zone": kept.rota.zone if kept else ""})
