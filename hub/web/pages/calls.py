"""Who is called: a plan as sentences, what it would do at any hour, and its form; for a home and for an area.

Nothing is saved but by its own button, and nothing that reaches nobody is saved at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action, may
from hub.errors import ConflictError
from hub.escalation import foresight, plans, responders
from hub.escalation.plan import Plan, PlanError, read_plan
from hub.escalation.plans import UnacceptedError
from hub.escalation.sentences import sentences
from hub.language import N_, texts
from hub.notify.channels import registry
from hub.places import contacts
from hub.places import store as places
from hub.proof import preflight_runs
from hub.proof.preflight import HORIZON
from hub.web import plan_form
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, OrganisationId, last_version, posted
from hub.web.moments import EARLIEST, LATEST
from hub.web.parts import parts
from hub.web.plan_form import PlanFields
from hub.web.render import page
from hub.web.rota_words import weekdays
from hub.web.words import all_said, said
from models.detection.finding import Severity

router = APIRouter(include_in_schema=False)

Looks = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
Saves = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
LooksAtArea = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
SavesOfArea = Annotated[Door, Depends(Allow(Action.EDIT_ROTAS))]
Form = Annotated[dict[str, list[str]], Depends(posted)]
At = Annotated[datetime | None, Query()]
Edits = Annotated[Literal["yes", ""], Query()]
Said = Annotated[Literal["last", ""], Query()]
Version = Annotated[int | None, Query(ge=1, le=1_000_000)]

#: What can be tried out: a risk with the severity that it usually has.
KINDS: Final[Mapping[str, Severity]] = {
    "fall": "emergency",
    "sos": "emergency",
    "smoke": "emergency",
    "inactivity": "warning",
    "not_up": "warning",
    "door_open": "warning",
    "home_silent": "warning",
}
Risk = Annotated[Literal["fall", "sos", "smoke", "inactivity", "not_up", "door_open", "home_silent"], Query()]
#: Risks that a rule can be for: what sensors of a home say.
RISKS: Final = (
    "sos", "fall", "fall_suspected", "smoke", "co", "gas", "leak", "tamper", "inactivity", "not_up",
    "long_bathroom", "night_exit", "night_out_of_bed", "night_wandering", "door_open", "cold", "hot",
    "home_silent", "device_silent", "power_cut",
)  # fmt: skip
_NOBODY: Final = N_("This rule reaches nobody: add somebody who has a telephone number.")
_MEANWHILE: Final = N_("Somebody saved another version meanwhile: look at it, and change that one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose plan it is: a home's, or an organisation's for all homes below it."""

    home_id: str | None = None
    organisation_id: str | None = None
    notice: str = ""  #: `last`: nobody would have been left to call, and nothing was changed

    @property
    def path(self) -> str:
        """The address of its page."""
        if self.home_id is not None:
            return f"/homes/{self.home_id}/calls"
        return f"/organisations/{self.organisation_id}/calls"


@router.get("/homes/{home_id}/calls")
def show(
    request: Request,
    home_id: HomeId,
    door: Looks,
    at: At = None,
    risk: Risk = "fall",
    edit: Edits = "",
    version: Version = None,
    said: Said = "",
) -> Response:
    """Show whom a home's alerts call; with `edit`, its form. `said`: somebody had to stay."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        place = Place(home_id=home_id, notice=said)
        return _show(request, visit, place, at, risk, bool(edit), version)


@router.post("/homes/{home_id}/calls/draft")
def draft(request: Request, home_id: HomeId, door: Looks, form: Form) -> Response:
    """Change the form, or try what is in it; saves nothing."""
    with door.open() as visit:
        return _draft(request, visit, Place(home_id=home_id), form)


@router.post("/homes/{home_id}/calls")
def save(request: Request, home_id: HomeId, door: Saves, form: Form) -> Response:
    """Give a home this plan; alerts that are open keep theirs."""
    with door.open() as visit:
        return _save(request, visit, Place(home_id=home_id), form)


@router.post("/homes/{home_id}/calls/take-back")
def take_back(request: Request, home_id: HomeId, door: Saves) -> Response:
    """Let the plan above, or the built-in one, hold for a home again."""
    with door.open() as visit:
        return _take_back(visit, Place(home_id=home_id))


@router.get("/organisations/{organisation_id}/calls")
def show_area(
    request: Request,
    organisation_id: OrganisationId,
    door: LooksAtArea,
    at: At = None,
    risk: Risk = "fall",
    edit: Edits = "",
    version: Version = None,
    said: Said = "",
) -> Response:
    """Show whom the alerts of an organisation's homes call, where a home has no plan of its own."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        place = Place(organisation_id=organisation_id, notice=said)
        return _show(request, visit, place, at, risk, bool(edit), version)


