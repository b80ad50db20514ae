"""What the tests of jobs share."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs
from sync.jobs import execute, kinds
from sync.jobs.execute import Executor
from sync.jobs.kinds import Work
from tests.support.jobs import Leases, Probe
from tests.support.scripted import BOX


@pytest.fixture
def executor(store: Store) -> Executor:
    return Executor(store, BOX, 30.0)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Makes jobs of kind `probe` do this."""

    def install(work: Callable[[Work], None]) -> None:
        monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, "probe": work})

    return install


@pytest.fixture
def leases(monkeypatch: pytest.MonkeyPatch) -> Leases:
    """The clock by which jobs hang."""
    clock, renew = Leases(), jobs.renew

    def counted(*args: Any, **options: Any) -> bool:
        kept = renew(*args, **options)
        clock.renewed += 1
        return kept

    monkeypatch.setattr(jobs, "renew", counted)
    monkeypatch.setattr(execute, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock
