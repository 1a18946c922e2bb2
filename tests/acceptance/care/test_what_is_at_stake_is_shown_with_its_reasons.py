"""Each night a home's risk is added up; page and API say its band, its reasons and what would lower it."""

from __future__ import annotations

from hub.watch import risk_scores
from hub.web.words import reason_text
from tests.care_rig import round_of
from tests.village import add_home, fall
from tests.web_rig import WebRig


def night(web: WebRig) -> None:
    """The nightly job's last step."""
    with web.pool.connection() as connection:
        homes = [row["id"] for row in connection.execute("select id from homes").fetchall()]
        risk_scores.assess_homes(connection, homes, {}, web.clock.now())


def test_falls_raise_the_risk_and_are_named_with_what_would_lower_it(web: WebRig) -> None:
    with web.program("operator") as program:
        assert program.get("/api/v1/homes/wang/watch").json()["band"] is None, "before the first night"
        night(web)
        before = program.get("/api/v1/homes/wang/watch").json()
        for _ in range(2):
            alert = web.finding(fall(web.clock.now()))
            program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "real"})
        night(web)
        after = program.get("/api/v1/homes/wang/watch").json()
    assert after["points"] > before["points"]
    falls = next(one for one in after["contributions"] if one["what"] == "falls")
    assert falls["reason"]["values"]["falls"] == 2
    assert falls["lower"]["text"]
    with web.signed_in("operator") as browser:
        page = browser.get("/homes/wang").text
    assert "风险与原因" in page
    assert reason_text(falls["reason"], "zh", "Asia/Shanghai") in page


def test_of_two_homes_equally_due_the_one_with_more_at_stake_is_called_on_first(web: WebRig) -> None:
    with web.pool.connection() as connection:
        add_home(connection, "aaa")
        connection.execute("update residents set circumstances = '{lives_alone}', born_on = '1950-01-01'")
        connection.execute("update residents set capability = 0")
    alert = web.finding(fall(web.clock.now()))
    with web.program("operator") as program:
        program.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "real"})
        assert list(round_of(program)) == ["aaa", "wang"]
        night(web)
        assert list(round_of(program)) == ["wang", "aaa"]
