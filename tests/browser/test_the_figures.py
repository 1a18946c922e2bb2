"""Answer times as a picture: bars against their targets, at every size, in both languages, and on paper."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from hub.proof import drills, preflight_runs
from tests.browser.conftest import Visitor
from tests.browser.test_screens import keep
from tests.proof_rig import past_alert
from tests.web_rig import WebRig


def a_year(web: WebRig) -> None:
    """Two alerts a day for a year; the station is slow in the last month. A look ahead and a drill."""
    lot = random.Random(7)
    now = web.clock.now()
    with web.pool.connection() as connection:
        for n in range(700):
            at = now - timedelta(hours=12 * n + 1)
            slow = 0.06 if n < 60 else 0.01
            seconds = lot.uniform(70, 400) if lot.random() < slow else lot.uniform(8, 50)
            past_alert(
                connection,
                at,
                severity=lot.choice(["emergency", "warning"]),
                answered=seconds,
                tier=lot.choice(["home", "home", "station", "centre"]),
                arrived=lot.uniform(300, 2800) if lot.random() < 0.4 else None,
                resolved=4000,
            )
        drills.start(connection, now, home_id="sun", by="周建国")
        preflight_runs.run(connection, now)


@pytest.mark.parametrize(
    ("language", "size"), [("zh", "phone"), ("en", "phone"), ("en", "desktop"), ("zh", "wall")]
)
def test_the_figures_fit_every_screen(web: WebRig, visitor: Visitor, language: str, size: str) -> None:
    a_year(web)
    page = visitor("supervisor", language=language, size=size)
    page.goto("/figures")
    assert page.locator(".figure-bar svg").count() == 6
    assert page.locator(".months tbody tr").count() == 12
    keep(page, "figures", language, size)
    page.goto("/homes/wang")
    page.wait_for_selector("[data-live=ok]")
    keep(page, "home-proof", language, size)


def test_the_figures_can_be_printed(web: WebRig, visitor: Visitor) -> None:
    a_year(web)
    page = visitor("supervisor", language="zh")
    page.goto("/figures")
    page.emulate_media(media="print")
    keep(page, "figures-print", "zh", "desktop")
    assert not page.locator(".top nav").is_visible()
    assert page.locator(".months").is_visible()


def test_a_test_call_and_a_drill_are_begun_from_the_homes_page(web: WebRig, visitor: Visitor) -> None:
    page = visitor("supervisor", language="en")
    page.goto("/homes/sun")
    page.locator(".check button").first.click()
    page.wait_for_selector("text=test under way")
    page.click("text=Begin a drill")
    page.wait_for_url(lambda url: "/alerts/" in url)
    assert page.locator("text=Drill").first.is_visible()
    with web.pool.connection() as connection:
        rows = connection.execute(
            "select risk, drill from alerts where home_id = 'sun' order by risk"
        ).fetchall()
    assert [(row["risk"], row["drill"]) for row in rows] == [("drill", True), ("number_check", True)]
