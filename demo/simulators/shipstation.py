"""A ShipStation account: the V1 API over orders, shipments and customers kept in memory.

Speaks what https://docs.shipstation.com/apis/shipstation-v1/openapi describes: basic
authentication, pages by number, filters and sorting by date, and the rate-limit headers.
"""

import base64
import time
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from demo.simulators.http import Request, Response, Simulator

Doc = Mapping[str, Any]
MINUTE = 60.0
MOST_PER_PAGE = 500
KEYS = {"orders": "orderId", "shipments": "shipmentId", "customers": "customerId"}
STAMPS = {"ModifyDate": "modifyDate", "CreateDate": "createDate", "OrderDate": "orderDate"}


class ShipStationSimulator(Simulator):
    """An account with one API user. `per_minute` limits its requests; 0 does not.

    A return is a shipment with `isReturnLabel`.
    """

    def __init__(
        self,
        *,
        orders: Iterable[Doc] = (),
        shipments: Iterable[Doc] = (),
        customers: Iterable[Doc] = (),
        api_key: str = "demo-key",
        api_secret: str = "demo-secret",  # noqa: S107
        per_minute: int = 0,
    ) -> None:
        super().__init__()
        token = base64.b64encode(f"{api_key}:{api_secret}".encode()).decode()
        self._authorization = f"Basic {token}"
        self._per_minute = per_minute
        self._window = (time.monotonic(), 0)
        self._docs: dict[str, dict[str, Doc]] = {kind: {} for kind in KEYS}
        self._order: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for kind, docs in (("orders", orders), ("shipments", shipments), ("customers", customers)):
            self._docs[kind] = {str(doc[KEYS[kind]]): doc for doc in docs}
            self.route("GET", f"/{kind}", partial(self._list, kind))

    def put(self, kind: str, doc: Doc) -> None:
        """Insert or change a document; its `modifyDate` says when."""
        key = str(doc[KEYS[kind]])
        with self.lock:
            old = self._docs[kind].get(key)
            self._docs[kind][key] = doc
            for (held, field), order in self._order.items():
                if held == kind:
                    if old is not None:
                        del order[bisect_left(order, (str(old.get(field)), key))]
                    insort(order, (str(doc.get(field)), key))

    def error_body(self, status: int) -> Any:
        if status == 401:
            return b"401 Unauthorized"
        if status == 429:
            return {"message": "Too Many Requests"}
        return {"Message": "The request is invalid."}

    def _list(self, kind: str, request: Request) -> Response:
        if request.headers.get("authorization") != self._authorization:
            return Response(self.error_body(401), 401, {"WWW-Authenticate": "Basic"})
        with self.lock:
            left, reset = self._budget()
            limits = {
                "X-Rate-Limit-Limit": str(self._per_minute or 40),
                "X-Rate-Limit-Remaining": str(max(left, 0)),
                "X-Rate-Limit-Reset": str(reset),
            }
            if left < 0:
                return Response(self.error_body(429), 429, limits)
            return Response(self._page(kind, request.query), headers=limits)

    def _budget(self) -> tuple[int, int]:
        """How many requests are left in this minute, and the seconds until the next one."""
        started, used = self._window
        now = time.monotonic()
        if now - started >= MINUTE:
            started, used = now, 0
        self._window = (started, used + 1)
        left = self._per_minute - used - 1 if self._per_minute else 39
        return left, int(started + MINUTE - now) + 1

    def _page(self, kind: str, query: Mapping[str, str]) -> dict[str, Any]:
        field = STAMPS.get(query.get("sortBy", ""), "createDate")
        order = self._order_by(kind, field)
        start = query.get(f"{field}Start", "").replace(" ", "T")
        end = query.get(f"{field}End", "").replace(" ", "T")
        low = bisect_left(order, (start, ""))
        high = bisect_left(order, (end, "")) if end else len(order)
        size = min(int(query.get("pageSize") or 100), MOST_PER_PAGE)
        page = int(query.get("page") or 1)
        if query.get("sortDir", "ASC").upper() == "DESC":
            found = order[low:high][::-1][(page - 1) * size : page * size]
        else:
            found = order[low + (page - 1) * size : min(low + page * size, high)]
        return {
            kind: [self._docs[kind][key] for _, key in found],
            "total": high - low,
            "page": page,
            "pages": -(-(high - low) // size),
        }

    def _order_by(self, kind: str, field: str) -> list[tuple[str, str]]:
        order = self._order.get((kind, field))
        if order is None:
            order = sorted((str(doc.get(field)), key) for key, doc in self._docs[kind].items())
            self._order[kind, field] = order
        return order
