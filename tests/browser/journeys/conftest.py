"""Journeys of people through the running hub: web role, dispatcher and telephones on one database a file.

Nobody's clock moves by itself: half past ten in the morning, and the dispatcher turns when a test says so.
Words are looked for as the reader has them, in Chinese and in English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from hub.language import texts
from hub.storage.database import connect
from tests.browser.conftest import Visitor, visiting
from tests.browser.furnished import furnish
from tests.hub_rig import HubRig, running_hub
from tests.village import NIGHT
from tests.web_rig import add_people, add_stranger

MORNING = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)  # half past ten in China

#: Says a text of the pages in the reader's language.
Words = Callable[[str], str]


def settled(page: Page) -> None:
    """What has just moved on a page takes no press for a moment; a person needs longer."""
    page.wait_for_timeout(450)


@pytest.fixture(scope="module")
def hub(shared_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubRig]:
    """A furnished village whose telephones ring."""
    with running_hub(shared_database, tmp_path_factory.mktemp("hub")) as rig:
        rig.clock.move(MORNING - NIGHT)
        with connect(shared_database) as connection:
            add_stranger(connection)
            add_people(connection, rig.clock.now())
        furnish(rig)
        yield rig


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Who reads it."""
    return str(request.param)


@pytest.fixture
def words(language: str) -> Words:
    """Texts as the reader has them."""
    return texts(language).gettext


@pytest.fixture
def visitor(browser: Browser, hub: HubRig, language: str) -> Iterator[Visitor]:
    """Opens a browser of somebody's own, in the reader's language."""
    with visiting(browser, hub.settings.own_url) as open_for:

        def in_language(login: str | None, **how: Any) -> Page:
            return open_for(login, **{"language": language} | how)

        yield in_language
