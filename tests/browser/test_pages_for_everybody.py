"""Pages that everybody can use: nothing that axe finds, by day and by night, and small enough to load."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.furnished import button, inactive, weeks_of_life
from tests.browser.test_a_one_tap_link import link
from tests.conftest import ROOT
from tests.web_rig import WebRig

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_axe_finds_no_violation_in_the_dark(web: WebRig, visitor: Visitor, language: str, size: str) -> None:
    alert = web.finding(button(web.clock.now()))
    web.finding(inactive(web.clock.now()), "sun")
    with web.pool.connection() as connection:
        weeks_of_life(connection, web.clock.now())
    page = visitor("operator", language=language, size=size, dark=True)
    found = []
    for path in ("/", "/wall", "/homes", "/homes/wang", "/homes/wang/family", f"/alerts/{alert}",
                 "/homes/wang/calls", "/push"):  # fmt: skip
        page.goto(path)
        if path not in ("/homes/wang/calls", "/push"):
            expect(page.locator("html")).to_have_attribute("data-live", "ok")
        found += faults(page)
    assert found == []


def test_axe_finds_nothing_on_the_pages_about_people_and_programs(web: WebRig, visitor: Visitor) -> None:
    """The second factor while it is set up, erasing somebody, and what other programs are told."""
    with web.program("administrator") as boss:
        new = {"organisation": "county", "url": "https://platform.example/anju", "kinds": ["alert.opened"]}
        hook = boss.post("/api/v1/webhooks", json=new).json()["id"]
        boss.post(f"/api/v1/webhooks/{hook}/test")
    found = []
    for language, size in (("zh", "phone"), ("en", "desktop")):
        page = visitor("administrator", language=language, size=size, dark=size == "phone")
        page.goto("/account/second-factor")
        if page.locator("main button[value=begin]").count():
            page.click("main button[value=begin]")
        assert page.locator(".qr svg").is_visible()
        found += faults(page)
        for path in ("/admin", "/admin/webhooks", f"/admin/webhooks/{hook}",
                     "/homes/wang/privacy/resident/wang/erase"):  # fmt: skip
            page.goto(path)
            found += faults(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == []


def test_the_page_behind_a_link_needs_no_script_and_axe_finds_nothing(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    page = visitor(None, language="zh", size="phone")
    page.goto(link(web, alert))
    assert page.locator("script").count() == 0
    assert faults(page) == []


def test_the_first_page_is_under_100_kb(web: WebRig, visitor: Visitor) -> None:
    """Everything that a browser fetches for the first page, as it travels."""
    for n in range(12):
        web.finding(replace(button(web.clock.now()), dedup_key=f"sos:{n}"))
    sizes: dict[str, int] = {}
    page = visitor(None)
    page.on("response", lambda r: sizes.update({r.url: int(r.headers.get("content-length", 0))}))
    page.goto("/sign-in")
    page.fill("#login", "operator")
    page.fill("#password", "three tall bamboos")
    page.click("main button")
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    assert page.locator(".alert").count() == 12
    assert sum(sizes.values()) < 100_000, sizes
    for name in ("anju.css", "alerts.css", "home.css", "anju.js"):
        assert len(gzip.compress((ROOT / "hub/web/static" / name).read_bytes())) < 12_000
