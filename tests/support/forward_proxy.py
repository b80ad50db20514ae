"""An HTTP forward proxy on loopback: it takes every name for this machine."""

import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit


class ForwardProxy(ThreadingHTTPServer):
    """Runs while the `with` block lasts; remembers what it was asked for and by whom."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.asked: list[str] = []
        self.authorizations: list[str | None] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Request(BaseHTTPRequestHandler):
    server: ForwardProxy

    def do_GET(self) -> None:
        self._note()
        parts = urlsplit(self.path)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=10)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Host": parts.netloc})
        found = connection.getresponse()
        body = found.read()
        connection.close()
        self.send_response(found.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self._note()
        port = int(self.path.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as beyond:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            back = threading.Thread(target=_pour, args=(beyond, self.connection), daemon=True)
            back.start()
            _pour(self.connection, beyond)
            back.join()
        self.close_connection = True

    def _note(self) -> None:
        self.server.asked.append(self.path)
        self.server.authorizations.append(self.headers.get("Proxy-Authorization"))

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
