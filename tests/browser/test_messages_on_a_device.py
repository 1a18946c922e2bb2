"""The page of push messages in a real browser: what works without a push service, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES, Visitor
from tests.browser.test_screens import keep
from tests.web_rig import WebRig


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_fits_its_screen(visitor: Visitor, language: str, size: str) -> None:
    page = visitor("family", language=language, size=size)
    page.goto("/push")
    page.wait_for_selector("#push-on:visible, #push-said:visible")
    keep(page, "push", language, size)


def test_the_service_worker_shows_what_the_hub_says(web: WebRig, visitor: Visitor) -> None:
    """A browser of a test reaches no push service; the worker's own part is tried by handing it a message."""
    page = visitor("family")
    page.context.grant_permissions(["notifications"], origin=web.base)
    page.goto("/push")
    expect(page.get_by_role("button", name="Notify this device")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.ready")
    devtools = page.context.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(one["registrationId"] for one in said["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    for _ in range(100):
        if found:
            break
        page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.scope)")
    message = '{"title": "王秀英：摔倒", "body": "浴室", "tag": "a1", "link": "/alerts/x", "urgent": true}'
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": web.base, "registrationId": found[0], "data": message},
    )
    shown = page.evaluate(
        """async () => {
            const worker = await navigator.serviceWorker.ready;
            for (let n = 0; n < 200; n++) {
                const [one] = await worker.getNotifications();
                if (one) return [one.title, one.body, one.tag, one.requireInteraction, one.data.link];
                await new Promise(next => setTimeout(next, 25));
            }
        }"""
    )
    assert shown == ["王秀英：摔倒", "浴室", "a1", True, "/alerts/x"]


def test_without_script_the_page_says_what_is_missing(visitor: Visitor) -> None:
    page = visitor("family", script=False)
    page.goto("/push")
    expect(page.get_by_text("A browser needs JavaScript for this.")).to_be_visible()
    expect(page.get_by_role("button", name="Notify this device")).to_be_hidden()
