"""The collector keeps out of a batch, and comes back."""

import gc
import weakref

import pytest

from sync.resolution import uncollected as module
from sync.resolution.uncollected import uncollected


def test_the_collector_is_off_until_the_last_block_ends() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_comes_back_when_a_block_fails() -> None:
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_batches_leave_behind_is_looked_at_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "YOUNG", 1_000)
    monkeypatch.setattr(module, "UNSEEN", 10_000)
    thresholds = gc.get_threshold()
    gone: list[weakref.ref[Cycle]] = []
    try:
        for _ in range(12):
            with uncollected():
                gone += [weakref.ref(Cycle()) for _ in range(1_001)]
        gc.disable()
        alive = sum(ref() is not None for ref in gone)
        assert alive < 10 * 1_001
    finally:
        gc.set_threshold(*thresholds)
        gc.enable()


class Cycle:
    """Something that only the collector frees."""

    def __init__(self) -> None:
        self.itself = self
