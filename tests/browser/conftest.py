"""A real browser, a running web role in a furnished village, and pages that fail a test by complaining."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.furnished import furnish
from tests.conftest import ROOT
from tests.web_rig import PASSWORD, RunningClock, WebRig, running_web

ARTEFACTS = ROOT / "test-artefacts"

EVENING = datetime(2026, 11, 21, 12, 45, tzinfo=UTC)  # 20:45 in China
SIZES = {"phone": (390, 844), "desktop": (1280, 800), "wall": (1920, 1080)}


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    """A running web role, a quarter to nine in the evening, in a village that has been living for a day."""
    with running_web(database, RunningClock(EVENING), tmp_path) as rig:
        furnish(rig)
        yield rig


Visitor = Callable[..., Page]


@contextmanager
def visiting(browser: Browser, base: str) -> Iterator[Visitor]:
    """Give what opens a browser of somebody's own; every complaint of its pages fails the test at the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_for(
        login: str | None,
        *,
        language: str = "en",
        size: str = "desktop",
        script: bool = True,
        dark: bool = False,
        expected: str = "no such path",
    ) -> Page:
        """`expected` is the path of a page that is meant to be answered with an error."""
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh" else "en-GB",
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            has_touch=size == "phone",
        )
        contexts.append(context)
        context.add_cookies([{"name": "anju_language", "value": language, "url": base}])
        page = context.new_page()
        page.on(
            "console",
            lambda m: (
                complaints.append(m.text)
                if m.type in ("error", "warning") and not m.location["url"].endswith(expected)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "requestfailed",
            # Leaving a page ends what it was still asking for; that is no failure.
            lambda r: complaints.append(f"{r.url}: {r.failure}") if r.failure != "net::ERR_ABORTED" else None,
        )
        page.on("response", lambda r: complaints.append(f"{r.url}: {r.status}") if r.status >= 500 else None)
        if login is not None:
            page.goto("/sign-in")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def visitor(browser: Browser, web: WebRig) -> Iterator[Visitor]:
    """Opens a browser of somebody's own at this test's web role."""
    with visiting(browser, web.base) as visitor:
        yield visitor
