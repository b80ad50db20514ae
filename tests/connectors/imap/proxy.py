"""A wire that can be cut: a TCP proxy that hangs up after a number of bytes from the server."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Wire:
    """Forwards 127.0.0.1:`port` to a server; `cut_after` bytes of its answers the line breaks."""

    def __init__(self, server_port: int) -> None:
        self.cut_after: int | None = None
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._server_port))
                for target in ((near, far, None), (far, near, self.cut_after)):
                    thread = threading.Thread(target=_pump, args=target, name="simulator-wire")
                    thread.start()
                    self._threads.append(thread)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


def _pump(source: socket.socket, target: socket.socket, allowance: int | None) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(4096):
            if allowance is not None:
                chunk, allowance = chunk[:allowance], allowance - len(chunk)
            target.sendall(chunk)
            if allowance is not None and allowance <= 0:
                break
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    source.close()


@contextlib.contextmanager
def wire_to(server_port: int) -> Iterator[Wire]:
    wire = Wire(server_port)
    thread = threading.Thread(target=wire.serve, name="simulator-wire")
    thread.start()
    try:
        yield wire
    finally:
        wire.close()
        thread.join(10)
