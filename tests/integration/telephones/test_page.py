"""On the page telephones ring, and a hand answers them: in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from twilio.rest import Client

from simulators.telephones.faults import Faults
from simulators.telephones.person import OnMessage
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings

from .conftest import DAUGHTER, SON, STATION, Program

QUESTION = (
    '<Gather numDigits="1" timeout="120" action="/pressed"><Say>Press 1 &lt;b&gt;now&lt;/b&gt;</Say></Gather>'
)
CARD = f"#phone-{DAUGHTER[1:]}"

Open = Callable[..., Page]


@pytest.fixture
def street(browser: Browser, telephones: RunningTelephones) -> Iterator[Open]:
    """Open the page; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(locale: str = "en", width: int = 1280, scheme: str = "light", url: str = "") -> Page:
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 844}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
        )
        page.goto(url or telephones.url)
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_hand_answers_presses_and_hangs_up(
    telephones: RunningTelephones, twilio: Client, program: Program, street: Open
) -> None:
    telephones.person(DAUGHTER, "王芳")
    page = street()
    program.says("/pressed", '<Say>Thank you</Say><Pause length="9000"/>')
    twilio.calls.create(
        to=DAUGHTER, from_=STATION, url=program.says("/voice", QUESTION), timeout=600, time_limit=86400
    )
    card = page.locator(CARD)
    expect(card).to_have_attribute("data-state", "ringing")
    expect(page.locator("#told")).to_have_text("The telephone of 王芳 rings")
    expect(page).to_have_title("☎ 1 ringing · Telephones")

    card.get_by_role("button", name="Answer", exact=True).click()
    expect(card.locator(".said")).to_contain_text("Press 1 <b>now</b>")  # as words, not as markup
    expect(card).to_have_attribute("data-listening", "true")
    page.wait_for_function(
        "card => performance.now() - Number(card.dataset.changed) > 400", arg=card.element_handle()
    )
    card.get_by_role("button", name="Key 1").click()
    expect(card.locator(".said")).to_contain_text("Thank you")
    assert program.at("/pressed")[0].fields["Digits"] == "1"
    card.get_by_role("button", name="Hang up").click()
    expect(card).to_have_attribute("data-state", "quiet")
    expect(card.locator(".state")).to_contain_text("ended")


def test_who_clicks_twice_to_answer_presses_no_key(
    telephones: RunningTelephones, twilio: Client, program: Program, street: Open
) -> None:
    telephones.person(DAUGHTER, "王芳")
    page = street()
    twilio.calls.create(
        to=DAUGHTER, from_=STATION, url=program.says("/voice", QUESTION), timeout=600, time_limit=86400
    )
    card = page.locator(CARD)
    expect(card).to_have_attribute("data-state", "ringing")
    page.evaluate(
        """selector => {
            const card = document.querySelector(selector);
            new MutationObserver(() => {
                if (card.dataset.state === "talking") card.querySelector(".keypad button").click();
            }).observe(card, { attributes: true });
        }""",
        CARD,
    )
    card.get_by_role("button", name="Answer", exact=True).click()
    expect(card).to_have_attribute("data-listening", "true")
    assert telephones.calls()[0].keys == ""
    assert not [entry for entry in telephones.log() if "pressed" in entry.what]


def test_a_hand_declines(telephones: RunningTelephones, twilio: Client, street: Open) -> None:
    page = street()
    twilio.calls.create(to=DAUGHTER, from_=STATION, twiml="<Response/>", timeout=600)
    page.locator(CARD).get_by_role("button", name="Decline").click()
    telephones.wait_for_call(DAUGHTER, "busy")
    expect(page.locator(CARD)).to_have_attribute("data-state", "quiet")


