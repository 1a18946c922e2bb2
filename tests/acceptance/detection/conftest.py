"""A watched home for every promise of detection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.detection.watched_home import WatchedHome
from tests.hub_rig import PRESSES_1, running_hub
from tests.village import DAUGHTER, STATION


@pytest.fixture
def home(database: str, tmp_path: Path) -> Iterator[WatchedHome]:
    with running_hub(database, tmp_path) as hub:
        for number, name in ((DAUGHTER, "王芳"), (STATION, "东街站值班")):
            hub.telephones.person(number, name, [PRESSES_1])
        watched = WatchedHome(hub)
        try:
            yield watched
        finally:
            watched.close()
