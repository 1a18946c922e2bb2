"""What the privacy page says somebody sees of a home is what the API gives them; consent changes both."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from hub.accounts import sharing
from hub.accounts.permissions import ROLES, Account, Role
from hub.accounts.scope import sees_home
from hub.accounts.sharing import Purpose, Receiver
from tests.village import fall
from tests.web_rig import WebRig

#: What a program asks for to see it; {alert} is an open one.
ASKED: Final = {
    "alerts": ("GET", "/api/v1/alerts?home=wang"),
    "day": ("GET", "/api/v1/homes/wang/events"),
    "habits": ("GET", "/api/v1/homes/wang/trends"),
    "people": ("GET", "/api/v1/homes/wang/contacts"),
    "needs": ("GET", "/api/v1/needs"),
    "visits": ("GET", "/api/v1/homes/wang/visits"),
    "key": ("POST", "/api/v1/alerts/{alert}/key-safe"),
    "health": ("GET", "/api/v1/alerts/{alert}/card"),
}


def got(web: WebRig, role: Role, alert: str) -> set[str]:
    """What the API gives to somebody of a role."""
    with web.program(role) as program:
        return {
            what
            for what, (method, path) in ASKED.items()
            if program.request(method, path.replace("{alert}", alert)).status_code == 200
        }


def said(web: WebRig, role: Role, *when: str) -> set[str]:
    """What the page says that somebody of a role sees."""
    with web.pool.connection() as connection:
        (one,) = [row for row in sharing.people(connection, "wang") if row["id"] == web.people[role]]
    return {what for name, sights in one["sees"].items() if name in when for what in sights}


def keep(web: WebRig, purpose: Purpose, receiver: Receiver) -> None:
    """Keep something from somebody, as the family does."""
    with web.program("family") as program:
        told = program.put(
            "/api/v1/homes/wang/sharing",
            json={"purpose": purpose, "receiver": receiver, "given": False, "why": "王奶奶的意思"},
        )
        assert told.status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_the_page_and_the_api_agree_with_consent_without_and_in_an_emergency(web: WebRig, role: Role) -> None:
    assert set(ASKED) == {sight.what for sight in sharing.SIGHTS}
    with web.pool.connection() as connection:
        (mine,) = [row for row in sharing.people(connection, "wang") if row["id"] == web.people[role]]
    assert got(web, role, "none") == said(web, role, "always")
    for purpose in sharing.PURPOSES:
        keep(web, purpose, mine["receiver"])
    kept = got(web, role, "none")
    assert kept == said(web, role, "always")
    assert not kept & {"day", "habits"}
    alert = web.finding(fall())
    assert got(web, role, alert) == said(web, role, "always", "alert", "emergency")


def test_what_one_receiver_may_not_see_the_others_still_may(web: WebRig) -> None:
    keep(web, "day", "family")
    with web.signed_in("family") as browser:
        page = browser.get("/homes/wang/family").text
        assert "住户不公开每天的活动" in page
        assert "r-move" not in page
    with web.program("family") as program:
        refused = program.get("/api/v1/homes/wang/events")
        assert refused.status_code == 403
        assert "keep this to themselves" in refused.text
    with web.program("operator") as program:
        assert program.get("/api/v1/homes/wang/events").status_code == 200
        lines = program.get("/api/v1/homes/wang/sharing").json()["consents"]
    (line,) = [one for one in lines if not one["given"]]
    assert (line["purpose"], line["receiver"], line["why"], line["changed_by"]) == (
        "day", "family", "王奶奶的意思", "family",
    )  # fmt: skip


def test_after_the_emergency_it_is_kept_again(web: WebRig) -> None:
    keep(web, "day", "station")
    alert = web.finding(fall())
    with web.program("operator") as program:
        assert program.get("/api/v1/homes/wang/events").status_code == 200
        program.post(f"/api/v1/alerts/{alert}/acknowledge")
        program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "false"})
        web.clock.move(timedelta(minutes=1))
        assert program.get("/api/v1/homes/wang/events").status_code == 403


@pytest.mark.parametrize("home", ["wang", "zhao"])
def test_nobody_sees_a_home_who_is_not_named_and_nobody_is_named_who_does_not(web: WebRig, home: str) -> None:
    with web.pool.connection() as connection:
        named = {row["id"] for row in sharing.people(connection, home)}
        everybody = connection.execute(
            "select id, login, name, role, organisation_id from users where active"
        ).fetchall()
        seeing = {row["id"] for row in everybody if sees_home(connection, Account(**row), home)}
    assert named == seeing
