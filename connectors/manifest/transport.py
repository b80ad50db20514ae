"""The HTTP session under a manifest source: timeouts, size limits, vetted hosts, no side doors."""

import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from airbyte_cdk.sources.streams.call_rate import APIBudget, LimiterSession
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ConnectionError, ConnectTimeout, SSLError
from urllib3 import ProxyManager
from urllib3.exceptions import HTTPError, NewConnectionError

from connectors.deadline import Deadline
from connectors.http_config import proxy_of
from connectors.manifest.bounds import MEGABYTE, Bounds
from connectors.manifest.pinning import Way, pin
from connectors.network import vet_literal
from connectors.trust import trusted
from daifuku.errors import ConfigError, SourceError, TransientError

CHUNK = 65_536


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as messages name a source."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


class GuardedSession(LimiterSession):
    """A session that ignores the process environment and follows no redirect to another host."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(api_budget=APIBudget(policies=[]))
        self.trust_env = False
        adapter = GuardedAdapter(bounds)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """The redirect's target if it stays with the host: keys in custom headers would go along.

        Raises:
            ConfigError: it leads elsewhere.
        """
        target = super().get_redirect_target(resp)
        if target and urlsplit(target).hostname and origin_of(target) != origin_of(resp.url):
            raise ConfigError(
                f"{origin_of(resp.url)} redirects elsewhere ({resp.status_code}).",
                hint="Write the address it redirects to: a credential is not carried along.",
            )
        return target


class GuardedAdapter(HTTPAdapter):
    """Bounds every request in time and size, on connections to vetted addresses only.

    Certificates are verified whatever the caller asks for, and the proxy is the source's own.
    """

    def __init__(self, bounds: Bounds) -> None:
        """Raises ConfigError if the proxy or the file of certificates in the settings is none."""
        self._bounds = bounds
        self._deadline = Deadline("The source", bounds.total)
        self._way = Way(self._deadline, bounds.outgoing.allow_private)
        trusted(bounds.outgoing.ca_file)
        proxy_of(bounds.outgoing)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pin(self.poolmanager, self._way)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        pin(manager, self._way)
        return manager

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send; raises SourceError where trying again at once is of no use."""
        url = request.url or ""
        self._vet(url)
        outgoing = self._bounds.outgoing
        proxy = outgoing.proxy.get_secret_value() if outgoing.proxy else None
        wants_stream = kwargs.pop("stream", False)
        kwargs["timeout"] = (self._bounds.connect, self._bounds.silence)
        kwargs["verify"] = str(outgoing.ca_file) if outgoing.ca_file else True
        kwargs["proxies"] = {"http": proxy, "https": proxy} if proxy else {}
        self._deadline.start(origin_of(url))
        try:
            response = super().send(request, stream=True, **kwargs)
        except (ConnectTimeout, SSLError, ConnectionError) as error:
            unreachable = _unreachable(origin_of(url), error)
            if unreachable is None:
                raise
            raise unreachable from None
        if wants_stream:
            self._deadline.lift()
        else:
            self._read_body(response)
        return response

    def _vet(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(
                "The source's address is not an http or https URL.",
                hint="Write it like https://erp.example.com.",
            )
        if self._bounds.outgoing.proxy:
            vet_literal(parts.hostname, allow_private=self._bounds.outgoing.allow_private)

    def _read_body(self, response: requests.Response) -> None:
        """Read the whole body within the bounds, where `requests` would read without any."""
        body = bytearray()
        origin = origin_of(response.url)
        try:
            for chunk in response.iter_content(CHUNK):
                body += chunk
                if len(body) > self._bounds.body:
                    raise ConfigError(
                        f"{origin} sent more than {self._bounds.body // MEGABYTE} MB at once.",
                        hint="Ask for smaller pages.",
                    )
        except SourceError:
            response.close()
            raise
        except (requests.RequestException, HTTPError) as error:
            response.close()
            raise ChunkedEncodingError(error, request=response.request) from error
        response._content = bytes(body)


def _unreachable(origin: str, error: Exception) -> SourceError | None:
    """The error for a host that is not there; None for a connection that broke on the way."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConfigError(
            f"The TLS certificate of {origin} is not valid.",
            hint="Install a valid one, or correct the host name.",
        )
    if isinstance(error, ConnectTimeout) or any(isinstance(c, NewConnectionError) for c in causes):
        return TransientError(
            f"{origin} cannot be reached: check that it runs and that the port is right."
        )
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it wraps (urllib3 keeps it in `reason` and `args`) and what led to it."""
    seen: set[int] = set()
    queue: list[Any] = [error]
    while queue:
        current = queue.pop()
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            queue += [current.__cause__, current.__context__, getattr(current, "reason", None)]
            queue += current.args
