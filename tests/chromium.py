"""A real browser for tests that look at pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import missing


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """Give a Chromium that ends with the block."""
    chromium = os.environ.get("ANJU_TEST_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        missing("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file. Not for the run: it would keep the thread's event loop."""
    with chromium_browser() as launched:
        yield launched
