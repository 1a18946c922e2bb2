"""Somebody who has never seen a home reads its day, what is usual, its sensors, its people and its past."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.furnished import weeks_of_life
from tests.browser.journeys.conftest import Words
from tests.hub_rig import HubRig


@pytest.fixture(scope="module", autouse=True)
def weeks(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        weeks_of_life(connection, hub.clock.now())


def test_a_home_from_its_ribbon_to_its_past_and_back(hub: HubRig, visitor: Visitor, words: Words) -> None:
    page = visitor("operator")
    page.goto("/homes")
    page.get_by_role("link", name="王秀英").first.click()
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    hour = page.get_by_role("slider")
    hour.focus()
    page.keyboard.press("Home")
    expect(hour).to_have_attribute("aria-valuetext", f"00:00 {words('Living room')} {words('unknown')}")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(hour).to_contain_text(f"07:00 {words('Kitchen')} {words('%(n)s min') % {'n': 35}}")
    expect(page.locator(".ribbon-wide .r-hour-box.chosen")).to_have_count(1)
    expect(page.locator(".ribbon-wide .r-usual").first).to_have_attribute("d", re.compile("^M.*z$"))
    sensors = page.get_by_role("table").filter(has_text="Aqara")
    expect(sensors.get_by_role("row").filter(has_text="M2")).to_contain_text("12 %")
    expect(sensors.get_by_role("row").filter(has_text="M3")).to_contain_text(words("silent"))
    trends = page.get_by_role("figure")
    expect(trends).to_have_count(4)
    expect(trends.nth(2)).to_contain_text("▲")
    expect(page.get_by_text(words("Only one proven person is reached"))).to_be_visible()
    page.get_by_role("link", name=words("The day before")).click()
    expect(page.locator(".ribbon-wide .r-now")).to_have_count(0)
    page.get_by_role("region", name=words("Earlier alerts")).get_by_role("link").first.click()
    expect(page.locator(".verdict.ok")).to_be_visible()
    with page.expect_download() as export:
        page.get_by_role("link", name=words("Export the file")).click()
    assert export.value.suggested_filename.endswith(".json")
    with hub.pool.connection() as connection:
        looks = connection.execute(
            "select distinct action from audit_log where home_id = 'wang' and action like 'view%%'"
        ).fetchall()
    assert looks, "a look at a home is written down"
