"""What all tests share: where the reference data lies, and parts that a machine may lack."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.postgres", "tests.chromium"]

ROOT = Path(__file__).resolve().parent.parent

#: With this switch a missing part fails a test instead of skipping it.
NEED_ALL = os.environ.get("ANJU_TEST_NEED_ALL", "") not in ("", "0")


def missing(part: str) -> None:
    """Say that a part of the machine is missing: skips, or fails where everything is asked for."""
    if NEED_ALL:
        pytest.fail(f"{part} is missing and ANJU_TEST_NEED_ALL is set")
    pytest.skip(f"{part} is missing on this machine")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the checkout."""
    folder = ROOT.parent / "shared"
    if not (folder / "devices").is_dir():
        pytest.skip("the reference data (../shared) is not beside this checkout")
    return folder
