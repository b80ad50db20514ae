"""Worker processes, with a probe job that can hang until its worker is killed."""

import multiprocessing
import os
import threading
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from daifuku.storage.engine import open_store
from sync.jobs import kinds
from sync.jobs.kinds import Work
from sync.worker import EmbeddedWorker, Role
from tests.support.scripted import BOX, install

LEASE_SECONDS = 0.6


def start_worker(
    url: str, redis_url: str | None, marks: Path, only: Role | None = None
) -> ForkServerProcess:
    """A worker of the store. A probe job appends its process's id to a file in `marks`.

    The worker hangs in a probe while the file `hang` is there.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_work, args=(url, redis_url, marks, only))
    process.start()
    return process


def _work(url: str, redis_url: str | None, marks: Path, only: Role | None) -> None:
    def probe(work: Work) -> None:
        with (marks / f"job{work.job.id}").open("a") as file:
            file.write(f"{os.getpid()}\n")
        if (marks / "hang").exists():
            threading.Event().wait()

    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        patch.setattr(kinds, "KINDS", {**kinds.KINDS, "probe": probe})
        store = open_store(url)
        with EmbeddedWorker(
            store, BOX, threads=2, lease_seconds=LEASE_SECONDS, redis_url=redis_url, only=only
        ):
            threading.Event().wait()
