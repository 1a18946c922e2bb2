"""The page behind a one-tap link, on a telephone: large keys, no script, all that is needed to go there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.notify import link_keys, links
from tests.browser.conftest import SIZES, Visitor
from tests.browser.furnished import button
from tests.browser.test_screens import keep
from tests.web_rig import WebRig

DAUGHTER = "wang-fang"


def link(web: WebRig, alert: str) -> str:
    """The link that somebody who was called for an alert got."""
    now = web.clock.now()
    with web.pool.connection() as connection:
        row = connection.execute(
            "select id from attempts where alert_id = %s order by n limit 1", (alert,)
        ).fetchone()
        assert row is not None
        number, secret = link_keys.signing(connection, now)
        return f"/a/{links.token_of(secret, number, row['id'], now + timedelta(hours=1))}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_going_to_over_with_a_thumb(web: WebRig, visitor: Visitor, language: str, size: str) -> None:
    alert = web.finding(button(web.clock.now()))
    with web.pool.connection() as connection:
        connection.execute("update contacts set language = %s", (language,))
        connection.execute("update attempts set language = %s", (language,))
        connection.execute("update homes set entry_note = '钥匙盒在门右侧，密码2580' where id = 'wang'")
    page = visitor(None, language=language, size=size)
    page.goto(link(web, alert))
    keep(page, "link-open", language, size)
    for key in page.locator("main button:visible").all():
        box = key.bounding_box()
        assert box is None or box["height"] >= 48, "a thumb finds every key"
    assert page.locator("script").count() == 0
    page.click("button[name=eta][value='15']")
    page.wait_for_selector(".notice")
    keep(page, "link-taken", language, size)
    page.click("details.resolve summary")
    keep(page, "link-closing", language, size)
    page.click("details.resolve button[value=accidental_press]")
    page.wait_for_selector("h1")
    keep(page, "link-over", language, size)
    assert "2580" not in page.content()
    with web.pool.connection() as connection:
        row = connection.execute("select status, cause from alerts where id = %s", (alert,)).fetchone()
    assert row == {"status": "resolved", "cause": "accidental_press"}
