"""Waiting in tests: until something holds, never for a time."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], *, seconds: float = 60.0, what: str = "") -> None:
    """Return once `holds()` is true; fail if it is not within the deadline, which is for what never
    will: busy machines are slow."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or holds}")
        time.sleep(0.01)
