"""Codes of an app, recovery codes, and what wrong ones cost."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.accounts import codes
from hub.accounts.sealing import Seal, SealError, seal_of
from hub.accounts.second_factor import Rule, Standing, owed
from hub.errors import SettingsError
from hub.settings import Settings

NOW = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)
#: RFC 6238, appendix B (SHA-1): of its eight digits an app shows the last six.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
       (2000000000, "279037"), (20000000000, "353130")]  # fmt: skip


@pytest.mark.parametrize(("at", "code"), RFC)
def test_the_standards_own_examples_are_right_and_half_a_minute_off_is_too(at: int, code: str) -> None:
    now = datetime.fromtimestamp(at, UTC)
    for off in (0, 30) if at == 59 else (-30, 0, 30):  # nobody has a telephone before 1970
        assert codes.step_of(RFC_SECRET, code, now + timedelta(seconds=off)) == at // 30
    assert codes.step_of(RFC_SECRET, code, now + timedelta(seconds=90)) is None


@pytest.mark.parametrize("typed", ["", "12345", "二八七〇八二", "287082287082", "\ud800", "2" * 200])
def test_what_is_no_code_is_wrong_and_no_error(typed: str) -> None:
    assert codes.step_of(RFC_SECRET, typed, NOW) is None


def test_wrong_codes_cost_more_and_more_up_to_an_hour() -> None:
    waits = [codes.wait(failures, NOW, NOW) for failures in range(13)]
    assert waits[:5] == [None] * 5
    assert waits[5:8] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert max(wait for wait in waits if wait) == codes.LONGEST_WAIT
    assert codes.wait(5, NOW, NOW + timedelta(minutes=1)) is None


def test_a_recovery_code_fits_however_it_is_typed() -> None:
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    kept = codes.recovery_hash(made[0])
    assert kept is not None
    assert codes.recovery_hash(f" {made[0].replace('-', ' ').lower()} ") == kept
    assert codes.recovery_hash("287082") is None


def test_what_is_sealed_opens_with_its_key_in_its_place_only() -> None:
    seal = Seal(b"k" * 32)
    closed = seal.close(b"secret", "second factor of a")
    assert seal.open(closed, "second factor of a") == b"secret"
    assert b"secret" not in closed
    for other, what in ((seal, "second factor of b"), (Seal(b"j" * 32), "second factor of a")):
        with pytest.raises(SealError):
            other.open(closed, what)
    with pytest.raises(SealError):
        seal.open(b"", "second factor of a")


def test_the_key_is_made_once_for_its_owner_alone_and_a_short_one_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    closed = seal_of(settings).close(b"secret", "x")
    assert seal_of(settings).open(closed, "x") == b"secret"
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    with pytest.raises(SettingsError, match="32"):
        seal_of(Settings(data_dir=tmp_path, secret_key="short"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "role", "screen", "has", "expected"),
    [
        ("off", "administrator", False, True, ""),
        ("offered", "administrator", False, True, "code"),
        ("offered", "administrator", False, False, ""),
        ("required", "operator", False, False, "enrolment"),
        ("required", "operator", True, False, ""),
        ("required", "operator", True, True, "code"),
        ("required", "family", False, False, ""),
        ("required", "integrator", False, False, ""),
    ],
)
def test_who_owes_what_after_the_password(
    rule: Rule, role: str, screen: bool, has: bool, expected: str
) -> None:
    assert owed(rule, role, screen, Standing(since=NOW if has else None)) == expected
