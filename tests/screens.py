"""`python -m tests.screens`: the pages as pictures, for the README and for people to look at (docs/screens/).

A furnished village a quarter to nine in the evening, photographed in Chromium; few colours keep them small.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page

from hub.accounts import sessions
from hub.settings import Settings
from hub.web.guard import COOKIE, LANGUAGE_COOKIE
from tests.benchmarks import parts
from tests.browser.furnished import button, furnish, inactive, weeks_of_life
from tests.browser.test_a_one_tap_link import link
from tests.chromium import chromium_browser
from tests.web_rig import RunningClock, WebRig, running_web

FOLDER: Final = Path(__file__).parents[1] / "docs" / "screens"
EVENING: Final = datetime(2026, 11, 21, 12, 45, tzinfo=UTC)
SIZES: Final = {"phone": (390, 844), "desktop": (1280, 900), "wall": (1920, 1080)}
COLOURS: Final = 64
#: name, size, whose, path, whether it is dark, whether the whole page is taken
CALM: Final = (("family", "phone", "family", "/homes/wang/family", False, False),)
SHOTS: Final = (
    ("board", "desktop", "operator", "/", False, False),
    ("board", "phone", "operator", "/", False, False),
    ("wall", "wall", "operator", "/wall", True, False),
    ("home", "desktop", "operator", "/homes/wang", False, True),
    ("alert", "phone", "", "", False, False),
    ("setup", "phone", "supervisor", "/homes/he/setup", False, False),
    ("village", "desktop", "operator", "/village", False, False),
    ("area", "desktop", "supervisor", "/area", False, False),
)


def main() -> int:
    """Take every picture in both languages; return 0."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ending:
        where = ending.enter_context(parts.folder())
        url = ending.enter_context(parts.database(where))
        settings = Settings(
            data_dir=where,
            twilio_account_sid="AC0",
            twilio_auth_token="not-used",  # type: ignore[arg-type]
            twilio_from="+15005550006",
        )  # as a hub that can call people
        rig = ending.enter_context(running_web(url, RunningClock(EVENING), where, settings=settings))
        furnish(rig)
        with rig.pool.connection() as connection:
            weeks_of_life(connection, rig.clock.now())
        browser = ending.enter_context(chromium_browser())
        for shot in CALM:
            _take(browser, rig, *shot)
        alert = rig.finding(button(rig.clock.now()))
        rig.finding(inactive(rig.clock.now()), "sun")
        for shot in SHOTS:
            _take(browser, rig, *shot[:3], shot[3] or link(rig, alert), *shot[4:])
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    parts.tell(f"{total / 1e6:.2f} MB in {FOLDER}")
    return 0


def _take(
    browser: Browser, rig: WebRig, name: str, size: str, login: str, path: str, dark: bool, whole: bool
) -> None:
    for language in ("zh", "en"):
        page = _page(browser, rig, size, login, language, dark)
        page.goto(path)
        if page.locator("[data-live]").count():
            page.wait_for_selector("[data-live=ok]")
        _keep(page.screenshot(full_page=whole), f"{name}-{size}-{language}.png")
        page.context.close()


def _page(browser: Browser, rig: WebRig, size: str, login: str, language: str, dark: bool) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=rig.base,
        viewport={"width": width, "height": height},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if dark else "light",
        has_touch=size == "phone",
    )
    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": rig.base}])
    if login:
        with rig.pool.connection() as connection:
            secret = sessions.begin(connection, rig.people[login], rig.clock.now())
        context.add_cookies([{"name": COOKIE, "value": secret, "url": rig.base}])
    return context.new_page()


def _keep(taken: bytes, name: str) -> None:
    picture = Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(FOLDER / name, optimize=True)
    parts.tell(name)


if __name__ == "__main__":
    sys.exit(main())
