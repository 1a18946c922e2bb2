"""The link in a short message, on a telephone without JavaScript: what, where, who, and the answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hub.web.vocabulary import STATUS
from tests.answers_rig import link_in, person, text_with, writes
from tests.browser.conftest import Visitor
from tests.browser.furnished import button
from tests.browser.journeys.conftest import Words
from tests.hub_rig import HubRig
from tests.village import DAUGHTER


@pytest.fixture(scope="module", autouse=True)
def messages(hub: HubRig) -> None:
    writes(hub, "wang-fang", DAUGHTER)


def test_the_daughter_takes_it_arrives_and_closes_it_without_a_script(
    hub: HubRig, visitor: Visitor, words: Words, language: str
) -> None:
    with hub.pool.connection() as connection:
        connection.execute("update contacts set language = %s", (language,))
    hub.telephones.reset()
    person(hub, DAUGHTER, "王芳")
    alert = hub.finding(button(hub.clock.now()))
    path = link_in(text_with(hub, DAUGHTER, "http"))
    page = visitor(None, size="phone", script=False)
    answer = page.goto(path)
    assert answer is not None
    assert len(answer.body()) < 15_000
    assert hub.alert(alert)["status"] == "triggered", "to look at it changes nothing"
    expect(page.locator("main")).to_contain_text("东街12号")
    page.get_by_role("button", name=words("%(n)s min") % {"n": 15}).click()
    expect(page.locator(".stage")).to_have_text(words(STATUS["on_the_way"]))
    assert hub.alert(alert)["acknowledged_by"] == "王芳"
    page.get_by_role("button", name=words("I am there")).click()
    expect(page.locator(".stage")).to_have_text(words(STATUS["on_site"]))
    page.get_by_text(words("It is over…")).click()
    page.locator("button[value=accidental_press]").click()
    row = hub.alert(alert)
    assert (row["status"], row["outcome"], row["cause"]) == ("resolved", "false", "accidental_press")
    expect(page.locator("main")).to_contain_text(words("There is nothing for you to do any more. Thank you."))
    assert hub.verdict(alert).ok


def test_a_link_that_somebody_made_up_says_so(visitor: Visitor) -> None:
    page = visitor(None, size="phone", script=False, expected="/a/made-up")
    answer = page.goto("/a/made-up")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
