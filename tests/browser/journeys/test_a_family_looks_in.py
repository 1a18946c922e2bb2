"""A daughter with a telephone: is mother up, whom can I call, I am coming, she is away; and what rings."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.furnished import button
from tests.browser.journeys.conftest import Words, settled
from tests.hub_rig import HubRig


def test_up_and_well_a_visit_an_absence_and_an_alert(
    hub: HubRig, visitor: Visitor, words: Words, language: str
) -> None:
    page = visitor("family", size="phone")
    assert page.url.endswith("/homes/wang/family")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(words("%(who)s is up and about") % {"who": "王秀英"})
    expect(page.get_by_role("link", name=words("Call the station"))).to_have_attribute(
        "href", "tel:+864310000000"
    )
    hour = page.get_by_role("slider")
    page.locator(".ribbon-narrow .r-hour-box").nth(7).click()
    expect(hour).to_contain_text("07:00")
    page.get_by_role("button", name=words("I am visiting")).click()
    expect(page.locator(".stay")).to_contain_text(words("A visitor"))
    page.get_by_role("button", name=words("It is over now")).click()
    expect(page.locator(".stay")).to_have_count(0)
    page.get_by_text(words("Away from … until …")).click()
    page.locator("#until").fill("2026-11-24T20:00")
    page.get_by_role("button", name=words("Nobody is at home then")).click()
    expect(page.locator(".stay")).to_contain_text(words("Away"))
    with hub.pool.connection() as connection:
        stays = connection.execute(
            "select kind, until from stays where home_id = 'wang' order by id desc limit 2"
        ).fetchall()
    assert [one["kind"] for one in stays] == ["away", "visitor"]
    page.get_by_role("button", name=words("It is over now")).click()
    expect(page.locator(".stay")).to_have_count(0)
    expect(heading).to_contain_text(words("%(who)s is up and about") % {"who": "王秀英"})
    page.evaluate("window.untouched = true")
    alert = hub.finding(button(hub.clock.now()))
    expect(heading).to_contain_text(words("%(who)s: there is an emergency") % {"who": "王秀英"})
    settled(page)
    page.get_by_role("button", name=words("I take it")).click()
    expect(page.locator(".taken").first).to_contain_text("王芳")
    assert page.evaluate("window.untouched") is True
    assert hub.alert(alert)["acknowledged_by"] == "王芳"
    settled(page)
    page.get_by_text(words("Resolve…")).click()
    page.get_by_role("button", name=words("Spoke to the resident: all is well")).click()
    expect(page.locator(".alert")).to_have_count(0)
    manifest = page.locator("link[rel=manifest]").get_attribute("href")
    assert manifest
    facts = page.request.get(manifest).json()
    assert facts["display"] == "standalone"
    assert {icon["sizes"] for icon in facts["icons"]} >= {"512x512"}


def test_another_family_s_home_is_not_there(visitor: Visitor, words: Words) -> None:
    page = visitor("family", size="phone", expected="/homes/zhao/family")
    page.goto("/homes/zhao/family")
    expect(page.get_by_role("heading", level=1)).to_have_text(words("There is nothing here"))
