"""Every form of a page has an operation of the API that does the same. A new form must be listed here."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.integration.web.test_every_route_by_every_role import ROUTES
from tests.village import fall
from tests.web_rig import WebRig

#: What is about the browser itself, or about signing in, is no program's business.
OF_THE_BROWSER: Final = frozenset(
    {
        "POST /sign-in", "POST /sign-in/code", "POST /account/second-factor", "POST /sign-out",
        "POST /language", "POST /display", "POST /board/sound",
        "POST /push/subscribe", "POST /push/unsubscribe",
        "POST /organisations/{organisation_id}/rota/week/draft",  # rows of a form that is being filled
    }
)  # fmt: skip
#: Signed requests of telephone providers, and the link that itself is the answer.
OF_OTHERS: Final = ("POST /twilio/", "POST /aliyun/", "POST /a/", "POST /n/")

DOES: Final = {
    "POST /new-home": ("POST /api/v1/homes", "POST /api/v1/homes/{home_id}/residents"),
    "POST /admin/import": ("POST /api/v1/homes/import",),
    "POST /admin/users": ("POST /api/v1/users",),
    "POST /admin/users/{user_id}/active": ("PUT /api/v1/users/{user_id}/active",),
    "POST /admin/users/{user_id}/second-factor": (
        "DELETE /api/v1/users/{user_id}/second-factor",
        "PUT /api/v1/users/{user_id}/shared-screen",
    ),
    "POST /admin/webhooks": ("POST /api/v1/webhooks",),
    "POST /admin/webhooks/{webhook_id}": (
        "POST /api/v1/webhooks/{webhook_id}/test",
        "POST /api/v1/webhooks/{webhook_id}/secret",
        "PUT /api/v1/webhooks/{webhook_id}/active",
        "DELETE /api/v1/webhooks/{webhook_id}",
    ),
    "POST /admin/webhooks/{webhook_id}/deliveries/{delivery_id}/resend": (
        "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
    ),
    "POST /admin/users/{user_id}/token": ("POST /api/v1/users/{user_id}/tokens",),
    "POST /alerts/{alert_id}/acknowledge": ("POST /api/v1/alerts/{alert_id}/acknowledge",),
    "POST /alerts/{alert_id}/cannot": ("POST /api/v1/alerts/{alert_id}/cannot",),
    "POST /alerts/{alert_id}/give": ("POST /api/v1/alerts/{alert_id}/give",),
    "POST /alerts/{alert_id}/key-safe": ("POST /api/v1/alerts/{alert_id}/key-safe",),
    "POST /alerts/{alert_id}/on-site": ("POST /api/v1/alerts/{alert_id}/on-site",),
    "POST /alerts/{alert_id}/on-the-way": ("POST /api/v1/alerts/{alert_id}/on-the-way",),
    "POST /alerts/{alert_id}/resolve": ("POST /api/v1/alerts/{alert_id}/resolve",),
    "POST /homes/{home_id}/away": ("POST /api/v1/homes/{home_id}/stays",),
    "POST /homes/{home_id}/visiting": ("POST /api/v1/homes/{home_id}/stays",),
    "POST /homes/{home_id}/stays/{number}/end": ("POST /api/v1/homes/{home_id}/stays/{number}/end",),
    "POST /homes/{home_id}/calls": ("PUT /api/v1/homes/{home_id}/plan",),
    "POST /homes/{home_id}/calls/draft": ("POST /api/v1/homes/{home_id}/plan/preview",),
    "POST /homes/{home_id}/calls/take-back": ("DELETE /api/v1/homes/{home_id}/plan",),
    "POST /organisations/{organisation_id}/calls": ("PUT /api/v1/organisations/{organisation_id}/plan",),
    "POST /organisations/{organisation_id}/calls/draft": (
        "POST /api/v1/organisations/{organisation_id}/plan/preview",
    ),
    "POST /organisations/{organisation_id}/calls/take-back": (
        "DELETE /api/v1/organisations/{organisation_id}/plan",
    ),
    "POST /organisations/{organisation_id}/rota/week": ("PUT /api/v1/organisations/{organisation_id}/rota",),
    "POST /homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check": (
        "POST /api/v1/homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check",
    ),
    "POST /homes/{home_id}/facts": ("PATCH /api/v1/homes/{home_id}/facts",),
    "POST /homes/{home_id}/contacts/{contact_id}": ("PUT /api/v1/homes/{home_id}/contacts/{contact_id}",),
    "POST /organisations/{organisation_id}/contacts/{contact_id}": (
        "PUT /api/v1/organisations/{organisation_id}/contacts/{contact_id}",
    ),
    "POST /homes/{home_id}/drills": ("PUT /api/v1/homes/{home_id}/drill-plan",),
    "POST /homes/{home_id}/drills/stop": ("DELETE /api/v1/homes/{home_id}/drill-plan",),
    "POST /organisations/{organisation_id}/drills": (
        "PUT /api/v1/organisations/{organisation_id}/drill-plan",
    ),
    "POST /organisations/{organisation_id}/drills/stop": (
        "DELETE /api/v1/organisations/{organisation_id}/drill-plan",
    ),
    "POST /homes/{home_id}/drill": ("POST /api/v1/homes/{home_id}/drill",),
    "POST /homes/{home_id}/privacy/{kind}/{person_id}/erase": (
        "POST /api/v1/homes/{home_id}/people/{kind}/{person_id}/erasure",
    ),
    "POST /homes/{home_id}/needs": ("POST /api/v1/homes/{home_id}/needs",),
    "POST /homes/{home_id}/privacy/sensors/{edge_id}/{device_id}": (
        "PUT /api/v1/homes/{home_id}/edges/{edge_id}/devices/{device_id}/consent",
    ),
    "POST /homes/{home_id}/privacy/sharing": ("PUT /api/v1/homes/{home_id}/sharing",),
    "POST /homes/{home_id}/residents/{resident_id}/standing": (
        "PUT /api/v1/homes/{home_id}/residents/{resident_id}/standing",
    ),
    "POST /homes/{home_id}/setup/call": (
        "POST /api/v1/homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check",
    ),
    "POST /homes/{home_id}/setup/contact": (
        "POST /api/v1/homes/{home_id}/contacts",
        "POST /api/v1/homes/{home_id}/contacts/{contact_id}/methods",
    ),
    "POST /homes/{home_id}/setup/go-live": ("PUT /api/v1/homes/{home_id}/status",),
    "POST /homes/{home_id}/setup/pair": ("POST /api/v1/homes/{home_id}/edges/{edge_id}/pairing-code",),
    "POST /homes/{home_id}/setup/test": ("POST /api/v1/homes/{home_id}/drill",),
    "POST /homes/{home_id}/setup/walk": ("POST /api/v1/homes/{home_id}/walk-test",),
    "POST /homes/{home_id}/silences": ("POST /api/v1/homes/{home_id}/silences",),
    "POST /homes/{home_id}/silences/{silence_id}/end": (
        "DELETE /api/v1/homes/{home_id}/silences/{silence_id}",
    ),
    "POST /homes/{home_id}/status": ("PUT /api/v1/homes/{home_id}/status",),
    "POST /homes/{home_id}/visits": ("POST /api/v1/homes/{home_id}/visits",),
    "POST /needs/{need_id}/answer": ("POST /api/v1/needs/{need_id}/answer",),
    "POST /needs/{need_id}": ("POST /api/v1/needs/{need_id}",),
    "POST /organisations/{organisation_id}/rota/changes/{change_id}/take-back": (
        "DELETE /api/v1/organisations/{organisation_id}/rota/changes/{change_id}",
    ),
    "POST /organisations/{organisation_id}/rota/overrides": (
        "POST /api/v1/organisations/{organisation_id}/rota/overrides",
    ),
    "POST /organisations/{organisation_id}/rota/swaps": (
        "POST /api/v1/organisations/{organisation_id}/rota/swaps",
    ),
    "POST /admin/organisations": ("POST /api/v1/organisations",),
    "POST /organisations/{organisation_id}": (
        "POST /api/v1/organisations",
        "PUT /api/v1/organisations/{organisation_id}/emergency-numbers",
    ),
    "POST /organisations/{organisation_id}/contacts": (
        "POST /api/v1/organisations/{organisation_id}/contacts",
        "POST /api/v1/organisations/{organisation_id}/contacts/{contact_id}/methods",
    ),
    "POST /organisations/{organisation_id}/contacts/{contact_id}/methods/{method_id}/check": (
        "POST /api/v1/organisations/{organisation_id}/contacts/{contact_id}/methods/{method_id}/check",
    ),
    "POST /organisations/{organisation_id}/intervals": (
        "PUT /api/v1/organisations/{organisation_id}/visit-intervals",
    ),
    "POST /rounds/paper": ("POST /api/v1/homes/{home_id}/visits",),
    "POST /suggestions/{suggestion_id}": ("POST /api/v1/suggestions/{suggestion_id}",),
    "POST /visits/{visit_id}/strike-out": ("POST /api/v1/visits/{visit_id}/strike-out",),
}


def test_every_form_has_an_operation_that_does_the_same() -> None:
    # What exists is in ROUTES: another test holds it against the application.
    forms = {
        name
        for name in ROUTES
        if name.startswith("POST /")
        and not name.startswith(("POST /api/", *OF_OTHERS))
        and name not in OF_THE_BROWSER
    }
    assert forms == set(DOES)
    assert {operation for operations in DOES.values() for operation in operations} <= set(ROUTES)


def test_a_table_of_homes_is_judged_then_taken_whole(web: WebRig) -> None:
    table = "organisation,resident,address,born\ndongjie,李四,东街3号,1941\n"
    with web.program("supervisor") as program:
        bad = program.post(
            "/api/v1/homes/import", json={"table": table + "nowhere,赵,远处,\n", "take": True}
        ).json()
        assert (bad["taken"], [problem["line"] for problem in bad["problems"]]) == ([], [3])
        judged = program.post("/api/v1/homes/import", json={"table": table}).json()
        assert judged == {"homes": 1, "problems": [], "taken": []}
        made = program.post("/api/v1/homes/import", json={"table": table, "take": True}).json()["taken"]
        assert made == ["home-1"]
        (resident,) = program.get("/api/v1/homes/home-1/residents").json()
    assert resident == {
        "id": "home-1-1", "name": "李四", "born_on": "1941-01-01", "capability": None, "circumstances": [],
    }  # fmt: skip


def test_residents_are_added_and_corrected_field_by_field(web: WebRig) -> None:
    where = "/api/v1/homes/wang/residents"
    with web.program("supervisor") as program:
        made = program.post(where, json={"name": "王大爷", "born_on": "1938-05-02"}).json()["id"]
        changed = program.put(f"{where}/{made}", json={"capability": 2, "circumstances": ["disabled"]})
        assert changed.json() == {
            "id": made, "name": "王大爷", "born_on": "1938-05-02", "capability": 2,
            "circumstances": ["disabled"],
        }  # fmt: skip
        assert program.put(f"{where}/{made}", json={"born_on": None}).json()["born_on"] is None
        assert program.post(where, json={"name": "x", "born_on": "1599-01-01"}).status_code == 422
        assert program.put(f"{where}/nobody", json={"capability": 2}).status_code == 404


def test_the_installation_says_what_is_left_to_show(web: WebRig) -> None:
    with web.pool.connection() as connection:
        connection.execute("update homes set status = 'commissioning' where id = 'wang'")
    with web.program("supervisor") as program:
        before = program.get("/api/v1/homes/wang/installation").json()
        assert before["walk_began_at"] is None
        assert "tested" in before["unproven"]
        assert program.post("/api/v1/homes/wang/walk-test").status_code == 204
        after = program.get("/api/v1/homes/wang/installation").json()
        assert after["walk_began_at"] is not None
        assert list(after["steps"]) == ["home", "people", "paired", "sensors", "walked", "tested", "live"]


def test_the_key_is_told_while_an_alert_is_open_and_the_look_is_in_the_log(web: WebRig) -> None:
    with web.pool.connection() as connection:
        connection.execute("update homes set key_safe = '门框上方' where id = 'wang'")
    alert = web.finding(fall())
    with web.program("operator") as program:
        assert program.post(f"/api/v1/alerts/{alert}/key-safe").json() == {"note": "门框上方"}
        program.post(f"/api/v1/alerts/{alert}/acknowledge")
        program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "real"})
        assert program.post(f"/api/v1/alerts/{alert}/key-safe").status_code == 409
    web.clock.move(timedelta(seconds=1))
    with web.program("administrator") as program:
        lines = program.get("/api/v1/log", params={"home": "wang"}).json()
        assert ("operator", "view_key_safe") in {(line["login"], line["action"]) for line in lines}


def test_trends_hold_thirty_days_and_a_day_unknown_is_null(web: WebRig) -> None:
    with web.program("family") as program:
        found = program.get("/api/v1/homes/wang/trends").json()
    assert [trend["name"] for trend in found["trends"]] == ["activity", "sleep", "night_toilet", "outings"]
    assert found["known"] == 0
    assert found["trends"][0]["values"] == [None] * 30
