"""What the pages call things: no state, stage or risk of the system lacks its word."""

from __future__ import annotations

from typing import get_args

import pytest

from hub.accounts.permissions import ROLES
from hub.alerts.lifecycle import NEXT, Outcome
from hub.language.rooms import room_name
from hub.notify.lifecycle import NEXT as ATTEMPTS
from hub.places.state import KINDS, UNWATCHED
from hub.web import vocabulary, words
from models.contract.measurements import MEASUREMENTS
from models.detection.finding import Risk


def test_everything_that_can_be_has_a_word() -> None:
    assert set(vocabulary.RISK) == set(get_args(Risk))
    assert set(vocabulary.STATUS) == set(NEXT)
    assert set(vocabulary.OUTCOME) == set(get_args(Outcome))
    assert set(vocabulary.ATTEMPT) >= set(ATTEMPTS)
    assert set(vocabulary.HOME_STATE) == set(KINDS)
    assert set(vocabulary.ROLE) == set(ROLES)
    assert set(vocabulary.KIND) == set(MEASUREMENTS)


def test_every_state_of_a_home_that_is_not_live_says_that_nobody_is_called() -> None:
    assert set(vocabulary.UNWATCHED) == set(UNWATCHED) == {"commissioning", "paused"}


def test_why_a_try_failed_is_said_in_words_where_the_hub_knows_it() -> None:
    assert words.error_text("no_provider", "en") == "no telephone provider is set"
    assert words.error_text("emergency_number", "zh") == "系统从不拨打急救、报警电话"
    assert words.error_text("unknown", "zh") == "运营商未收到"
    assert words.error_text("30003", "zh") == "代码 30003"
    refused = {"kind": "attempt", "data": {"contact": "王强", "channel": "voice", "status": "refused",
               "code": "no_provider"}}  # fmt: skip
    assert words.entry_text(refused, "en") == "王强, Call: refused"
    assert words.entry_detail(refused, "en", "Asia/Shanghai") == "no telephone provider is set"


def test_a_room_has_its_name_in_both_languages_and_one_that_was_typed_keeps_its_own() -> None:
    assert room_name("living_room", "zh") == room_name("Living room", "zh") == "客厅"
    assert room_name("living room", "en") == "Living room"
    assert room_name("佛堂", "en") == "佛堂"


def test_a_line_of_the_file_says_who_did_what() -> None:
    taken = {"kind": "acknowledged", "data": {"by": "王芳", "via": "voice"}}
    assert words.entry_text(taken, "en") == "王芳 took it"
    closed = {"kind": "resolved", "data": {"by": "王芳", "outcome": "false", "note": "猫"}}
    assert words.entry_text(closed, "zh") == "王芳了结：误报"
    assert words.entry_detail(closed, "zh", "Asia/Shanghai") == "猫"
    by_itself = {"kind": "resolved", "data": {"by": None, "outcome": "cleared"}}
    assert words.entry_text(by_itself, "en") == "Over by itself"


def test_why_somebody_was_passed_over_is_said_in_the_readers_language() -> None:
    passed = {
        "kind": "passed",
        "data": {"text": "{name}: voicemail, not a person", "values": {"name": "王强"}},
    }
    assert words.entry_detail(passed, "zh", "Asia/Shanghai") == "王强：转到语音信箱，不是本人"
    called = {"kind": "called", "data": {"contact": "王强", "reason": {
        "text": "{name} is next: {step}", "values": {"name": "王强", "step": "family"}}}}  # fmt: skip
    assert words.entry_detail(called, "en", "Asia/Shanghai") == "王强 is next: Family"


@pytest.mark.parametrize(
    "data", [{}, {"reason": {}}, {"reason": {"text": "{gone}"}}, {"reason": "x", "contact": None}]
)
def test_a_line_that_another_version_wrote_is_still_readable(data: dict[str, object]) -> None:
    for kind in (*vocabulary.ENTRY, "unheard_of"):
        entry = {"kind": kind, "data": data}
        assert words.entry_text(entry, "en")
        assert words.entry_detail(entry, "en", "Asia/Shanghai") is not None
