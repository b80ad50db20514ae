"""The one way a connector speaks HTTP: bounded in time and size, its failures classed by cure.

Connections go to vetted addresses only and verify the host's certificate, always. Redirects are
refused (they would carry the credential to another host) and the process environment is ignored
(no proxy, no netrc that its owner did not configure for this source).
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx
import orjson

from connectors.deadline import Deadline
from connectors.http_config import base_address, plain_headers, proxy_of
from connectors.http_errors import NOT_FOUND, class_of_exception, raise_for_status
from connectors.json_text import parse_json
from connectors.outgoing import Outgoing
from connectors.pinned import PinnedTransport
from connectors.retrying import Patience, patiently
from connectors.trust import trusted
from daifuku.errors import ConfigError, TransientError

Params = Mapping[str, str | int | Sequence[str]]

MEGABYTE = 1024 * 1024
CONNECT = 10.0
"""Seconds to wait for a connection, unless the source's own time limit is shorter."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take: seconds to connect, between reads and in all; bytes of body."""

    connect: float = CONNECT
    read: float = 60.0
    total: float = 300.0
    body: int = 64 * MEGABYTE

    @classmethod
    def of(cls, outgoing: Outgoing) -> Self:
        """Those of a source's settings."""
        return cls(
            connect=min(CONNECT, outgoing.timeout),
            read=outgoing.timeout,
            total=outgoing.deadline,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read whole. `headers` keys are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    origin: str

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            TransientError: it is something else, an HTML error page or a cut-off body.
        """
        try:
            return parse_json(self.body)
        except ValueError:
            pass
        if self.body.lstrip()[:1] == b"<":
            found = "a web page"
        else:
            found = f"{len(self.body)} bytes that are no complete JSON"
        raise TransientError(
            f"{self.origin} answered {found} where JSON was expected.",
            hint="If it happens again, check that the address is that of the API"
            " and that no login page or proxy stands before it.",
        )


class HttpSource:
    """A session with one source's HTTP API; use it as a context manager or call `close`.

    `headers` go with every request and never into a message or a `repr`. `auth` is a
    (user, password) pair or any httpx auth. `outgoing` is the source's own settings: proxy,
    whether inner networks are allowed, trusted certificates, time limits and tries; `limits`
    sets other limits than those. A session serves one thread at a time.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | httpx.Auth | None = None,
        limits: Limits | None = None,
        outgoing: Outgoing | None = None,
    ) -> None:
        """Connect lazily.

        Raises:
            ConfigError: `base_url` or the proxy is no http or https address, a header no plain
                text, or the file of trusted certificates unreadable.
        """
        outgoing = outgoing or Outgoing()
        self._limits = limits or Limits.of(outgoing)
        self._patience = Patience(outgoing.tries)
        self._base = base_address(base_url)
        self._deadline = Deadline(self.origin, self._limits.total)
        certificates = trusted(outgoing.ca_file)
        self._client = httpx.Client(
            headers=plain_headers(headers or {}),
            auth=auth,
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            transport=PinnedTransport(
                self._deadline,
                allow_private=outgoing.allow_private,
                trusted=certificates,
                proxy=proxy_of(outgoing),
            ),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port, as errors name the source."""
        port = f":{self._base.port}" if self._base.port else ""
        return f"{self._base.scheme}://{self._base.host}{port}"

    def __repr__(self) -> str:
        return f"HttpSource({self.origin})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def get_json(
        self, path: str, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON at `path`, relative to the base address.

        Raises:
            ConfigError: 401, 403, 404 and other refusals, or the host does not exist.
            RateLimitedError: 429, or 503 that says when to come back.
            TransientError: 5xx, a timeout, a lost connection, a body that is no JSON.
        """
        return self.send("GET", path, params=params, headers=headers).json()

    def find_json(
        self, path: str, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Any | None:
        """As `get_json`, but None where the source says that there is no such thing (404, 410)."""
        answer = self.send("GET", path, params=params, headers=headers, absent_ok=True)
        return None if answer.status in NOT_FOUND else answer.json()

    def post_json(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """Post `body` as JSON and give the JSON answered; raises as `get_json` does."""
        sent = {"content-type": "application/json", **(headers or {})}
        return self.send("POST", path, headers=sent, content=orjson.dumps(body)).json()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        absent_ok: bool = False,
        answered: Container[int] = (),
    ) -> Answer:
        """One request; raises as `get_json` does, but the body may be anything.

        With `absent_ok` a 404 or 410 is an answer, not an error; so is any status in `answered`,
        for an API that says in the body what is wrong. A GET that fails for a moment is tried
        again, as often as the settings say and for a few seconds at most.
        """

        def attempt() -> Answer:
            answer = self.exchange(method, path, params=params, headers=headers, content=content)
            told = answer.status in answered or (absent_ok and answer.status in NOT_FOUND)
            if not told:
                raise_for_status(self.origin, answer.status, answer.headers)
            return answer

        return patiently(attempt, self._patience) if method == "GET" else attempt()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """One request, once; the answer whatever its status says.

        Raises:
            ConfigError: the host does not exist or is not allowed, or the body is too large.
            TransientError: a timeout, a lost connection.
        """
        request = self._client.build_request(
            method, self._url(path), params=params, headers=dict(headers or {}), content=content
        )
        self._deadline.start()
        with self._failures_classed():
            response = self._client.send(request, stream=True)
            try:
                body = self._bounded_body(response)
            finally:
                response.close()
        return Answer(response.status_code, dict(response.headers), body, self.origin)

    def _url(self, path: str) -> httpx.URL:
        if path.startswith(("http://", "https://")):
            url = httpx.URL(path)
            if (url.scheme, url.host, url.port) != (
                self._base.scheme,
                self._base.host,
                self._base.port,
            ):
                raise ConfigError(
                    f"{self.origin} points to another host for its next page.",
                    hint="The credential is not sent there; check the source's address.",
                )
            return url
        return httpx.URL(f"{str(self._base).rstrip('/')}/{path.lstrip('/')}")

    def _bounded_body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._limits.body:
                raise ConfigError(
                    f"{self.origin} sent more than {self._limits.body // MEGABYTE} MB at once.",
                    hint="Ask for smaller pages.",
                )
        return bytes(body)

    @contextmanager
    def _failures_classed(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise class_of_exception(self.origin, error) from None
