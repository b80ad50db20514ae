"""An httpx transport whose connections go to vetted addresses only, and end in time."""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from connectors.deadline import Deadline
from connectors.network import resolved, vet_literal

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class PinnedTransport(httpx.HTTPTransport):
    """httpx's own transport over `PinnedBackend`.

    With a proxy it is the proxy's address that is vetted and pinned. Of the host beyond it only
    an address written as a number can be vetted, and is.
    """

    def __init__(
        self,
        deadline: Deadline,
        *,
        allow_private: bool,
        trusted: ssl.SSLContext,
        proxy: httpx.Proxy | None = None,
    ) -> None:
        super().__init__(verify=trusted, trust_env=False, proxy=proxy)
        self._allow_private = allow_private
        self._proxied = proxy is not None
        # httpx has no public way to hand a backend to its pool.
        self._pool._network_backend = PinnedBackend(deadline, allow_private=allow_private)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx does; raises SourceError for a host that is not allowed, too."""
        if self._proxied:
            vet_literal(request.url.host, allow_private=self._allow_private)
        return super().handle_request(request)


class PinnedBackend(httpcore.SyncBackend):
    """Resolves a host once a connection, vets every address and connects to one of them.

    TLS is spoken above it with the host's name, for SNI and the certificate, and the Host header
    is the name too: only the address that the name leads to is fixed.
    """

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to the host; raises SourceError as `connectors.network.resolved` does."""
        failure: Exception = httpcore.ConnectError("no address")
        for address in resolved(host, port, allow_private=self._allow_private):
            try:
                stream = super().connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self._deadline)
        raise failure


class TimedStream(httpcore.NetworkStream):
    """A stream on which no step outlasts the deadline of the exchange."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._deadline.left(timeout))
        except httpcore.ReadTimeout:
            self._deadline.left()
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
