"""A round on a telephone: who is due and why, the visit, what is needed, until it is done; and the paper."""

from __future__ import annotations

from playwright.sync_api import expect

from hub.care import suggesting
from hub.web.vocabulary import NEED_KIND, NEED_STATE, VISIT_CHECK
from models.detection.finding import Reason
from tests.browser.conftest import Visitor
from tests.browser.journeys.conftest import Words
from tests.hub_rig import HubRig


def test_a_visit_finds_a_need_and_the_need_is_passed_on_until_it_is_done(
    hub: HubRig, visitor: Visitor, words: Words
) -> None:
    with hub.pool.connection() as connection:  # as on the first day of the month
        connection.execute("delete from visits")
        connection.execute("delete from needs")
    page = visitor("operator", size="phone")
    page.goto("/rounds")
    first = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="王秀英"))
    first.get_by_role("link", name=words("Write the visit down")).click()
    expect(page.get_by_label("王秀英").first).to_be_checked()
    page.get_by_label(words(VISIT_CHECK["spirits"])).check()
    page.get_by_label(words(NEED_KIND["meals"])).check()
    page.get_by_label(words("Note")).fill("想吃热饭")
    page.get_by_role("button", name=words("Save the visit")).click()
    page.wait_for_url("**/rounds")
    with hub.pool.connection() as connection:
        visit = connection.execute("select kind, by from visits where home_id = 'wang'").fetchall()
        counted = connection.execute("select count(*) as n from visit_residents").fetchone()
    assert [(one["kind"], one["by"]) for one in visit] == [("door", "李敏")]
    assert counted == {"n": 1}
    page.goto("/village")
    expect(page.get_by_role("region", name=words("Requests"))).to_contain_text(words(NEED_KIND["meals"]))
    expect(page.locator("dl")).to_contain_text("1/1")
    page.goto("/needs")
    need = page.locator("li.need").filter(has_text="王秀英")
    need.get_by_role("button", name=words("I see to it")).click()
    need = page.locator("li.need").filter(has_text="王秀英")
    need.get_by_text(words("Finish…")).click()
    need.get_by_role("button", name=words("Pass it on above")).click()
    centre = visitor("supervisor", size="phone")
    centre.goto("/needs")
    passed = centre.locator("li.need").filter(has_text="王秀英")
    passed.get_by_role("button", name=words("I see to it")).click()
    passed = centre.locator("li.need").filter(has_text="王秀英")
    passed.get_by_text(words("Finish…")).click()
    passed.get_by_label(words("What came of it, or why not")).fill("每天中午送")
    passed.get_by_role("button", name=words("Done"), exact=True).click()
    expect(centre.locator("li.need")).to_have_count(0)
    ended = centre.get_by_role("region", name=words("Finished lately"))
    expect(ended).to_contain_text(words(NEED_STATE["done"]))
    with hub.pool.connection() as connection:
        rows = connection.execute("select state, state_by from needs where home_id = 'wang'").fetchall()
    assert [(one["state"], one["state_by"]) for one in rows] == [("done", "周建国")]


def test_a_suggestion_is_declined_with_a_reason_or_becomes_a_request(
    hub: HubRig, visitor: Visitor, words: Words
) -> None:
    with hub.pool.connection() as connection:
        connection.execute("delete from suggestions")
        connection.execute("delete from needs")
        for home in ("chen", "sun"):
            suggesting.make(connection, home, "falls", Reason("Nobody has been seen today."), hub.clock.now())
    page = visitor("operator", size="phone", expected="/suggestions")
    page.goto("/rounds")
    chen = page.locator(".suggestions li").filter(has_text="陈玉珍")
    chen.get_by_role("button", name=words("Make it a request")).click()
    expect(page.locator(".suggestions li")).to_have_count(1)
    sun = page.locator(".suggestions li").filter(has_text="孙德福")
    sun.get_by_text(words("Decline…")).click()
    sun.get_by_label(words("Why not")).fill("昨天刚去过")
    sun.get_by_role("button", name=words("Decline"), exact=True).click()
    expect(page.locator(".suggestions")).to_have_count(0)
    with hub.pool.connection() as connection:
        made = connection.execute("select home_id from needs").fetchall()
    assert [one["home_id"] for one in made] == ["chen"]


def test_what_was_written_on_paper_is_copied_and_the_village_prints_on_one_sheet(
    hub: HubRig, visitor: Visitor, words: Words
) -> None:
    page = visitor("operator")
    page.goto("/rounds/paper")
    page.get_by_label(words("When was it?")).fill("2026-11-22T09:30")
    page.get_by_label("陈玉珍", exact=True).check()
    page.get_by_role("button", name=words("Save the visits")).click()
    page.wait_for_url("**/rounds**")
    with hub.pool.connection() as connection:
        row = connection.execute(
            "select home_id, by from visits where home_id = 'chen' order by entered_at desc limit 1"
        ).fetchone()
    assert row == {"home_id": "chen", "by": "李敏"}
    page.goto("/village")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    tall = page.evaluate("document.querySelector('main').getBoundingClientRect().height")
    assert tall < 2 * 1123, f"{tall} px: two sheets of A4 at most"
