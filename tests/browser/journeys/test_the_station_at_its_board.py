"""An alert at the station's board: seen, taken by one key, known to everybody at once, closed and on file."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from hub.web.vocabulary import ATTEMPT, OUTCOME, RISK, STATUS
from tests.browser.conftest import Visitor
from tests.browser.furnished import button, inactive
from tests.browser.journeys.conftest import Words, settled
from tests.hub_rig import NO_ANSWER, HubRig
from tests.village import DAUGHTER, SON

#: Counts the tones that a page makes.
COUNT_TONES = """
    window.tones = 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); };
"""


def press(page: Page, key: str) -> None:
    """A key, once what has just changed takes presses again."""
    settled(page)
    page.keyboard.press(key)


def test_from_the_first_ring_to_the_outcome_by_keys_alone(
    hub: HubRig, visitor: Visitor, words: Words
) -> None:
    for number in (DAUGHTER, SON):
        hub.telephones.person(number, calls=[NO_ANSWER])
    page, above, elsewhere = visitor("operator"), visitor("supervisor"), visitor("supervisor")
    elsewhere.goto("/area")
    alert = hub.finding(button(hub.clock.now()))
    card, seen_above = page.locator(f'[data-alert="{alert}"]'), above.locator(f'[data-alert="{alert}"]')
    expect(card.locator(".stage")).to_have_text(words(STATUS["triggered"]))
    hub.until(lambda: ("王芳", "unanswered") in hub.attempts(alert), "the daughter does not answer")
    tried = card.locator(".attempt", has_text="王芳")
    expect(tried).to_contain_text(words(ATTEMPT["unanswered"]))
    expect(card.locator(".attempt", has_text="王强")).to_have_count(1)
    for helps in ("What to ask", "Seen in the last hour", "Map", "Emergency card", "Where the key is"):
        expect(card).to_contain_text(words(helps))
    expect(seen_above.locator(".stage")).to_have_text(words(STATUS["triggered"]))
    expect(elsewhere.locator(".tiles dd").nth(1)).to_have_text("1")
    for key, stage in (("a", "acknowledged"), ("w", "on_the_way"), ("s", "on_site")):
        press(page, key)
        expect(card.locator(".stage")).to_have_text(words(STATUS[stage]))
        expect(seen_above.locator(".stage")).to_have_text(words(STATUS[stage]), timeout=3000)
        expect(seen_above.locator(".taken").first).to_contain_text("李敏")
    press(page, "r")
    page.keyboard.press("1")
    expect(card).to_have_count(0)
    expect(seen_above).to_have_count(0)
    row = hub.alert(alert)
    assert (row["status"], row["outcome"], row["resolved_by"]) == ("resolved", "real", "李敏")
    assert hub.verdict(alert).ok
    page.goto(f"/alerts/{alert}")
    expect(page.locator(".file")).to_contain_text("李敏")
    expect(page.locator("main")).to_contain_text(words(OUTCOME["real"]))


def test_one_person_silences_warnings_and_an_emergency_sounds_all_the_same(
    hub: HubRig, visitor: Visitor, words: Words
) -> None:
    page = visitor("operator")
    page.add_init_script(COUNT_TONES)
    page.goto("/")
    sound = page.locator("#sound")
    sound.click()
    expect(sound).to_have_text(words("Sound on"))
    with page.expect_response("**/board/sound"):
        sound.click()
    expect(sound).to_have_text(words("Sound for emergencies only"))
    with hub.pool.connection() as connection:
        wanted = {
            row["login"]: row["warning_sound"]
            for row in connection.execute("select login, warning_sound from users")
        }
    assert (wanted["operator"], wanted["supervisor"]) == (False, True)
    before = page.evaluate("window.tones")
    warning = hub.finding(inactive(hub.clock.now()), "sun")
    expect(page.locator(f'[data-alert="{warning}"]')).to_be_visible()
    assert page.evaluate("window.tones") == before
    emergency = hub.finding(button(hub.clock.now()), "chen")
    expect(page.locator("#announce")).to_contain_text(words(RISK["sos"]))
    page.wait_for_function(f"window.tones > {before}")
    with page.expect_response("**/board/sound"):
        sound.click()
    for alert in (warning, emergency):
        card = page.locator(f'[data-alert="{alert}"]')
        settled(page)
        card.get_by_text(words("Resolve…")).click()
        card.get_by_role("button", name=words(OUTCOME["test"])).click()
        expect(card).to_have_count(0)
