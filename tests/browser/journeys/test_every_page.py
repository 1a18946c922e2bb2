"""Every page of the hub, in both languages: nothing that axe finds, nothing in the other language, small.

The pages are asked from the application itself, so that a new one is looked at without being listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from hub.language import texts
from hub.settings import Settings
from hub.web.app import create_web
from tests.browser.conftest import Visitor
from tests.browser.furnished import button, weeks_of_life
from tests.browser.test_pages_for_everybody import faults
from tests.hub_rig import HubRig
from tests.integration.web.test_every_route_by_every_role import routes_of

#: What people have entered, or what is called so in every language.
DATA = re.compile(r"Dongjie station|Aqara|Heiman|HS1SA|OpenStreetMap|anju-agent|TLS|https?://\S+")
NAMES = {"管理员", "求助按钮"}  #: of a person and of a device, which are called like something of ours
#: Two words of English in a row, on a page in Chinese.
ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}")
HEAVIEST = 60_000  #: bytes of one page as it travels, without what a browser keeps


def paths(hub: HubRig, alert: str) -> Iterator[str]:
    """Yield the address of every page; what is no page says so when it is fetched."""
    ids = {
        "home_id": "wang", "alert_id": alert, "organisation_id": "dongjie", "resident_id": "wang",
        "user_id": "x", "kind": "resident", "person_id": "wang", "edge_id": "pi", "device_id": "x",
        "token": "made-up", "webhook_id": "told",
    }  # fmt: skip
    for name, _route in routes_of(list(create_web(Settings(), hub.pool, hub.clock).routes)):
        method, _, path = name.partition(" ")
        if method == "GET" and not path.startswith(("/api/", "/static", "/metrics")):
            yield re.sub(r"{(\w+)(?::\w+)?}", lambda found: ids[found[1]], path)


def in_another_language(page: Page, language: str) -> list[str]:
    """Return texts of a page that its reader cannot be expected to read."""
    read = page.evaluate(
        """() => {
            const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const at = walk.currentNode.parentElement;
                if (!at.closest("script, style, pre, code, [lang]:not(html)")) found.push(walk.currentNode.nodeValue.trim());
            }
            for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], img[alt]"))
                found.push(...["aria-label", "placeholder", "title", "alt"].map(name => one.getAttribute(name) || ""));
            return found.filter(Boolean);
        }"""  # noqa: E501
    )
    if language == "zh":
        return sorted({text for text in read if ENGLISH.search(DATA.sub("", text))})
    chinese = {text for text in texts("zh")._catalog.values() if re.search(r"[一-鿿]{2}", str(text))}  # type: ignore[attr-defined]
    return sorted({text for text in read if text in chinese - NAMES})


@pytest.mark.timeout(600)
def test_every_page_for_every_reader(hub: HubRig, visitor: Visitor, language: str) -> None:
    alert = hub.finding(button(hub.clock.now()))
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into webhooks (id, organisation_id, url, kinds, secret, made_at, made_by) values"
            " ('told', 'dongjie', 'https://example.org/told', '{alert.opened}', '', %s, '管理员')"
            " on conflict do nothing",
            (hub.clock.now(),),
        )
    if language == "zh":
        with hub.pool.connection() as connection:
            weeks_of_life(connection, hub.clock.now())
    page = visitor("administrator", size="phone" if language == "zh" else "desktop", expected="made-up")
    wrong: list[str] = []
    seen = 0
    for path in paths(hub, alert):
        answer = page.request.get(path)
        if "text/html" not in answer.headers.get("content-type", "") or path.endswith("/live"):
            continue
        seen += 1
        if answer.status >= 400 and "made-up" not in path:
            wrong.append(f"{path}: {answer.status}")
        if int(answer.headers.get("content-length", 0)) > HEAVIEST:
            wrong.append(f"{path}: {answer.headers['content-length']} bytes")
        page.goto(path)
        if page.locator("html[data-live]").count():
            page.wait_for_selector("html[data-live=ok]")
        wrong += faults(page)
        wrong += [f"{path}: {text!r}" for text in in_another_language(page, language)]
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if (wide := page.evaluate(sideways)) > 0:
            wrong.append(f"{path}: {wide} px too wide")
    assert not wrong, "\n".join(wrong)
    assert seen > 25
