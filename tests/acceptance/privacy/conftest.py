"""Pages and API for the promises of privacy: real web role and database, a clock to move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.clock import MovableClock
from tests.village import NIGHT
from tests.web_rig import WebRig, running_web


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    with running_web(database, MovableClock(NIGHT), tmp_path) as rig:
        yield rig