@router.post("/organisations/{organisation_id}/calls/draft")
def draft_of_area(
    request: Request, organisation_id: OrganisationId, door: LooksAtArea, form: Form
) -> Response:
    """Change the form, or try what is in it; saves nothing."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _draft(request, visit, Place(organisation_id=organisation_id), form)


@router.post("/organisations/{organisation_id}/calls")
def save_of_area(
    request: Request, organisation_id: OrganisationId, door: SavesOfArea, form: Form
) -> Response:
    """Give all homes below an organisation this plan."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _save(request, visit, Place(organisation_id=organisation_id), form)


@router.post("/organisations/{organisation_id}/calls/take-back")
def take_back_of_area(organisation_id: OrganisationId, door: SavesOfArea) -> Response:
    """Let the plan above, or the built-in one, hold for an organisation's homes again."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _take_back(visit, Place(organisation_id=organisation_id))


def _show(
    request: Request,
    visit: Visit,
    place: Place,
    at: datetime | None,
    risk: str,
    edit: bool,
    version: int | None,
) -> Response:
    kept = plans.plan_of(visit.connection, place.home_id, place.organisation_id)
    plan = kept.plan
    if version is not None:
        old = plans.versions_of(
            visit.connection, home_id=place.home_id, organisation_id=place.organisation_id, limit=1000
        )
        plan = next((row["plan"] for row in old if row["version"] == version and row["plan"]), plan)
    fields = plan_form.fields_of(_calling(plan)) if edit else None
    if fields is not None and plan is kept.plan and not kept.place:
        fields.name = ""  # what is written now is the built-in plan no longer
    return _page(request, visit, place, plan=plan, fields=fields, at=at, risk=risk)


def _draft(request: Request, visit: Visit, place: Place, form: dict[str, list[str]]) -> Response:
    fields = plan_form.typed(form)
    act = (form.get("act") or [""])[0]
    plan_form.changed(fields, act)
    plan, wrong = _read(visit, place, fields, request)
    return _page(
        request,
        visit,
        place,
        plan=plan,
        fields=fields,
        wrong=wrong if act == "try" else {},
        at=_at(form),
        risk=_risk(form),
        status=422 if wrong and act == "try" else 200,
    )


def _save(request: Request, visit: Visit, place: Place, form: dict[str, list[str]]) -> Response:
    fields = plan_form.typed(form)
    plan, wrong = _read(visit, place, fields, request)
    status = 422
    if plan is not None and not wrong:
        try:
            with visit.connection.transaction():
                version = plans.save(
                    visit.connection,
                    plan,
                    home_id=place.home_id,
                    organisation_id=place.organisation_id,
                    by=visit.account.name,
                    now=visit.now,
                    last=last_version(form),
                )
        except ConflictError:
            wrong["form"] = texts(language_of(request, visit.account)).gettext(_MEANWHILE)
            status = 409
        else:
            visit.note("save_plan", place.home_id, organisation=place.organisation_id, version=version)
            return RedirectResponse(place.path, 303)
    return _page(
        request, visit, place, plan=plan, fields=fields, wrong=wrong, at=_at(form), risk=_risk(form),
        status=status,
    )  # fmt: skip


def _take_back(visit: Visit, place: Place) -> Response:
    try:
        with visit.connection.transaction():
            had = plans.forget(
                visit.connection,
                home_id=place.home_id,
                organisation_id=place.organisation_id,
                by=visit.account.name,
                now=visit.now,
            )
    except UnacceptedError:
        return RedirectResponse(f"{place.path}?said=last", 303)
    if had:
        visit.note("forget_plan", place.home_id, organisation=place.organisation_id)
    return RedirectResponse(place.path, 303)


def _read(
    visit: Visit, place: Place, fields: PlanFields, request: Request
) -> tuple[Plan | None, dict[str, str]]:
    """Return the plan of a form, where it is one, and what is wrong in it, by field, in words."""
    language = language_of(request, visit.account)
    document, unreadable = plan_form.document(fields)
    wrong = all_said(unreadable, language)
    if set(wrong) - {"name"}:
        return None, wrong
    try:
        plan = read_plan(document)
    except PlanError as error:
        return None, {"form": str(error)}
    found = plans.warnings_of(
        visit.connection, plan, home_id=place.home_id, organisation_id=place.organisation_id
    )
    for n in range(len(plan.rules)):
        if f"rule-{n + 1}-reaches-nobody" in found:
            wrong[f"r{n}-steps"] = texts(language).gettext(_NOBODY)
    return plan, wrong


def _page(
    request: Request,
    visit: Visit,
    place: Place,
    *,
    plan: Plan | None,
    fields: PlanFields | None,
    wrong: dict[str, str] | None = None,
    at: datetime | None,
    risk: str,
    status: int = 200,
) -> Response:
    connection, language = visit.connection, language_of(request, visit.account)
    kept = plans.plan_of(connection, place.home_id, place.organisation_id)
    where = responders.place_of(connection, place.home_id, place.organisation_id)
    local = visit.now.astimezone(where.zone)
    moment = (_wall(at, where.zone) if at is not None else None) or foresight.night(local)
    people = responders.of_place(connection, where, visit.now)
    judged = plan or kept.plan
    seen = foresight.foresee(
        connection,
        home_id=place.home_id,
        organisation_id=place.organisation_id,
        severity=KINDS[risk],
        risk=risk,
        at=moment,
        carriers=registry.carried(parts(request).settings),
        language=language,
        plan=judged,
    )
    versions = plans.versions_of(connection, home_id=place.home_id, organisation_id=place.organisation_id)
    names = {row["id"]: _name(row, language) for row in places.organisations(connection)}
    action = Action.EDIT_HOMES if place.home_id is not None else Action.EDIT_ROTAS
    return page(
        request,
        "calls.html",
        visit,
        status=status,
        place=place,
        home=places.home(connection, place.home_id, visit.now) if place.home_id is not None else None,
        name=names.get(place.organisation_id or ""),
        own=contacts.of_home(connection, place.home_id) if place.home_id is not None else [],
        kept=kept,
        last=versions[0]["version"] if versions else 0,
        of=names.get(kept.place, kept.place),
        saves=may(visit.account, action),
        rules=[
            {
                "rule": rule,
                "days": weekdays([_DAYS[day - 1] for day in rule.days], language),
                "lines": sentences(
                    rule,
                    people if place.home_id is not None else None,
                    names,
                    "emergency" if "emergency" in rule.severities else "warning",
                    language,
                ),
            }
            for rule in _calling(judged).rules
        ],
        fields=fields,
        readable=plan is not None,
        wrong=wrong or {},
        notices={
            f"r{n}-s{m}-{field}": said(reason, language)
            for (n, m, field), reason in plans.doubts_of(connection, judged, where, visit.now).items()
        }
        if fields is not None and plan is not None
        else {},
        lapses=preflight_runs.check_plan(connection, place.home_id, judged, visit.now)
        if place.home_id is not None
        else [],
        fortnight=HORIZON,
        versions=versions,
        lines=seen.told,
        at=moment,
        zone=str(where.zone),
        risk=risk,
        kinds=list(KINDS),
        all_risks=RISKS,
        weekday_names=[(str(n + 1), weekdays([day], language)) for n, day in enumerate(_DAYS)],
        ways=plan_form.WAYS,
        severities=plan_form.SEVERITIES,
        frozen=_open_alerts(visit, place),
    )


_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _calling(plan: Plan) -> Plan:
    """Return the rules of a plan that call anybody: advice does not."""
    return Plan(name=plan.name, rules=tuple(rule for rule in plan.rules if set(rule.severities) - {"advice"}))


def _open_alerts(visit: Visit, place: Place) -> int:
    """How many alerts are open whose policy is frozen: of a home; of an area nobody counts them here."""
    if place.home_id is None:
        return 0
    row = visit.connection.execute(
        "select count(*) as n from alerts where home_id = %s and status <> 'resolved'", (place.home_id,)
    ).fetchone()
    return int(row["n"]) if row else 0


def _wall(at: datetime, zone: ZoneInfo) -> datetime | None:
    if not EARLIEST.year < at.year < LATEST.year:
        return None
    return (at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)).replace(
        second=0, microsecond=0
    )


def _at(form: Mapping[str, list[str]]) -> datetime | None:
    try:
        return datetime.fromisoformat((form.get("at") or [""])[0])
    except ValueError:
        return None


def _risk(form: Mapping[str, list[str]]) -> str:
    given = (form.get("risk") or [""])[0]
    return given if given in KINDS else "fall"


def _name(row: Mapping[str, Any], language: str) -> str:
    return str(row["name_en"] if language == "en" and row["name_en"] else row["name"])
