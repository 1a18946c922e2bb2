"""A station's pages and API for the promises of care: real web role and database, a clock to move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.clock import MovableClock
from tests.village import NIGHT
from tests.web_rig import WebRig, running_web

#: 10:12 of the next morning in the village; the homes have been there for thirty days.
MORNING = NIGHT + timedelta(hours=7)


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    with running_web(database, MovableClock(MORNING), tmp_path) as rig:
        with rig.pool.connection() as connection:
            connection.execute("update residents set circumstances = '{lives_alone}', born_on = '1950-01-01'")
        yield rig
