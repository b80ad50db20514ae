"""Runs one side of a benchmark in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

OURS = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Our side's memory comes from the system, which has back at once what is let go."""


def measure(
    module: str, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The figures that `python -m module folder arguments...` prints as its last line."""
    command = [sys.executable, "-m", module, str(folder), *arguments]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=3600,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr}")
    figures: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    return figures
