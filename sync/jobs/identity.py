"""What a worker is called in rows and logs."""

import os
import socket
import uuid


def worker_name() -> str:
    """A new name, host:pid:uuid: a process id alone comes back after a restart."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
