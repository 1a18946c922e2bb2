"""The rows of the villages add up to the township's, and those to the county's; no home is missing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.care_rig import heard, visit
from tests.village import add_home, fall
from tests.web_rig import WebRig, form_token


@pytest.fixture
def county(web: WebRig) -> WebRig:
    """Two stations below a township, four homes: one heard, two not, one being commissioned."""
    with web.pool.connection() as connection:
        connection.execute(
            "insert into organisations (id, tier, parent_id, name)"
            " values ('xijie', 'station', 'centre', '西街站')"
        )
        for home, status in (("li", "live"), ("chen", "live"), ("wu", "commissioning")):
            add_home(connection, home, status=status)
            connection.execute("update homes set organisation_id = 'xijie' where id = %s", (home,))
        connection.execute("update residents set circumstances = '{lives_alone}'")
        heard(connection, "wang", web.clock.now())
    return web


def overview(web: WebRig, organisation: str, login: str = "administrator") -> dict[str, Any]:
    with web.program(login) as program:
        answer = program.get(f"/api/v1/organisations/{organisation}/overview")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]


def test_counts_add_up_from_the_station_to_the_county_and_a_home_that_is_not_heard_is_counted(
    county: WebRig,
) -> None:
    alert = county.finding(fall(county.clock.now()), "li")
    county.clock.move(timedelta(minutes=2))  # type: ignore[attr-defined]
    with county.pool.connection() as connection:
        heard(connection, "wang", county.clock.now())
    with county.program("operator") as program:
        visit(program)
    township = overview(county, "centre")
    of_county = overview(county, "county")
    rows = {row["organisation"]: row["counts"] for row in township["below"]}
    assert set(rows) == {"dongjie", "xijie"}
    for name, n in township["total"].items():
        assert n == sum(row[name] for row in rows.values()) == of_county["total"][name], name
    assert township["total"] == {
        "homes": 4, "live": 3, "blind": 1, "unwatched": 1, "emergencies": 1, "untaken": 1, "warnings": 0,
        "needs_late": 0, "devices_out": 0, "people": 4, "visited": 1,
    }  # fmt: skip
    assert township["untaken"] == [alert]
    assert rows["xijie"]["untaken"] == 1


def test_an_emergency_that_somebody_took_is_late_for_nobody(county: WebRig) -> None:
    alert = county.finding(fall(county.clock.now()))
    with county.program("operator") as program:
        program.post(f"/api/v1/alerts/{alert}/acknowledge")
    county.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    total = overview(county, "county")["total"]
    assert (total["emergencies"], total["untaken"]) == (1, 0)


def test_the_months_table_can_be_opened_and_its_rows_add_up(county: WebRig) -> None:
    alert = county.finding(fall(county.clock.now()))
    with county.program("operator") as program:
        visit(program)
        program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "real"})
        program.post("/api/v1/homes/wang/needs", json={"kind": "meals"})
    with county.signed_in("administrator") as browser:
        assert form_token(browser.get("/area?organisation=county").text)
        answer = browser.get("/area/report.csv", params={"organisation": "county"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = {row["organisation"]: row for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}
    assert list(rows) == ["county", "centre", "dongjie", "xijie"]
    for column in (
        "people_in_groups",
        "people_visited",
        "emergencies",
        "real",
        "needs_made",
        "visits",
        "homes_live",
    ):
        stations = int(rows["dongjie"][column]) + int(rows["xijie"][column])
        assert int(rows["centre"][column]) == int(rows["county"][column]) == stations, column
    assert rows["dongjie"]["real"] == rows["dongjie"]["needs_made"] == rows["dongjie"]["visits"] == "1"
    assert rows["county"]["answered_60_kept"] == "1"


def test_a_station_sees_itself_and_not_its_neighbour(county: WebRig) -> None:
    with county.program("operator") as program:
        assert program.get("/api/v1/organisations/xijie/overview").status_code == 404
        assert program.get("/api/v1/organisations/xijie/report").status_code == 404
    assert overview(county, "dongjie", "operator")["total"]["homes"] == 1
