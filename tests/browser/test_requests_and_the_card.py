"""Requests, and the emergency card: on a phone and on a desk, in both languages, without script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.care import card, store
from tests.browser.conftest import Visitor
from tests.browser.furnished import button
from tests.browser.test_screens import keep
from tests.web_rig import WebRig


def ask_for_things(web: WebRig) -> None:
    """Three requests that wait, one of them late, and one that was seen to."""
    now = web.clock.now()
    with web.pool.connection() as connection:
        store.press(connection, "wang", "0x01", now, now)
        store.press(connection, "wang", "0x01", now, now)
        store.add(
            connection, home_id="liu", kind="meals", source="phone", now=now, by="李站长",
            text="明天想订午饭，少放盐", due=now - timedelta(hours=2),
        )  # fmt: skip
        taken = store.add(connection, home_id="chen", kind="cleaning", source="web", now=now, by="李站长")
        store.go(connection, taken, "taken", by="李站长", note="", now=now)
        done = store.add(connection, home_id="sun", kind="question", source="phone", now=now, by="李站长")
        store.go(connection, done, "done", by="李站长", note="医保卡在社区中心补办", now=now)


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_requests_and_the_card_fit_their_screens(
    web: WebRig, visitor: Visitor, language: str, size: str
) -> None:
    ask_for_things(web)
    alert = web.finding(button(web.clock.now()))
    with web.pool.connection() as connection:
        card.describe_home(connection, "wang", landmarks="老供销社对面，红色铁门", hospital="青河县人民医院")
        card.consent(connection, "wang", "wang", given=True)
    page = visitor("operator", language=language, size=size, script=False)
    page.goto("/needs")
    keep(page, "needs", language, size)
    page.goto("/needs?home=wang")
    keep(page, "needs-add", language, size)
    page.goto(f"/alerts/{alert}/card")
    keep(page, "card", language, size)
    ambulance = page.locator("a[href='tel:120']").bounding_box()
    assert ambulance is not None
    assert ambulance["y"] + ambulance["height"] < (844 if size == "phone" else 800), "in sight at once"
    assert ambulance["height"] >= 44, "a finger finds it"


def test_a_request_is_written_down_and_finished_by_finger_without_script(
    web: WebRig, visitor: Visitor
) -> None:
    page = visitor("operator", language="zh", size="phone", script=False)
    page.goto("/needs")
    page.fill("#q", "王秀英")
    page.click("form[role=search] button")
    page.click("a[href='/needs?home=wang']")
    page.click("button[value=meals]")
    assert page.url.endswith("/needs")
    page.click("text=我来办")
    page.click(".need summary")
    page.fill(".need input[name=note]", "已订明天午饭")
    page.click("button[value=done]")
    assert "没有等待办理的需求" in page.content()
    assert "已订明天午饭" in page.content()
