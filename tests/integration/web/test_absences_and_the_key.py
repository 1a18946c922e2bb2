"""What a family tells of a home is kept; where the key is, is shown during an alert, and written down."""

from __future__ import annotations

from datetime import timedelta

from hub.places import stays
from tests.village import fall
from tests.web_rig import WebRig, form_token


def test_an_absence_told_on_a_telephone_is_by_the_clock_of_the_home(web: WebRig) -> None:
    with web.signed_in("family") as client:
        token = form_token(client.get("/homes/wang/family").text)
        form = {"csrf": token, "since": "2026-11-22T02:00", "until": "2026-11-24T20:00"}
        assert client.post("/homes/wang/away", data=form).status_code == 303
        assert "王芳" in client.get("/homes/wang/family").text
    with web.pool.connection() as connection:
        (one,) = stays.current(connection, "wang", web.clock.now())
        assert one["since"].isoformat() == "2026-11-21T18:00:00+00:00"  # two in the morning in China
        assert stays.away_now(connection, ["wang"], web.clock.now()) == {"wang": one["until"]}


def test_an_absence_that_cannot_be_is_refused_and_one_that_ended_is_gone(web: WebRig) -> None:
    now = web.clock.now()
    with web.program("family") as program:
        for until in (now - timedelta(hours=1), now + timedelta(days=91)):
            answer = program.post(
                "/api/v1/homes/wang/stays", json={"kind": "away", "until": until.isoformat()}
            )
            assert answer.status_code == 422, answer.text
        told = program.post(
            "/api/v1/homes/wang/stays",
            json={"kind": "visitor", "until": (now + timedelta(hours=2)).isoformat()},
        ).json()
        number = told[0]["id"]
        assert program.post(f"/api/v1/homes/wang/stays/{number}/end").status_code == 204
        assert program.post(f"/api/v1/homes/wang/stays/{number}/end").status_code == 409
        assert program.get("/api/v1/homes/wang/stays").json() == []


def test_where_the_key_is_comes_by_a_press_during_an_alert_alone_and_is_written_down(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.program("supervisor") as program:
        answer = program.put("/api/v1/homes/wang/where", json={"key_safe": "门右侧钥匙盒 2580"})
        assert "2580" not in answer.text
    with web.signed_in("operator") as client:
        page = client.get(f"/alerts/{alert}").text
        assert "2580" not in page
        assert client.get(f"/alerts/{alert}/key-safe").status_code == 405
        token = {"csrf": form_token(page)}
        assert "2580" in client.post(f"/alerts/{alert}/key-safe", data=token).text
        client.post(f"/alerts/{alert}/resolve", data=token | {"cause": "pet"})
        assert client.post(f"/alerts/{alert}/key-safe", data=token).status_code == 409
    with web.pool.connection() as connection:
        looks = connection.execute("select 1 from audit_log where action = 'view_key_safe'").fetchall()
        outcome = connection.execute("select outcome, cause from alerts where id = %s", [alert]).fetchone()
    assert len(looks) == 1
    assert outcome == {"outcome": "false", "cause": "pet"}
