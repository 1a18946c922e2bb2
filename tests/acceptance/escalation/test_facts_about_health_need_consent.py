"""Facts about somebody's health are on the emergency card only where that person agreed to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.clock import MovableClock
from tests.village import NIGHT, fall
from tests.web_rig import WebRig, running_web

FACT = "装有心脏起搏器"


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    with running_web(database, MovableClock(NIGHT), tmp_path) as rig:
        with rig.pool.connection() as connection:
            connection.execute("update residents set health_note = %s where id = 'wang'", (FACT,))
        yield rig


def consents(web: WebRig, given: bool, role: str = "supervisor", resident: str = "wang") -> int:
    with web.program(role) as program:
        path = f"/api/v1/homes/wang/residents/{resident}/health-consent"
        return program.put(path, json={"given": given}).status_code


def told(web: WebRig, alert: str) -> bool:
    """Whether the fact is anywhere on the card; page and API must agree."""
    with web.signed_in("operator") as browser, web.program("operator") as program:
        page = browser.get(f"/alerts/{alert}/card").text
        answer = program.get(f"/api/v1/alerts/{alert}/card")
    assert answer.status_code == 200
    assert (FACT in page) == (FACT in answer.text)
    assert ("本人未同意告知" in page) == (FACT not in page)
    return FACT in page


def test_without_a_word_nothing_is_told(web: WebRig) -> None:
    assert not told(web, web.finding(fall()))


def test_it_is_told_while_consent_is_given_and_not_after_it_is_taken_back(web: WebRig) -> None:
    alert = web.finding(fall())
    assert consents(web, True) == 200
    assert told(web, alert)
    assert consents(web, False) == 200
    assert not told(web, alert)


def test_consent_is_recorded_by_those_who_care_for_the_home_and_for_its_own_people_only(web: WebRig) -> None:
    assert consents(web, True, "operator") == 403
    assert consents(web, True, "family") == 403
    assert consents(web, True, resident="zhao") == 404
    with web.pool.connection() as connection:
        rows = connection.execute("select health_consent from residents").fetchall()
    assert not any(row["health_consent"] for row in rows)