def test_messages_come_and_are_answered(
    telephones: RunningTelephones, twilio: Client, program: Program, street: Open
) -> None:
    telephones.person(DAUGHTER, "王芳", messages=[OnMessage(outcome="undelivered", error_code=30005)])
    telephones.sms_url(program.says("/inbound", ""))
    page = street()
    twilio.messages.create(to=DAUGHTER, from_=STATION, body="<img src=x onerror=alert(1)> 跌倒")
    thread = page.locator(CARD).locator(".messages")
    expect(thread).to_contain_text("<img src=x onerror=alert(1)> 跌倒")
    expect(thread).to_contain_text("not delivered 30005")
    page.locator(CARD).get_by_label("Write a message").fill("我马上过去")
    page.locator(CARD).get_by_role("button", name="Send").click()
    program.wait(lambda: [each.fields["Body"] for each in program.at("/inbound")] == ["我马上过去"])
    expect(thread).to_contain_text("我马上过去")
    expect(page.locator(CARD).get_by_label("Write a message")).to_have_value("")


def test_the_page_says_when_its_line_is_lost_and_takes_up_again(
    telephones: RunningTelephones, browser: Browser
) -> None:
    page = browser.new_page()
    with RunningTelephones() as first:
        port = int(first.url.rsplit(":", 1)[1])
        first.person(DAUGHTER, "王芳")
        page.goto(first.url)
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        expect(page.locator(CARD)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-live", "lost")
    with RunningTelephones(port=port) as second:
        second.person(SON, "王伟")
        expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=20_000)
        expect(page.locator(f"#phone-{SON[1:]}")).to_be_visible()
        expect(page.locator(CARD)).to_have_count(0)
    page.close()


def test_faults_that_are_set_stand_on_the_page(telephones: RunningTelephones, street: Open) -> None:
    page = street()
    expect(page.locator("#faults")).to_be_hidden()
    telephones.faults(Faults(callbacks="never"))
    expect(page.locator("#faults")).to_contain_text("callbacks")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_page_on_a_small_and_a_large_screen(
    telephones: RunningTelephones, twilio: Client, program: Program, street: Open, width: int, scheme: str
) -> None:
    telephones.person(DAUGHTER, "王芳", note="daughter")
    telephones.person(SON, 'Wolfeschlegelsteinhausenbergerdorff <b> & "Söhne"')
    page = street(width=width, scheme=scheme)
    url = program.says("/voice", QUESTION)
    for to in (DAUGHTER, SON):
        twilio.calls.create(to=to, from_=STATION, url=url, timeout=600, time_limit=86400)
        twilio.messages.create(to=to, from_=STATION, body="Fall")
    telephones.answer(telephones.wait_for_call(SON, "ringing").sid)
    telephones.wait_for_call(SON, "listens")
    expect(page.locator(f"#phone-{SON[1:]}")).to_have_attribute("data-listening", "true")
    expect(page.locator(CARD)).to_have_attribute("data-state", "ringing")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_the_page_speaks_the_readers_language_and_lets_nothing_in(telephones: RunningTelephones) -> None:
    pages = {
        wanted: httpx.get(telephones.url, headers={"Accept-Language": wanted}, trust_env=False)
        for wanted in ("en-GB", "zh-CN,zh;q=0.9", "fr")
    }
    assert '<html lang="en"' in pages["en-GB"].text
    assert '<html lang="zh-CN"' in pages["zh-CN,zh;q=0.9"].text
    assert '<html lang="en"' in pages["fr"].text
    assert '<html lang="zh-CN"' in httpx.get(telephones.url, params={"lang": "zh"}, trust_env=False).text
    policy = pages["fr"].headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_another_site_in_the_same_browser_can_change_nothing(telephones: RunningTelephones) -> None:
    answer = httpx.post(
        telephones.url + "/control/reset", headers={"Sec-Fetch-Site": "cross-site"}, trust_env=False
    )
    assert answer.status_code == 403


def test_a_run_may_start_with_people_and_a_sender() -> None:
    settings = Settings.model_validate(
        {"numbers": [STATION], "people": [{"number": DAUGHTER, "name": "王芳"}]}
    )
    with RunningTelephones(settings) as running:
        street = httpx.get(running.url + "/control/street", trust_env=False).json()
    (telephone,) = street["telephones"]
    assert (telephone["name"], telephone["writes_to"]) == ("王芳", STATION)
