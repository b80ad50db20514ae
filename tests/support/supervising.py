"""A supervisor in a process of its own, over children that behave as a test wants.

`python -m tests.support.supervising CHILD FOLDER PROCESSES`: each child makes a file in FOLDER
named by what it does and its process id.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from sync.pulse import keep_pulse
from sync.supervisor import supervise

PATIENCE = 2.5


@contextmanager
def supervisor(child: str, folder: Path, processes: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
    """A supervisor of so many children while the block runs."""
    command = [sys.executable, "-m", __name__, child, str(folder), str(processes)]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def did(folder: Path, what: str) -> list[int]:
    """The processes that did this."""
    return [int(file.name.partition(" ")[2]) for file in folder.glob(f"{what} *")]


def mark(folder: Path, what: str) -> None:
    (folder / f"{what} {os.getpid()}").touch()


def living(folder: Path, pipe: Connection) -> None:
    """Lives until told to stop, or until its supervisor is gone."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    keep_pulse(pipe, lambda: False, stopping.set)
    mark(folder, "began")
    stopping.wait()
    mark(folder, "stopped")


def dying(folder: Path, _pipe: Connection) -> None:
    """Dies at once."""
    mark(folder, "began")


def holding(folder: Path, pipe: Connection) -> None:
    """Holds the interpreter for ever, which no signal handler gets past."""
    if did(folder, "began"):
        living(folder, pipe)
        return
    keep_pulse(pipe, lambda: False, lambda: None)
    mark(folder, "began")
    threading.Event().wait(1.2)  # for a pulse or two
    ctypes.PyDLL(None).sleep(1_000)


def complaining(folder: Path, pipe: Connection) -> None:
    """Says that a job hangs, once."""
    hangs = not did(folder, "began")
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    mark(folder, "began")
    keep_pulse(pipe, lambda: hangs, stopping.set)
    stopping.wait()
    mark(folder, "stopped")


CHILDREN = {child.__name__: child for child in (living, dying, holding, complaining)}

if __name__ == "__main__":
    name, place, count = sys.argv[1:]
    work = partial(CHILDREN[name], Path(place))
    supervise(work, processes=int(count), patience=PATIENCE)
