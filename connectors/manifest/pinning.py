"""urllib3 connections that go to vetted addresses only, and end in time: for what uses requests."""

import io
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connectors.deadline import Deadline
from connectors.network import connect


@dataclass(frozen=True, slots=True)
class Way:
    """Where connections of one session may lead, and how long an exchange on them may take."""

    deadline: Deadline
    allow_private: bool


def pin(manager: PoolManager, way: Way) -> None:
    """Let every connection that `manager` opens, to a host or to a proxy, keep to `way`."""
    pools = {
        "http": partial(_PinnedPool, way=way),
        "https": partial(_PinnedTlsPool, way=way),
    }
    cast(Any, manager).pool_classes_by_scheme = pools


class TimedSocket:
    """A connected socket on which no read outlasts the deadline of the exchange."""

    def __init__(self, plain: socket.socket, deadline: Deadline) -> None:
        self._plain = plain
        self._deadline = deadline
        self._silence = plain.gettimeout()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def settimeout(self, seconds: float | None) -> None:
        self._silence = seconds
        self._plain.settimeout(seconds)

    def recv_into(self, buffer: memoryview) -> int:
        self._plain.settimeout(self._deadline.left(self._silence))
        try:
            return self._plain.recv_into(buffer)
        except TimeoutError:
            self._deadline.left()
            raise

    def makefile(self, mode: str = "rb", buffering: int | None = None) -> io.BufferedReader:
        """For reading only, which is what an HTTP response does."""
        del mode, buffering
        # The raw file keeps the socket open until the response has been read.
        held = self._plain.makefile("rb", buffering=0)
        return io.BufferedReader(_TimedReader(self, held))


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: TimedSocket, held: socket.SocketIO) -> None:
        self._timed = timed
        self._held = held

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.recv_into(buffer)

    def close(self) -> None:
        if not self.closed:
            self._held.close()
        super().close()


class _Pinned(HTTPConnection):
    def __init__(self, *args: Any, way: Way, **more: Any) -> None:
        super().__init__(*args, **more)
        self._way = way

    def connect(self) -> None:
        super().connect()
        self.sock: Any = TimedSocket(self.sock, self._way.deadline)

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        try:
            found = connect(
                self._dns_host,
                self.port or self.default_port,
                allow_private=self._way.allow_private,
                timeout=self._way.deadline.left(timeout),
            )
        except TimeoutError:
            raise ConnectTimeoutError(self, f"{self.host} timed out") from None
        except OSError as error:
            raise NewConnectionError(self, f"{self.host} does not answer") from error
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found


class _PinnedTls(_Pinned, HTTPSConnection):
    """TLS over a pinned connection: the certificate is that of the host's name."""


class _PinnedPool(HTTPConnectionPool):
    ConnectionCls = _Pinned

    def __init__(self, *args: Any, way: Way, **more: Any) -> None:
        super().__init__(*args, **more)
        self.conn_kw: dict[str, Any] = {**cast(Mapping[str, Any], self.conn_kw), "way": way}


class _PinnedTlsPool(_PinnedPool, HTTPSConnectionPool):
    ConnectionCls = _PinnedTls
