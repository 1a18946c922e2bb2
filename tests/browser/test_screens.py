"""Every page at every size in both languages, kept as pictures for people to look at; none may complain."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ARTEFACTS, SIZES, Visitor
from tests.browser.furnished import button, inactive
from tests.web_rig import WebRig


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_its_screen(web: WebRig, visitor: Visitor, language: str, size: str) -> None:
    now = web.clock.now()
    alert = web.finding(button(now))
    web.finding(inactive(now), "sun")
    signing_in = visitor(None, language=language, size=size)
    signing_in.goto("/sign-in")
    keep(signing_in, "sign-in", language, size)
    page = visitor("operator", language=language, size=size, expected="/homes/zhao")
    for name, path in (
        ("board", "/"), ("homes", "/homes"), ("home", "/homes/wang"), ("home-silent", "/homes/liu"),
        ("alert", f"/alerts/{alert}"), ("nothing-here", "/homes/zhao"),
    ):  # fmt: skip
        page.goto(path)
        if name != "nothing-here" and name != "homes":
            page.wait_for_selector("[data-live=ok]")
        keep(page, name, language, size)


def test_the_night_shift_has_a_dark_board(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    web.finding(inactive(web.clock.now()), "sun")
    with web.program("supervisor") as program:
        program.post(f"/api/v1/alerts/{alert}/acknowledge")
    page = visitor("operator", language="zh", dark=True)
    page.wait_for_selector("[data-live=ok]")
    keep(page, "board-dark", "zh", "desktop")
    page.goto("/homes/wang")
    keep(page, "home-dark", "zh", "desktop")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(14, 18, 22)"


def keep(page: Page, name: str, language: str, size: str) -> None:
    """Save the whole page, and see that nothing is cut off at the side or left in the wrong language."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}-{language}-{size}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px wider than a {size}"
