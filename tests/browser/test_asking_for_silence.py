"""Asking for silence on a home's page: said plainly what it does not touch, seen by all, ended there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from models.detection.finding import Finding, Reason
from tests.browser.conftest import Visitor
from tests.browser.test_screens import keep
from tests.browser.test_taking_a_home_live import is_accessible
from tests.web_rig import WebRig


def leak(web: WebRig, key: str) -> Finding:
    at = round(web.clock.now().timestamp() * 1000)
    return Finding(
        risk="leak",
        severity="warning",
        occurred_at=at,
        reason=Reason("Water.", {}),
        dedup_key=key,
        room="厨房",
    )


def test_family_asks_for_silence_and_ends_it(web: WebRig, visitor: Visitor) -> None:
    page = visitor("family")
    page.goto("/homes/wang")
    section = page.locator("[data-key=silences]")
    expect(section).to_contain_text("Nothing is silenced")
    section.get_by_text("Ask for silence…").click()
    expect(section).to_contain_text("Emergencies are never silenced")
    section.get_by_label("What").select_option("leak")
    section.get_by_label("Why").fill("厨房装修")
    section.get_by_role("button", name="Silence", exact=True).click()
    expect(section).to_contain_text("厨房装修")
    alert = web.finding(leak(web, "leak:1"))
    page.goto(f"/alerts/{alert}")
    expect(page.locator(".held")).to_contain_text("厨房装修")
    page.goto("/homes/wang")
    section.get_by_role("button", name="End this silence").click()
    expect(section).to_contain_text("Nothing is silenced")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_and_a_silence_fit_and_are_accessible(
    web: WebRig, visitor: Visitor, language: str, size: str
) -> None:
    with web.program("operator") as program:
        program.post(
            "/api/v1/homes/wang/silences",
            json={"until": "2026-11-24T00:00:00Z", "risks": ["leak", "door_open"], "why": "厨房装修"},
        )
    alert = web.finding(leak(web, "leak:1"))
    page = visitor("operator", language=language, size=size)
    page.goto("/homes/wang")
    page.wait_for_selector("[data-live=ok]")
    page.locator("[data-key=silence-form] summary").click()
    keep(page, "home-silenced", language, size)
    is_accessible(page)
    page.goto(f"/alerts/{alert}")
    page.wait_for_selector("[data-live=ok]")
    keep(page, "alert-held", language, size)
    is_accessible(page)
