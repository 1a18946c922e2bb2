"""The emergency card is there while an emergency is open and at no other time; every look is on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from hub.clock import MovableClock
from tests.village import NIGHT, fall
from tests.web_rig import WebRig, running_web


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    with running_web(database, MovableClock(NIGHT), tmp_path) as rig:
        with rig.pool.connection() as connection:
            connection.execute("update homes set entry_note = '钥匙在李敏处' where id = 'wang'")
            connection.execute("update residents set born_on = '1941-11-22' where id = 'wang'")
        yield rig


def looks(web: WebRig) -> int:
    with web.pool.connection() as connection:
        rows = connection.execute("select 1 from audit_log where action = 'view_card'").fetchall()
    return len(rows)


def of(client: httpx.Client, alert: str) -> httpx.Response:
    return client.get(f"/api/v1/alerts/{alert}/card")


def test_it_holds_what_a_control_room_asks_for(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.program("administrator") as program:
        where = {"landmarks": "老供销社对面，红色铁门", "hospital": "青河县人民医院"}
        assert program.put("/api/v1/homes/wang/where", json=where).status_code == 200
        card = of(program, alert).json()
    assert [(line["service"], line["number"]) for line in card["lines"]] == [
        ("ambulance", "120"),
        ("fire", "119"),
        ("police", "110"),
    ]
    assert card["people"] == [{"name": "王秀英", "age": 85, "capability": None, "health": None}], (
        "by the clock of the home it is her birthday"
    )
    script = "".join(card["script"]["zh"])
    for word in (
        "救护车",
        "王秀英",
        "东街12号",
        "老供销社对面",
        "85岁",
        "浴室",
        "03:12",
        "李敏",
        "青河县人民医院",
    ):
        assert word in script, word
    assert card["script"]["en"][0] == "Hello. I need an ambulance for 王秀英."
    with web.signed_in("operator") as browser:
        page = browser.get(f"/alerts/{alert}/card")
        assert page.status_code == 200
        assert 'href="tel:120"' in page.text
        assert "老供销社对面" in page.text
        assert f'href="/alerts/{alert}/card"' in browser.get(f"/alerts/{alert}").text


def test_a_fire_is_told_to_the_fire_brigade_first(web: WebRig) -> None:
    with web.program("operator") as program:
        card = of(program, web.finding(replace(fall(), risk="smoke", dedup_key="smoke"))).json()
    assert card["lines"][0] == {"service": "fire", "number": "119"}
    assert "报火警" in card["script"]["zh"][0]


def test_an_area_has_its_own_numbers(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.program("administrator") as program:
        for bad in ("12", "12345678901234567", "+"):
            answer = program.put("/api/v1/organisations/centre/emergency-numbers", json={"ambulance": bad})
            assert answer.status_code == 422
        program.put("/api/v1/organisations/county/emergency-numbers", json={"ambulance": "0578 120"})
        assert of(program, alert).json()["lines"][0]["number"] == "0578120", "what the county set"
        program.put("/api/v1/organisations/dongjie/emergency-numbers", json={"ambulance": "96120"})
        assert of(program, alert).json()["lines"][0]["number"] == "96120", "the nearest organisation holds"


def test_in_a_country_that_nobody_described_the_card_says_that_no_number_is_set(web: WebRig) -> None:
    with web.pool.connection() as connection:
        connection.execute("update homes set zone = 'America/New_York' where id = 'wang'")
    with web.program("operator") as program:
        assert {line["number"] for line in of(program, web.finding(fall())).json()["lines"]} == {""}
    with web.pool.connection() as connection:
        connection.execute("update homes set zone = 'Europe/Dublin' where id = 'wang'")
    with web.program("operator") as program:
        assert {line["number"] for line in of(program, web.finding(fall())).json()["lines"]} == {"112"}


def test_there_is_none_for_a_warning_nor_after_the_end(web: WebRig) -> None:
    warning = web.finding(replace(fall(room="厨房"), severity="warning"))
    over = web.finding(fall())
    with web.program("operator") as program, web.signed_in("operator") as browser:
        assert of(program, over).status_code == 200
        program.post(f"/api/v1/alerts/{over}/resolve", json={"outcome": "real"})
        before = looks(web)
        for alert in (warning, over):
            answer = of(program, alert)
            assert answer.status_code == 409
            assert "only while an emergency is open" in answer.json()["detail"]
            page = browser.get(f"/alerts/{alert}/card")
            assert page.status_code == 409
            assert "只有紧急警情未了结时才给出求助卡" in page.text
            assert "东街12号" not in page.text
        assert looks(web) == before == 1


def test_every_look_is_on_record_and_strangers_see_nothing(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.program("family") as program:
        of(program, alert)
        of(program, alert)
        assert of(program, web.finding(fall(), "zhao")).status_code == 404
    assert looks(web) == 2
