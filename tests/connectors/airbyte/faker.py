"""Airbyte's own connector of made-up people, installed from PyPI once into the tests' cache."""

import os
from pathlib import Path

import pytest

from connectors.builtin.airbyte.connector import install_package
from daifuku.errors import UserError

PACKAGE = "airbyte-source-faker==7.2.1"
PEOPLE = 1_200
SETTINGS = {"count": PEOPLE, "seed": 7, "parallelism": 1, "records_per_slice": 100}


def install_faker(monkeypatch: pytest.MonkeyPatch) -> str:
    """The installed package; the test is skipped where the package index cannot be reached."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daifuku-tests"
    monkeypatch.setenv("DAIFUKU_HOME", str(cache))
    try:
        return install_package(PACKAGE).package
    except UserError as error:
        pytest.skip(f"the package index does not offer it: {error}"[:200])
