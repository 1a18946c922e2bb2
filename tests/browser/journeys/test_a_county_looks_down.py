"""A township looks at its stations: what is open, who is late, which homes are blind, and the month."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from hub.web.vocabulary import OUTCOME
from tests.browser.conftest import Visitor
from tests.browser.furnished import button
from tests.browser.journeys.conftest import Words
from tests.hub_rig import HubRig


def test_an_emergency_that_nobody_takes_is_seen_a_tier_above_and_the_month_counts_it(
    hub: HubRig, visitor: Visitor, words: Words, language: str
) -> None:
    page = visitor("supervisor")
    page.goto("/area")
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    alert = hub.finding(button(hub.clock.now()))
    expect(page.locator(".tiles dd").nth(1)).to_have_text("1")
    hub.clock.move(timedelta(minutes=2))
    page.reload()
    late = page.get_by_role("region", name=words("Emergencies that nobody has taken for a minute"))
    expect(late).to_contain_text("王秀英")
    station = "Dongjie station" if language == "en" else "东街站"
    page.get_by_role("region", name=words("Organisations")).get_by_role("link", name=station).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(station)
    tiles = page.locator(".tiles")
    expect(tiles).to_contain_text(words("Not heard"))
    assert page.locator(".tiles dd").nth(3).inner_text().replace("\n", "").startswith("4")
    month = page.get_by_role("region", name=words("This month so far"))
    expect(month.get_by_role("rowheader")).to_have_text([station])
    with page.expect_download() as table:
        page.get_by_role("link", name=words("This month as a table (CSV)")).click()
    rows = table.value.path().read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("month,organisation,name,tier,homes_live")
    assert rows[1].startswith("2026-11,dongjie,")
    page.get_by_role("link", name=words("Answer times")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"/alerts/{alert}")
    page.get_by_text(words("Resolve…")).click()
    page.get_by_role("button", name=words(OUTCOME["test"])).click()
    expect(page.locator(".stage").first).to_have_text(words("Resolved"))


def test_a_station_sees_its_own_and_not_its_neighbours(visitor: Visitor, words: Words) -> None:
    page = visitor("operator", expected="/area?organisation=far")
    page.goto("/area")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("远站")
    page.goto("/area?organisation=far")
    expect(page.get_by_role("heading", level=1)).to_have_text(words("There is nothing here"))
