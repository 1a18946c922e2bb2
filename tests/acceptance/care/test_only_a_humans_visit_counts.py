"""The monthly visit rate counts what people did; what sensors saw neither raises it nor puts a visit off."""

from __future__ import annotations

from typing import Any

from tests.care_rig import heard, later, round_of, seen, visit
from tests.web_rig import WebRig


def rate(web: WebRig, month: str = "") -> dict[str, Any]:
    with web.program("supervisor") as program:
        query = {"month": month} if month else {}
        return program.get("/api/v1/organisations/dongjie/visit-rate", params=query).json()["whole"]  # type: ignore[no-any-return]


def test_a_month_of_movement_is_no_visit(web: WebRig) -> None:
    with web.pool.connection() as connection:
        heard(connection, "wang", web.clock.now())
        for _ in range(50):
            seen(connection, "wang", web.clock.now())
    assert rate(web) == {"people": 1, "visited": 0, "share": 0.0}
    with web.program("operator") as program:
        assert round_of(program) == {"wang": "today"}, "thirty days on the list and never called on"


def test_a_visit_counts_once_in_its_month_and_a_struck_out_one_not_at_all(web: WebRig) -> None:
    with web.pool.connection() as connection:
        heard(connection, "wang", web.clock.now())
        seen(connection, "wang", web.clock.now())
    with web.program("operator") as program:
        first = visit(program).json()["id"]
        visit(program, kind="phone")
        assert rate(web) == {"people": 1, "visited": 1, "share": 1.0}
        assert round_of(program) == {}
        later(web, days=20)
        assert rate(web)["visited"] == 0, "a new month"
        assert rate(web, "2026-11-05")["visited"] == 1, "the old one can be counted again"
        later(web, days=-20)
        for mistaken in program.get("/api/v1/homes/wang/visits").json():
            answer = program.post(f"/api/v1/visits/{mistaken['id']}/strike-out", json={"why": "记错了一户"})
            assert answer.status_code == 204
        assert rate(web)["visited"] == 0
        again = program.post(f"/api/v1/visits/{first}/strike-out", json={"why": "记错了"})
        assert again.status_code == 409
        kept = program.get("/api/v1/homes/wang/visits").json()
        assert [(one["struck_out"], one["why_struck_out"]) for one in kept] == [(True, "记错了一户")] * 2


def test_who_has_moved_away_or_died_is_on_nobodys_round_and_in_no_rate(web: WebRig) -> None:
    with web.program("operator") as program:
        where = program.put("/api/v1/homes/wang/residents/wang/standing", json={"standing": "institution"})
        assert where.status_code == 200
        assert round_of(program) == {}
    assert rate(web) == {"people": 0, "visited": 0, "share": None}


def test_a_visit_lies_in_the_past_and_meets_somebody_of_the_home(web: WebRig) -> None:
    with web.program("operator") as program:
        assert visit(program, at="2026-12-24T10:00:00Z").status_code == 422
        assert visit(program, at="2026-06-01T10:00:00Z").status_code == 422
        assert visit(program, residents=[]).status_code == 422
        assert visit(program, residents=["zhao"]).status_code == 404, "somebody of another home"
        assert program.get("/api/v1/homes/wang/visits").json() == []
