"""The sockets behind a simulator: HTTP/1.1 with keep-alive, a named daemon thread a connection."""

import socket
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from demo.simulators.faults import Damage, Fault

if TYPE_CHECKING:
    from demo.simulators.http import Response, Simulator

THREAD_PREFIX = "simulator"
HTML_PAGE = b"<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"
DRIPS = 16
ENDLESS = 1_000_000_000


class LoopbackServer(ThreadingHTTPServer):
    """Serves one simulator on a free port of 127.0.0.1."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, simulator: "Simulator") -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.simulator = simulator
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=f"{THREAD_PREFIX}-accept",
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting and end the open connections."""
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        threading.current_thread().name = f"{THREAD_PREFIX}-connection"
        with self._guard:
            self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of the simulator; anything else is reported."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept by the simulator; nothing is printed."""

    def handle(self) -> None:
        with suppress(ConnectionError, TimeoutError, ValueError):
            super().handle()

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {key.lower(): value for key, value in self.headers.items()}
        answer = self.server.simulator.answer(self.command, self.path, headers, body)
        fault = self.server.simulator.planned_fault(self.path.partition("?")[0])
        if fault is None:
            self._send(answer.status, answer.headers, answer.encoded())
        else:
            self._fail(answer, fault)

    def _send(self, status: int, headers: Any, body: bytes, *, promised: int | None = None) -> None:
        self.send_response(status)
        names = {name.lower() for name in headers}
        if "content-type" not in names:
            self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if promised is None else promised))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _fail(self, answer: "Response", fault: Fault) -> None:
        if fault.status is not None:
            error = self.server.simulator.error_body(fault.status)
            body = fault.body if fault.body is not None else type(answer)(error).encoded()
            self._send(fault.status, fault.headers, body)
            return
        body = answer.encoded()
        match fault.damage:
            case Damage.HTML:
                self._send(200, {"Content-Type": "text/html; charset=utf-8"}, HTML_PAGE)
            case Damage.CUT_JSON:
                self._send(answer.status, answer.headers, body[: len(body) // 2])
            case Damage.TRUNCATED:
                half = body[: len(body) // 2]
                self._send(answer.status, answer.headers, half, promised=len(body))
                self.close_connection = True
            case Damage.SLOW:
                self._drip(answer, body, fault.pause)
            case Damage.RESET:
                self._reset()
            case Damage.ENDLESS_BODY:
                self._send(answer.status, answer.headers, b"", promised=ENDLESS)
                self._drip_on(b" ", fault.pause)
            case Damage.ENDLESS_HEAD:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                self._drip_on(b"a", fault.pause)
            case Damage.NONE:
                self._send(answer.status, {**answer.headers, **fault.headers}, body)

    def _drip_on(self, drop: bytes, pause: float) -> None:
        self.close_connection = True
        while not self.server.stopping.wait(pause):
            self.wfile.write(drop)
            self.wfile.flush()

    def _drip(self, answer: "Response", body: bytes, pause: float) -> None:
        self._send(answer.status, answer.headers, b"", promised=len(body))
        step = max(1, -(-len(body) // DRIPS))
        for start in range(0, len(body), step):
            if self.server.stopping.wait(pause):
                break
            self.wfile.write(body[start : start + step])
            self.wfile.flush()

    def _reset(self) -> None:
        """Linger of zero seconds makes the close an RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


for _verb in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
    setattr(_Connection, f"do_{_verb}", _Connection.respond)
