"""Taking a home live and pausing it: said plainly, asked twice where it is dangerous, readable for all."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.furnished import button
from tests.browser.test_screens import keep
from tests.web_rig import WebRig


def is_accessible(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_a_supervisor_takes_a_home_live_and_pauses_it_only_after_a_second_press(
    web: WebRig, visitor: Visitor
) -> None:
    page = visitor("supervisor")
    page.goto("/homes/he")
    expect(page.locator(".person .state")).to_contain_text("Being commissioned")
    expect(page.locator(".unwatched")).to_contain_text("A test alert was answered by a human")
    page.get_by_role("link", name="Go on with setting up").click()
    page.get_by_text("Take it live all the same…").click()
    page.get_by_label("Why?").fill("The sensors come tomorrow")
    page.get_by_role("button", name="Take it live all the same").click()
    expect(page.locator("[data-key=live]")).to_contain_text("This home is watched")
    page.goto("/homes/he")
    expect(page.locator(".person .state")).to_contain_text("Unknown")
    sure = page.get_by_role("button", name="Yes, pause this home")
    expect(sure).to_be_hidden()
    page.get_by_text("Pause…").click()
    sure.click()
    expect(page.locator(".person .state")).to_contain_text("Paused")
    expect(page.locator(".unwatched")).to_contain_text("This home is paused: nobody is called")
    page.get_by_role("button", name="Take it live").click()
    expect(page.locator(".unwatched")).to_be_hidden()


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_homes_that_are_not_live_fit_and_are_accessible(
    web: WebRig, visitor: Visitor, language: str, size: str
) -> None:
    page = visitor("supervisor", language=language, size=size)
    page.goto("/homes/he")
    page.wait_for_selector("[data-live=ok]")
    keep(page, "home-commissioning", language, size)
    is_accessible(page)
    page.goto("/homes/wang")
    page.wait_for_selector("[data-live=ok]")
    page.locator(".pause summary").click()
    page.locator(".numbers summary").click()
    keep(page, "home-pause", language, size)
    is_accessible(page)


def test_the_board_the_homes_an_alert_and_an_error_are_accessible(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    with web.program("operator") as program:
        program.post(f"/api/v1/alerts/{alert}/on-the-way")
    page = visitor("operator", size="phone", expected="/homes/none")
    for path in ("/", "/homes", f"/alerts/{alert}"):
        page.goto(path)
        page.wait_for_selector("[data-live=ok]")
        is_accessible(page)
    keep(page, "alert-on-the-way", "en", "phone")
    page.goto("/homes/none")
    is_accessible(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_longest_state_leaves_room_for_the_address_beside_it(
    web: WebRig, visitor: Visitor, language: str
) -> None:
    page = visitor("operator", language=language)
    page.goto("/homes")
    row = page.locator(".home-commissioning")
    state, address = row.locator(".state").bounding_box(), row.locator(".address").bounding_box()
    assert state is not None
    assert address is not None
    assert state["x"] + state["width"] <= address["x"]
