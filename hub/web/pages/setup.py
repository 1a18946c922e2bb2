"""Setting a home up: who lives there, whom to call, pairing, sensors, the walk test, a test alert, live.

Everything is kept as it is done: whoever comes back goes on where they stopped.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

import segno
from fastapi import APIRouter, Depends, Form, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.care.intervals import GROUPS
from hub.errors import ConflictError
from hub.language import N_, texts
from hub.places import addresses, contacts, facts, intake, pairing, pairing_codes
from hub.places import store as places
from hub.places.addresses import UNCALLABLE, AddressError
from hub.proof import commissioning, drills, number_checks
from hub.proof import commissioning_store as rows
from hub.web import number_tests, rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, LongText, Text, posted
from hub.web.moving import moving_page
from hub.web.parts import parts
from hub.web.render import page
from hub.web.words import all_said

router = APIRouter(include_in_schema=False)

Creates = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
Installs = Annotated[Door, Depends(Allow(Action.EDIT_EDGES))]
#: The edge agent that a household has; a second one is paired on the command line.
EDGE: Final = "pi"
_NO_NAME: Final = N_("Who is it?")
_BORN: Final = N_("A year of birth lies between 1900 and today.")
#: What the form of a new home asks besides; the same that the home's own page asks later.
_TOLD: Final = frozenset(facts.FIELDS) - {"name", "address"}
_WHY: Final = N_("Say why it is to be watched although not everything is shown.")


@router.get("/new-home")
def new(request: Request, door: Creates) -> Response:
    """Show the form of a new home."""
    with door.open() as visit:
        return _new(request, visit, {})


@router.post("/new-home")
def create(
    request: Request,
    door: Creates,
    name: Annotated[Text, Form()] = "",
    organisation: Annotated[Text, Form()] = "",
    address: Annotated[Text, Form()] = "",
    resident: Annotated[Text, Form()] = "",
    number: Annotated[Text, Form()] = "",
    born: Annotated[Text, Form()] = "",
    capability: Annotated[Text, Form()] = "",
    circumstance: Annotated[list[Text] | None, Form()] = None,
    form: Annotated[dict[str, list[str]] | None, Depends(posted)] = None,
) -> Response:
    """Add a home with who lives there, and go on to its next step."""
    told = {field: values[0] for field, values in (form or {}).items() if field in _TOLD}
    typed = {
        "name": name, "organisation": organisation, "address": address, "resident": resident,
        "number": number, "born": born, "capability": capability, "circumstance": circumstance or [],
    } | told  # fmt: skip
    year = _year(born)
    with door.open() as visit:
        gettext = texts(language_of(request, visit.account)).gettext
        wrong = {}
        if not resident.strip():
            wrong["resident"] = gettext("Who lives there?")
        if not address.strip():
            wrong["address"] = gettext("Whoever goes there must find it.")
        if born.strip() and (year is None or not 1900 <= year <= visit.now.year):
            wrong["born"] = gettext(_BORN)
        wrong |= all_said(facts.wrong_in(told), language_of(request, visit.account))
        if number.strip():
            try:
                addresses.telephone(number)
            except AddressError:
                wrong["number"] = gettext(UNCALLABLE)
        if wrong:
            return _new(request, visit, typed, wrong, 422)
        visit.see_organisation(organisation)
        home_id = intake.new_home_id(visit.connection)
        places.create_home(
            visit.connection,
            home_id=home_id,
            organisation_id=organisation,
            name=name.strip() or gettext("Home of {name}").format(name=resident.strip()),
            address=address.strip(),
            zone=rounds.find_station(visit, organisation)["zone"],
            now=visit.now,
        )
        facts.change(visit.connection, home_id, told)
        intake.add_resident(
            visit.connection,
            home_id,
            name=resident.strip(),
            born_on=date(year, 1, 1) if year else None,
            capability=int(capability) if capability in ("0", "1", "2", "3", "4") else None,
            circumstances=[one for one in circumstance or [] if one in GROUPS],
        )
        if number.strip():
            contact = contacts.add(visit.connection, home_id=home_id, name=resident.strip(), role="resident")
            contacts.add_method(visit.connection, contact, channel="voice", address=number)
        visit.note("create_home", home_id)
    return RedirectResponse(f"/homes/{home_id}/setup", 303)


@router.get("/pair")
def where_a_scanned_code_leads(request: Request) -> Response:
    """Say what to type, to whoever scanned a pairing code; the code itself never reaches the hub."""
    command = pairing.command(parts(request).settings.own_url, "").strip()
    return page(request, "pair.html", command=command)


@router.post("/homes/{home_id}/setup/contact")
def add_contact(
    request: Request,
    home_id: HomeId,
    door: Annotated[Door, Depends(Allow(Action.EDIT_CONTACTS))],
    name: Annotated[Text, Form()] = "",
    number: Annotated[Text, Form()] = "",
    role: Annotated[Literal["resident", "family", "neighbour", "volunteer", "doctor"], Form()] = "family",
    language: Annotated[Literal["zh", "en"], Form()] = "zh",
) -> Response:
    """Add somebody to call, with their number; the resident's own is the one on which they are asked."""
    typed = {"name": name, "number": number, "role": role, "language": language}
    if not name.strip():
        with door.open() as visit:
            said = texts(language_of(request, visit.account)).gettext(_NO_NAME)
            found = _facts(visit, home_id) | {"wrong": {"contact_name": said}, "typed": typed}
            return page(request, "setup.html", visit, status=422, **found)
    try:
        with door.open() as visit:
            rank = len(contacts.of_home(visit.connection, home_id)) + 1
            made = contacts.add(
                visit.connection, home_id=home_id, name=name.strip(), role=role, language=language, rank=rank
            )
            contacts.add_method(visit.connection, made, channel="voice", address=number)
            visit.note("add_contact", home_id, contact=made)
    except AddressError:
        with door.open() as visit:
            said = texts(language_of(request, visit.account)).gettext(UNCALLABLE)
            found = _facts(visit, home_id) | {"wrong": {"number": said}, "typed": typed}
            return page(request, "setup.html", visit, status=422, **found)
    return _back(home_id)


