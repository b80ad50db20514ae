"""A reverse proxy on loopback that passes a connector's requests on and spoils chosen answers."""

import http.client
import threading
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import orjson

from demo.simulators.faults import Damage, Fault
from demo.simulators.http import Response, Simulator

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
)
LONGEST_WAIT = 30.0


class FaultProxy(Simulator):
    """Stands before `upstream`. `pages` is a pattern (`*` is any) of the paths that give pages.

    Addresses of the upstream within answers become the proxy's own, so that links to further
    pages lead through it. Errors it makes up say back what was asked and with which headers, as
    some servers do: whoever shows them shows the credential.
    """

    def __init__(self, upstream: str, *, pages: str = "*") -> None:
        super().__init__()
        self._upstream = upstream.rstrip("/")
        self._pattern = pages
        self._plan: tuple[Fault, int, str] | None = None
        self._circling = False
        self._first: Response | None = None
        self._asked = threading.local()
        self.pages = 0
        """How many pages were asked for since the last `heal`."""

    def spoil(self, fault: Fault, *, page: int = 0, paths: str | None = None) -> None:
        """Spoil every page from that one on (0 is the first), until `heal`.

        With `paths` every answer on such a path counts as a page.
        """
        with self.lock:
            self._plan = (fault, page, paths or self._pattern)
            self.pages = 0

    def circle(self) -> None:
        """Answer with the first page whatever page is asked for, until `heal`."""
        with self.lock:
            self._circling, self._first, self.pages = True, None, 0

    def heal(self) -> None:
        with self.lock:
            self._plan, self._circling, self.pages = None, False, 0

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        self._asked.what = {"method": method, "target": target, "headers": dict(headers)}
        path = target.partition("?")[0]
        is_page = fnmatchcase(path, self._pattern)
        with self.lock:
            if is_page and self._circling and self._first is not None:
                self.pages += 1
                return self._first
        found = self._passed_on(method, target, headers, body)
        with self.lock:
            if is_page:
                self.pages += self._plan is None
                self._first = self._first or found
        return found

    def planned_fault(self, path: str) -> Fault | None:
        with self.lock:
            if self._plan is None:
                return None
            fault, page, pattern = self._plan
            if not fnmatchcase(path, pattern):
                return None
            self.pages += 1
            if self.pages <= page:
                return None
        if fault.damage is Damage.NONE and fault.status is not None and fault.body is None:
            return replace(fault, body=orjson.dumps({"error": self._asked.what}))
        return fault

    def _passed_on(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Response:
        parts = urlsplit(self._upstream)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=LONGEST_WAIT
        )
        sent = {
            name: value
            for name, value in headers.items()
            if name not in HOP_BY_HOP and name != "accept-encoding"
        }
        try:
            connection.request(method, parts.path + target, body or None, sent)
            found = connection.getresponse()
            content = found.read()
        finally:
            connection.close()
        kept = {
            name: self._turned(value.encode("latin-1")).decode("latin-1")
            for name, value in found.getheaders()
            if name.lower() not in HOP_BY_HOP
        }
        return Response(self._turned(content), found.status, kept)

    def _turned(self, content: bytes) -> bytes:
        return content.replace(self._upstream.encode(), self.url.encode())
