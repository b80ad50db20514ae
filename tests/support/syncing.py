"""Processes that sync the source `shop` of a store until they are done or killed."""

import multiprocessing
from multiprocessing.context import ForkServerProcess

import pytest

from daifuku.errors import ConflictError
from daifuku.records import RunState
from daifuku.storage.engine import Store, open_store
from sync.runner import RunOptions, run_sync
from tests.support.deadline import until
from tests.support.scripted import BOX, install

LEASE_SECONDS = 0.2


def start_syncing(url: str) -> ForkServerProcess:
    """A process that syncs the store; it exits with 0 once a run has read everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_sync, args=(url,))
    process.start()
    return process


def _sync(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        store = open_store(url)
        until(lambda: _run(store), seconds=60, what="a run that reads everything")
        store.close()


def _run(store: Store) -> bool:
    options = RunOptions(lease_seconds=LEASE_SECONDS)
    try:
        return run_sync(store, BOX, "shop", options).state is RunState.SUCCEEDED
    except ConflictError:
        return False  # the one that was killed holds its lease a little longer
