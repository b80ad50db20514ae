"""The base of the demo world's HTTP systems: a stateful server on loopback with faults on demand.

class Crm(Simulator):
    def __init__(self) -> None:
        super().__init__()
        self.route("GET", "/customers/{id}", self.customer)

    def customer(self, request: Request) -> Response:
        return Response({"id": request.params["id"]})

with Crm() as crm:
    crm.fail("/customers/*", status(429, retry_after=3), times=2)
    ...crm.url, crm.requests...
"""

import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import orjson

from demo.simulators.faults import Fault
from demo.simulators.server import LoopbackServer

REQUESTS_KEPT = 10_000
"""How many of the latest requests a simulator remembers."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. Header names are lower case; of a repeated query key the last counts.

    `params` are the parts of the path that the route named in braces, undecoded.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON; ValueError if it is none."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: `body` is sent as it is if bytes, as JSON otherwise."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


Handler = Callable[[Request], Response]


@dataclass(slots=True)
class _PlannedFault:
    path: str
    fault: Fault
    times: int
    after: int


class Simulator:
    """An HTTP system on a free port of 127.0.0.1 while the `with` block lasts.

    Handlers run in one thread per connection; state that they change needs `self.lock`.
    Subclasses add routes, and override `error_body` so that faults look like the real system's.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.requests: deque[Request] = deque(maxlen=REQUESTS_KEPT)
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self._faults: list[_PlannedFault] = []
        self._server: LoopbackServer | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end. Only within the `with` block."""
        if self._server is None:
            raise RuntimeError("The simulator is not running: use it as a context manager.")
        return f"http://127.0.0.1:{self._server.server_port}"

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Answer `method` on `path`, in which `{name}` stands for one segment; first added wins."""
        parts = re.split(r"\{(\w+)\}", path)
        pattern = "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
        self._routes.append((method, re.compile(pattern), handler))

    def fail(self, path: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let `times` answers on paths like `path` (`*` is any) fail after `after` good ones."""
        with self.lock:
            self._faults.append(_PlannedFault(path, fault, times, after))

    def heal(self) -> None:
        """Forget the faults that are still planned."""
        with self.lock:
            self._faults.clear()

    def error_body(self, status: int) -> Any:
        """What this system sends with an error status, as JSON or bytes."""
        return {"error": status}

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The good answer to a request; records it."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        for verb, pattern, handler in self._routes:
            match = pattern.fullmatch(parts.path) if verb == method else None
            if match:
                params = match.groupdict()
                request = Request(method, parts.path, query, headers, body, params)
                self.requests.append(request)
                return handler(request)
        self.requests.append(Request(method, parts.path, query, headers, body))
        return Response(self.error_body(404), 404)

    def planned_fault(self, path: str) -> Fault | None:
        """The fault that this answer on `path` must show, taken off the plan."""
        with self.lock:
            for planned in self._faults:
                if not fnmatchcase(path, planned.path):
                    continue
                if planned.after:
                    planned.after -= 1
                    continue
                planned.times -= 1
                if not planned.times:
                    self._faults.remove(planned)
                return planned.fault
        return None

    def start(self) -> Self:
        self._server = LoopbackServer(self)
        self._server.start()
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
