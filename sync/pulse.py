"""The worker's end of the pipe to its supervisor: says that it lives, and hears when that ends."""

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

PULSE_SECONDS = 1.0
ALIVE, HUNG = b"alive", b"hung"


def keep_pulse(pipe: Connection, hangs: Callable[[], bool], orphaned: Callable[[], None]) -> None:
    """From now on tell the supervisor that we live, or that a job hangs; `orphaned` if it is gone.

    A thread does it: it is still where something holds the interpreter, and that tells, too.
    """

    def beat() -> None:
        try:
            while True:
                pipe.send_bytes(HUNG if hangs() else ALIVE)
                if pipe.poll(PULSE_SECONDS):
                    pipe.recv_bytes()
        except (EOFError, OSError):
            orphaned()

    threading.Thread(target=beat, name="pulse", daemon=True).start()