@router.post("/homes/{home_id}/setup/call")
def call(
    home_id: HomeId,
    door: Annotated[Door, Depends(Allow(Action.EDIT_CONTACTS))],
    method: Annotated[Text, Form()],
) -> Response:
    """Call a number of this home's own people for a test."""
    with door.open() as visit:
        number_tests.begin(visit, method, home_id=home_id)
    return _back(home_id)


@router.post("/homes/{home_id}/setup/pair")
def pair(request: Request, home_id: HomeId, door: Installs) -> Response:
    """Make a pairing code and show it, this once."""
    url = parts(request).settings.own_url
    with door.open() as visit:
        code, expires_at = pairing_codes.make(visit.connection, home_id, EDGE, visit.now, visit.account.login)
        visit.note("make_pairing_code", home_id, edge=EDGE)
        shown = {
            "code": code.text,
            "command": pairing.command(url, code.text),
            "qr": _picture(pairing.address(url, code.text)),
            "until": expires_at,
        }
        return page(request, "setup.html", visit, **(_facts(visit, home_id) | {"pairing": shown}))


@router.post("/homes/{home_id}/setup/walk")
def walk(home_id: HomeId, door: Installs) -> Response:
    """Begin the walk test, or begin it anew."""
    with door.open() as visit:
        rows.begin_walk(visit.connection, home_id, visit.account.name, visit.now)
        visit.note("walk_test", home_id)
    return _back(home_id)


@router.post("/homes/{home_id}/setup/test")
def test_alert(home_id: HomeId, door: Installs) -> Response:
    """Make a test alert: it calls as a real one would, and says in every word that it is a drill."""
    with door.open() as visit:
        alert_id = drills.start(visit.connection, visit.now, home_id=home_id, by=visit.account.name)
        visit.note("drill", home_id, alert=alert_id)
    return _back(home_id)


@router.post("/homes/{home_id}/setup/go-live")
def go_live(
    request: Request, home_id: HomeId, door: Creates, why: Annotated[LongText, Form()] = ""
) -> Response:
    """Take the home live: everything is shown, or somebody says why it is to be watched all the same."""
    try:
        with door.open() as visit:
            left = rows.go_live(visit.connection, home_id, visit.now, why=why)
            visit.note("set_status", home_id, status="live", unproven=left, why=why.strip())
    except ConflictError:
        with door.open() as visit:
            said = texts(language_of(request, visit.account)).gettext(_WHY)
            return page(
                request,
                "setup.html",
                visit,
                status=409,
                **(_facts(visit, home_id) | {"wrong": {"why": said}}),
            )
    return _back(home_id)


def _new(
    request: Request,
    visit: Visit,
    typed: dict[str, Any],
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "new_home.html",
        visit,
        status=status,
        stations=[one for one in rounds.stations(visit) if one["tier"] == "station"]
        or rounds.stations(visit),
        typed=typed,
        wrong=wrong or {},
    )


def _facts(visit: Visit, home_id: str) -> dict[str, Any]:
    shown = rows.facts(visit.connection, home_id, visit.now)
    steps = commissioning.steps(shown, visit.now)
    people = contacts.of_home(visit.connection, home_id)
    visit.look("view_setup", home_id)
    return {
        "home": places.home(visit.connection, home_id, visit.now),
        "residents": places.residents(visit.connection, home_id),
        "facts": shown,
        "steps": steps,
        "next": commissioning.next_step(steps),
        "unproven": commissioning.unproven(shown, visit.now),
        "contacts": people,
        "checks": number_checks.state_of(visit.connection, people, visit.now),
        "drill": next(
            iter(drills.results(visit.connection, homes=[home_id], organisations=[], limit=1)), None
        ),
        "codes": [
            row for row in pairing_codes.edges(visit.connection, home_id, visit.now) if row["code_until"]
        ],
        "pairing": None,
        "wrong": {},
        "typed": {},
        "needed": commissioning.RESPONDERS,
        "ringing": [],
    }


def _picture(text: str) -> Markup:
    """Draw a QR code within the page: the pages' own rules let no picture in by a data address."""
    return Markup(segno.make(text, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None))  # noqa: S704


def _year(text: str) -> int | None:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text.strip()) == 4 else None


def _back(home_id: str) -> RedirectResponse:
    return RedirectResponse(f"/homes/{home_id}/setup", 303)


#: The steps of a home, what is shown and what comes next; sensors turn green as they are triggered.
moving_page(
    router,
    "/homes/{home_id}/setup",
    Action.EDIT_EDGES,
    whole="setup.html",
    part="_setup.html",
    facts=_facts,
)
