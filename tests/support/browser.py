"""A real browser: Chromium driven by Playwright. Tests skip where either cannot be had."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""What Chromium is called on the systems that tests run on."""


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser without a window; the test is skipped if there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium: apt-get install chromium fonts-ipafont-gothic")
    if find_spec("playwright") is None:
        pytest.skip("there is no Playwright: uv sync --group peers")
    playwright: Any = pytest.importorskip("playwright.sync_api")
    # As root, as in containers, Chromium starts without its sandbox only.
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=options)
        try:
            yield browser
        finally:
            browser.close()
