"""The same pages for whoever reads another language, larger print, in the dark, or has no mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.journeys.conftest import Words
from tests.web_rig import PASSWORD


def focused(page: Page) -> str:
    """What has the keyboard, as it is called."""
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_from_signing_in_to_one_s_own_display_without_a_mouse(
    visitor: Visitor, words: Words, language: str
) -> None:
    page = visitor(None)
    page.goto("/sign-in")
    page.locator("#login").focus()
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/homes")
    page.keyboard.press("Tab")
    assert focused(page) == words("To the content")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    usual = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    more = page.get_by_text(words("More"), exact=True)
    more.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=words("Larger")).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-size=larger]")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 1.3 * usual
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "large print needs no scrolling sideways"
    page.get_by_text(words("More"), exact=True).click()
    page.get_by_role("button", name=words("Dark"), exact=True).click()
    page.wait_for_selector("html[data-theme=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 18, 22)"
    other = {"zh": ("English", "en"), "en": ("中文", "zh-CN")}[language]
    page.get_by_role("button", name=other[0]).click()
    expect(page.locator("html")).to_have_attribute("lang", other[1])
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", other[1])
    expect(page.locator("html")).to_have_attribute("data-size", "larger")


def test_the_focus_is_always_to_be_seen(visitor: Visitor) -> None:
    page = visitor("operator")
    page.goto("/homes/wang")
    page.wait_for_selector("[data-live=ok]")
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        unseen += page.evaluate(
            """() => {
                const one = document.activeElement, box = one.getBoundingClientRect();
                const style = getComputedStyle(one);
                const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                const shown = ring || style.boxShadow !== "none";
                const within = box.bottom > 0 && box.top < innerHeight && box.width > 0;
                // The parts of a date field are the browser's own, and are marked within it.
                return (shown && within) || one.type === "date" ? [] : [one.outerHTML.slice(0, 120)];
            }"""
        )
    assert unseen == []
