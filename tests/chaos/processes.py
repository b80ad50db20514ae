"""Processes that are killed: workers, schedulers, and the broker between them."""

import contextlib
import importlib
import logging
import multiprocessing
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from daifuku.storage.engine import open_store
from sync.worker import EmbeddedWorker, Role
from tests.support.deadline import until
from tests.support.scripted import BOX
from tests.support.servers import free_port, valkey_binary, valkey_ready

THREADS = 2
WARM = (
    "connectors.manifest.source",
    "connectors.manifest.factory",
    "tests.support.warm",
    *(
        f"connectors.builtin.{name}.connector"
        for name in ("erpnext", "shipstation", "imap", "line", "webform", "file", "sql")
    ),
)


@dataclass
class Kept:
    """A process that is started again whenever it is killed."""

    name: str
    url: str
    redis_url: str | None
    only: Role | None
    lease: float
    process: ForkServerProcess | None = None

    def start(self) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, *WARM])
        args = (self.url, self.redis_url, self.only, self.lease)
        self.process = context.Process(target=_work, args=args)
        self.process.start()

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process.close()
            self.process = None


def _work(url: str, redis_url: str | None, only: Role | None, lease: float) -> None:
    logging.disable()  # a broker that is gone is what it would tell of
    for module in WARM:
        importlib.import_module(module)
    store = open_store(url)
    with EmbeddedWorker(
        store, BOX, threads=THREADS, lease_seconds=lease, redis_url=redis_url, only=only
    ):
        threading.Event().wait()


@dataclass
class Broker:
    """A Valkey with an append-only file, which comes back on the same port with what it kept."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [valkey_binary(), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self.folder), "--save", "", "--appendonly", "yes"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until(lambda: valkey_ready(self.port), what="Valkey to start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def broker() -> Iterator[Broker]:
    """A running broker, gone with all it kept when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="daifuku-valkey-"))
    one = Broker(folder, free_port())
    try:
        one.start()
        yield one
    finally:
        one.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept(*processes: Kept) -> Iterator[None]:
    """These processes, killed when the block ends."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ValueError):
                process.kill()
