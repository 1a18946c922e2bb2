"""The board: what is new is there within a second, a second operator sees who took it, a dead line shows."""

from __future__ import annotations

import re
import time
from datetime import datetime

from playwright.sync_api import expect

from hub.places import store as places
from tests.browser.conftest import Visitor
from tests.browser.furnished import CHINA, add_day, button, inactive
from tests.web_rig import WebRig


def test_a_new_alert_is_on_the_board_within_a_second_without_reload(web: WebRig, visitor: Visitor) -> None:
    page = visitor("operator")
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    page.evaluate("window.untouched = true")
    began = time.perf_counter()
    alert = web.finding(button(web.clock.now()))
    page.wait_for_selector(f'[data-alert="{alert}"]', timeout=5000)
    took = time.perf_counter() - began
    assert took < 1.0, f"{took:.2f} s"
    assert page.evaluate("window.untouched") is True
    expect(page.locator("#announce")).to_have_text("Call for help: 王秀英")
    expect(page).to_have_title("▲1 Board · Anju")


def test_a_second_operator_sees_at_once_who_took_it(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    first, second = visitor("operator"), visitor("supervisor")
    card = second.locator(f'[data-alert="{alert}"]')
    expect(card.locator(".stage")).to_have_text("Nobody has taken it")
    first.locator(f'[data-alert="{alert}"]').get_by_role("button", name="I take it").click()
    expect(card.locator(".taken")).to_contain_text("李敏 took it at", timeout=3000)
    expect(card.get_by_role("button", name="I take it")).to_have_count(0)


def test_whoever_comes_second_is_told_who_was_quicker(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    page = visitor("operator", expected=f"/alerts/{alert}/acknowledge")
    taken = page.locator(f'[data-alert="{alert}"]').get_by_role("button", name="I take it")
    # Somebody else takes it in the very moment of the press: this page has not heard of it yet.
    page.route("**/board/live", lambda route: route.fulfill(body=""))
    page.reload()  # what the page asked for before is not under way any more
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    with web.program("supervisor") as program:
        assert program.post(f"/api/v1/alerts/{alert}/acknowledge").status_code == 200
    taken.click()
    expect(page.locator("#said")).to_contain_text("周建国 took it at")
    page.unroute("**/board/live")


def test_an_alert_is_resolved_from_the_board_with_its_outcome(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    page = visitor("operator")
    card = page.locator(f'[data-alert="{alert}"]')
    card.get_by_text("Resolve…").click()
    card.get_by_label("Note").fill("The cat sat on it.")
    web.finding(inactive(web.clock.now()), "sun")  # news meanwhile must not take the form away
    expect(page.locator(".alert")).to_have_count(2)
    expect(card.get_by_label("Note")).to_have_value("The cat sat on it.")
    card.get_by_role("button", name="A pet").click()
    expect(card).to_have_count(0)
    with web.program("operator") as program:
        row = program.get(f"/api/v1/alerts/{alert}").json()
    said = (row["status"], row["outcome"], row["cause"], row["resolved_by"])
    assert said == ("resolved", "false", "pet", "李敏")


def test_a_page_that_hears_nothing_turns_grey_and_comes_back_by_itself(web: WebRig, visitor: Visitor) -> None:
    page = visitor(None)
    page.clock.install()
    page.goto("/sign-in")
    page.fill("#login", "operator")
    page.fill("#password", "three tall bamboos")
    page.click("main button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    with web.pool.connection() as connection:  # the database goes on, but nobody is told any more
        assert places.states(connection, web.clock.now())
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.clock.run_for(17_000)
    expect(page.locator("html")).to_have_attribute("data-live", "late")
    page.clock.run_for(16_000)
    expect(page.locator("html")).to_have_attribute("data-live", "lost")
    expect(page.locator("#lost")).to_contain_text("The line to the hub is lost")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    expect(page.locator("#lost")).to_be_hidden()


def test_the_sound_is_off_until_somebody_turns_it_on_and_always_says_so(
    web: WebRig, visitor: Visitor
) -> None:
    page = visitor("operator")
    sound = page.locator("#sound")
    expect(sound).to_have_text("Sound off: press to turn on")
    sound.click()
    expect(sound).to_have_text("Sound on")
    web.finding(button(web.clock.now()))
    expect(page.locator("[data-sounds=emergency]")).to_have_count(1)
    with page.expect_response("**/board/sound"):
        sound.click()  # warnings may be quiet; an emergency goes on sounding until somebody takes it
    expect(sound).to_have_text("Sound for emergencies only")
    page.reload()
    expect(page.locator("#sound")).to_have_text("Sound off: press to turn on")


def test_a_board_whose_session_has_ended_says_so_and_stays_readable(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    page = visitor("operator", expected="/board/live")
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    with web.pool.connection() as connection:
        connection.execute("delete from sessions")
    web.finding(inactive(web.clock.now()), "sun")
    expect(page.locator("#lost")).to_have_text("You are signed out. Open the page again to sign in.")
    expect(page.locator(f'[data-alert="{alert}"] h2')).to_have_text("王秀英")


def test_an_alert_is_answered_from_the_keyboard_alone(web: WebRig, visitor: Visitor) -> None:
    """A takes, W sets out, S arrives, R and a number close it; whoever wishes switches that off."""
    first = web.finding(button(web.clock.now()))
    web.finding(inactive(web.clock.now()), "sun")
    page = visitor("operator")
    expect(page.locator("html")).to_have_attribute("data-live", "ok")
    expect(page.locator("[data-chosen]")).to_have_attribute("data-alert", first)
    stage = page.locator(f'[data-alert="{first}"] .stage')
    for key, text in (("a", "Acknowledged"), ("w", "On the way"), ("s", "On site")):
        page.wait_for_timeout(450)  # what has just changed takes no press: a person needs longer
        page.keyboard.press(key)
        expect(stage).to_have_text(text)
    page.wait_for_timeout(450)
    page.keyboard.press("r")
    page.keyboard.press("2")
    expect(page.locator(f'[data-alert="{first}"]')).to_have_count(0)
    page.keyboard.press("?")
    page.get_by_label("Keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("a")
    expect(page.locator(".alert .stage")).to_have_text("Nobody has taken it")


def test_everything_but_the_news_works_without_script(web: WebRig, visitor: Visitor) -> None:
    alert = web.finding(button(web.clock.now()))
    page = visitor("operator", script=False)
    page.locator(f'[data-alert="{alert}"]').get_by_role("button", name="I take it").click()
    expect(page.locator(".taken")).to_contain_text("李敏 took it at")
    page.goto(f"/alerts/{alert}")
    page.get_by_text("Resolve…").click()
    page.get_by_role("button", name="A test").click()
    expect(page.locator(".stage")).to_have_text("Resolved")


def test_a_home_page_shows_todays_ribbon_and_hatches_what_is_unknown(web: WebRig, visitor: Visitor) -> None:
    page = visitor("family")  # who has one home is led there
    assert page.url.endswith("/homes/wang/family")
    page.goto("/homes/wang")
    ribbon = page.locator("svg.ribbon-wide")
    expect(ribbon.locator(".r-room")).to_have_text(
        ["Bedroom", "Bathroom", "Kitchen", "Living room", "Front door"]
    )
    hatched = ribbon.locator("path.r-unknown").evaluate_all(
        "rows => rows.map(row => row.getAttribute('d') !== '')"
    )
    assert hatched == [False, False, False, True, False]
    expect(ribbon.locator(".r-now")).to_have_count(1)
    page.get_by_label("The day before").click()
    expect(page.locator("#day-title")).to_have_text("Fri, 20 Nov 2026")
    expect(page.locator("svg.ribbon-wide .r-now")).to_have_count(0)
    expect(page.locator("svg.ribbon-wide path.r-move").nth(2)).to_have_attribute("d", re.compile("^M.*z$"))


def test_a_day_long_past_can_be_looked_at(web: WebRig, visitor: Visitor) -> None:
    with web.pool.connection() as connection:
        add_day(connection, datetime(2011, 6, 15, tzinfo=CHINA), web.clock.now())
    page = visitor("family")
    page.goto("/homes/wang?day=2011-06-15")
    expect(page.locator("svg.ribbon-wide path.r-move").nth(2)).to_have_attribute("d", re.compile("^M.*z$"))
    page.goto("/homes/wang?day=2012-01-01")
    expect(page.locator("svg.ribbon-wide .r-chip-text").first).to_have_text("unknown")
