"""The native kernel at several numbers of threads, for tests that hold it to its reference."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from identity.kernel.library import load
from identity.kernel.native import Native

LIBRARY = load()

FREELY = settings(deadline=None)
"""Without a clock: what is compiled or loaded at first takes its time."""

needs_native = pytest.mark.skipif(
    LIBRARY is None, reason="the native kernel is not built: python identity/kernel/build.py"
)


def natives() -> Iterator[Native]:
    """The native kernel on one thread and on more than this machine may have."""
    if LIBRARY:
        yield Native(LIBRARY, threads=1)
        yield Native(LIBRARY, threads=5)
