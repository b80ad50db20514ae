"""The one way a connector speaks HTTP: bounded in time and size, its failures classed by cure.

Redirects are refused (they would carry the credential to another host) and the process
environment is ignored (no proxy, no netrc that its owner did not configure for this source).
"""

import time
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any, Self

import httpx
import orjson

from connectors.http_errors import NOT_FOUND, class_of_exception, raise_for_status
from connectors.json_text import parse_json
from daifuku.errors import ConfigError, TransientError

Params = Mapping[str, str | int | Sequence[str]]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take: seconds to connect, between reads and in all; bytes of body."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 300.0
    body: int = 64 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response, read whole. `headers` keys are lower case."""

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
    (user, password) pair or any httpx auth. `proxy` is a URL.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | httpx.Auth | None = None,
        limits: Limits | None = None,
        proxy: str | None = None,
        verify: bool = True,
    ) -> None:
        """Connect lazily.

        Raises:
            ConfigError: `base_url` or `proxy` is no http or https address, or a header no plain
                text.
        """
        self._limits = limits or Limits()
        self._base = _base_address(base_url)
        self._client = httpx.Client(
            headers=_plain(headers or {}),
            auth=auth,
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            proxy=_proxy(proxy),
            verify=_trusted() if verify else False,
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
        for an API that says in the body what is wrong.
        """
        request = self._client.build_request(
            method, self._url(path), params=params, headers=dict(headers or {}), content=content
        )
        with self._failures_classed():
            response = self._client.send(request, stream=True)
            try:
                body = self._bounded_body(response)
            finally:
                response.close()
        told = response.status_code in answered
        if not (told or (absent_ok and response.status_code in NOT_FOUND)):
            raise_for_status(self.origin, response.status_code, response.headers)
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
        deadline = time.monotonic() + self._limits.total
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._limits.body:
                raise ConfigError(
                    f"{self.origin} sent more than {self._limits.body // MEGABYTE} MB at once.",
                    hint="Ask for smaller pages.",
                )
            if time.monotonic() > deadline:
                raise TransientError(
                    f"{self.origin} took more than {self._limits.total:g} s for one answer."
                )
        return bytes(body)

    @contextmanager
    def _failures_classed(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise class_of_exception(self.origin, error) from None


@cache
def _trusted() -> SSLContext:
    """The authorities to trust, read once: that takes some 25 ms, more than most requests."""
    return httpx.create_ssl_context(trust_env=False)


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise ConfigError(
                f"The value for the header {name} has characters that no header can carry.",
                hint="Enter the key or token again, without line breaks.",
            )
    return dict(headers)


def _proxy(text: str | None) -> httpx.Proxy | None:
    try:
        found = httpx.Proxy(text) if text else None
    except (httpx.InvalidURL, ValueError):
        found = None
    if text and (found is None or found.url.scheme not in ("http", "https") or not found.url.host):
        raise ConfigError(
            "The proxy's address is not an http or https URL.",
            hint="Write it like http://user:password@proxy.example.com:3128.",
        )
    return found


def _base_address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigError(
            "The source's address is not an http or https URL.",
            hint="Write it like https://erp.example.com.",
        )
    return url
