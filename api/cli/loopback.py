"""Takes in what a browser on this machine brings back from signing in (RFC 8252 7.3)."""

import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from api.sign_in_page import HEADERS, NOT_SIGNED_IN, SIGNED_IN
from daifuku.errors import DaifukuError, UserError
from sync.sign_in import UnknownStateError

LOOPBACK = ("127.0.0.1", "localhost")
Take = Callable[[Mapping[str, str]], str]
"""Finishes a sign-in with the answer; raises UnknownStateError for one that nobody asked for."""


def is_loopback(redirect: str) -> bool:
    """Whether a browser that is sent there comes back to this machine."""
    parts = urlsplit(redirect)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


class Listener:
    """Listens at `redirect`, an http address of this machine; port 0 is any that is free."""

    def __init__(self, redirect: str) -> None:
        parts = urlsplit(redirect)
        try:
            self._server = _Server(("127.0.0.1", parts.port or 0), parts.path or "/")
        except OSError as error:
            raise UserError(
                f"Nothing can listen at {redirect}: {error.strerror}.",
                hint="Give another --redirect that is registered at the source, or use --paste.",
            ) from None
        port = self._server.server_address[1]
        self.redirect = parts._replace(netloc=f"{parts.hostname}:{port}").geturl()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    def wait(self, take: Take, seconds: float) -> str:
        """What `take` gives for the browser's answer. Strangers' answers are passed over.

        Raises:
            UserError: none came in time.
            DaifukuError: as `take`, for the answer that belongs to the sign-in.
        """
        end = time.monotonic() + seconds
        self._server.take = take
        while (left := end - time.monotonic()) > 0:
            self._server.timeout = left
            self._server.handle_request()
            if self._server.failure is not None:
                raise self._server.failure
            if self._server.taken is not None:
                return self._server.taken
        raise UserError(
            f"Nobody came back from signing in within {seconds:g} seconds.",
            hint="Begin again; --paste takes the address from a browser on another machine.",
        )


class _Server(HTTPServer):
    def __init__(self, address: tuple[str, int], path: str) -> None:
        self.path = path
        self.take: Take = lambda _answer: ""
        self.taken: str | None = None
        self.failure: DaifukuError | None = None
        super().__init__(address, _Callback)


class _Callback(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = dict(parse_qsl(parts.query))
        if parts.path != self.server.path or "state" not in answer:
            self._say(404, NOT_SIGNED_IN)
            return
        try:
            self.server.taken = self.server.take(answer)
        except UnknownStateError:
            self._say(400, NOT_SIGNED_IN)
        except DaifukuError as error:
            self.server.failure = error
            self._say(400, NOT_SIGNED_IN)
        else:
            self._say(200, SIGNED_IN)

    def _say(self, status: int, page: str) -> None:
        body = page.encode()
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the address holds the code."""
