"""Every way an HTTP source can fail becomes the error that says what to do about it."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from connectors.http import HttpSource, Limits
from connectors.outgoing import Outgoing
from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError

SECRET = "planted-token-4711"
NEAR = Outgoing(allow_private=True, tries=1)
"""The server is on this machine, and its failures are the subject."""
Reply = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """Answers every request with `reply`; remembers the requests' header lines."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply: Reply = answer(200, b"{}")
        self.seen: list[BaseHTTPRequestHandler] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen.append(self)
        self.server.reply(self)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def answer(status: int, body: bytes = b"", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server: Server, limits: Limits | None = None) -> object:
    headers = {"Authorization": f"Bearer {SECRET}"}
    with HttpSource(server.url, headers=headers, limits=limits, outgoing=NEAR) as source:
        return source.get_json("/v1/things", {"page": 1})


def test_it_gives_the_json_and_sends_the_credential(server: Server) -> None:
    server.reply = answer(200, b'{"a": [1, "\xe9\xab\x99"]}')
    assert ask(server) == {"a": [1, "髙"]}
    assert server.seen[0].path == "/v1/things?page=1"
    assert server.seen[0].headers["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("reply", "error", "says"),
    [
        (answer(401), ConfigError, "key, token or password"),
        (answer(403), ConfigError, "right to read"),
        (answer(404), ConfigError, "address"),
        (answer(302, Location="http://elsewhere.example/"), ConfigError, "redirect"),
        (answer(500), TransientError, "500"),
        (answer(503), TransientError, "503"),
        (answer(200, b"<html>log in</html>"), TransientError, "web page"),
        (answer(200, b'{"half": '), TransientError, "no complete JSON"),
        (answer(200, b""), TransientError, "no complete JSON"),
        (answer(200, b'{"a"', Content_Length="900"), TransientError, "broke"),
        (answer(200, b"not gzip", Content_Encoding="gzip"), TransientError, "decompressed"),
    ],
)
def test_each_failure_has_its_class(
    server: Server, reply: Reply, error: type[SourceError], says: str
) -> None:
    server.reply = reply
    with pytest.raises(error, match=says) as caught:
        ask(server)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("7", 7, 7),
        ("999999999", 86400, 86400),
        ("soon", 60, 60),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(
    server: Server, header: str, low: float, high: float
) -> None:
    server.reply = answer(429, Retry_After=header)
    with pytest.raises(RateLimitedError) as caught:
        ask(server)
    assert low <= caught.value.retry_after <= high


@pytest.mark.parametrize(("hours", "low", "high"), [(1, 3500, 3600), (-1, 0, 0)])
def test_a_rate_limit_may_name_the_time_when_it_ends(
    server: Server, hours: int, low: float, high: float
) -> None:
    ends = datetime.now(UTC) + timedelta(hours=hours)
    server.reply = answer(429, Retry_After=format_datetime(ends, usegmt=True))
    with pytest.raises(RateLimitedError) as caught:
        ask(server)
    assert low <= caught.value.retry_after <= high


def test_503_with_a_time_is_a_rate_limit(server: Server) -> None:
    server.reply = answer(503, Retry_After="12")
    with pytest.raises(RateLimitedError) as caught:
        ask(server)
    assert caught.value.retry_after == 12


def test_absence_can_be_an_answer(server: Server) -> None:
    server.reply = answer(404, b'{"message":"Not found"}')
    with HttpSource(server.url, outgoing=NEAR) as source:
        assert source.find_json("/one") is None


def test_a_body_beyond_the_limit_is_refused_even_when_compressed(server: Server) -> None:
    server.reply = answer(200, gzip.compress(b" " * 3_000_000), Content_Encoding="gzip")
    with pytest.raises(ConfigError, match="more than 1 MB"):
        ask(server, Limits(body=1024 * 1024))


def test_a_silent_server_ends_in_time(server: Server) -> None:
    released = threading.Event()

    def wait(_: BaseHTTPRequestHandler) -> None:
        released.wait(10)

    server.reply = wait
    try:
        with pytest.raises(TransientError, match="in time"):
            ask(server, Limits(read=0.05))
    finally:
        released.set()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with (
        HttpSource(url, outgoing=NEAR) as source,
        pytest.raises(TransientError, match="cannot be reached"),
    ):
        source.get_json("/")


def test_a_refusal_that_the_caller_reads_itself_is_an_answer(server: Server) -> None:
    server.reply = answer(429, b'{"wait": 7}')
    with HttpSource(server.url, outgoing=NEAR) as source:
        told = source.send("GET", "/", answered=(401, 429))
        assert (told.status, told.json()) == (429, {"wait": 7})
        with pytest.raises(RateLimitedError):
            source.send("GET", "/", answered=(401,))


def test_the_credential_stays_with_its_host(server: Server) -> None:
    with HttpSource(server.url, headers={"x-key": SECRET}, outgoing=NEAR) as source:
        with pytest.raises(ConfigError, match="another host"):
            source.get_json("http://127.0.0.1:9/next")
        assert source.get_json(f"{server.url}/next") == {}
        assert SECRET not in repr(source)


@pytest.mark.parametrize("address", ["", "erp.example.com", "ftp://x/", "http://", "／"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ConfigError, match="http or https"):
        HttpSource(address)


@pytest.mark.parametrize("proxy", ["proxy.example.com:3128", f"socks9://x:{SECRET}@x", "http://"])
def test_a_proxy_that_is_none_is_refused_and_not_shown(proxy: str) -> None:
    with pytest.raises(ConfigError, match="The proxy's address") as caught:
        HttpSource("http://127.0.0.1", outgoing=Outgoing(proxy=SecretStr(proxy)))
    assert SECRET not in str(caught.value)


def test_a_key_with_a_line_break_is_named_not_shown() -> None:
    with pytest.raises(ConfigError, match="x-key") as caught:
        HttpSource("http://127.0.0.1", headers={"x-key": f"{SECRET}\n"})
    assert SECRET not in str(caught.value)
