"""A Shopify shop in memory, written from the reference of the Admin API (GraphQL) 2026-10.

It understands the queries of the connector by their names, not GraphQL as a whole.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import orjson

from demo.simulators.http import Request, Response, Simulator

FIRST = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
SECRET = "planted-app-secret"
TOKEN = "planted-access-token"


def stamp(minute: int) -> str:
    """The time so many minutes after the first change, as the Admin API writes it."""
    return f"{FIRST + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"


def address(number: int, company: str | None = None) -> dict[str, Any]:
    return {
        "firstName": "花子",
        "lastName": f"見本{number}",
        "company": company,
        "address1": f"丸の内{number}-1",
        "address2": "見本ビル3F",
        "city": "千代田区",
        "province": "Tokyo",
        "provinceCode": "JP-13",
        "zip": "100-0005",
        "countryCodeV2": "JP",
        "phone": f"+8190000{number:05}",
    }


def customer(number: int, minute: int) -> dict[str, Any]:
    return {
        "legacyResourceId": str(7_000_000 + number),
        "firstName": "花子",
        "lastName": f"見本{number}",
        "locale": "ja",
        "state": "ENABLED",
        "tags": ["会員"],
        "createdAt": stamp(0),
        "updatedAt": stamp(minute),
        "defaultEmailAddress": {
            "emailAddress": f"hanako{number}@example.jp",
            "marketingState": "SUBSCRIBED",
            "marketingUpdatedAt": stamp(0),
        },
        "defaultPhoneNumber": None,
        "defaultAddress": {"company": None},
        "addressesV2": {"nodes": [address(number)]},
    }


def line(number: int) -> dict[str, Any]:
    return {
        "sku": f"TEA-{number}",
        "title": "煎茶",
        "variantTitle": "100g",
        "quantity": 2,
        "originalUnitPriceSet": {"shopMoney": {"amount": "600.0", "currencyCode": "JPY"}},
    }


def order(number: int, minute: int, *, buyer: int | None = None, lines: int = 1) -> dict[str, Any]:
    money = {"shopMoney": {"amount": "1200.0", "currencyCode": "JPY"}}
    return {
        "legacyResourceId": str(5_000_000 + number),
        "name": f"#{1000 + number}",
        "email": f"hanako{number}@example.jp",
        "phone": None,
        "test": False,
        "sourceName": "web",
        "poNumber": None,
        "createdAt": stamp(minute),
        "processedAt": stamp(minute),
        "updatedAt": stamp(minute),
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "totalPriceSet": money,
        "currentTotalPriceSet": money,
        "customer": None if buyer is None else {"legacyResourceId": str(7_000_000 + buyer)},
        "billingAddress": address(number),
        "shippingAddress": address(number),
        "lineItems": [line(place) for place in range(lines)],
    }


class ShopSimulator(Simulator):
    """A shop with these customers and orders.

    `costs` are the points a query costs per record asked for; `limit` the most that one may cost.
    """

    def __init__(self, customers: list[Any], orders: list[Any], *, costs: int = 0) -> None:
        super().__init__()
        self.held = {
            "customers": {item["legacyResourceId"]: item for item in customers},
            "orders": {item["legacyResourceId"]: item for item in orders},
        }
        self.costs, self.limit = costs, 1_000
        self.available, self.restore = 2_000.0, 100.0
        self.version: str | None = None
        self.errors: list[Any] = []
        self.tokens = 0
        self.route("POST", "/admin/oauth/access_token", self._token)
        self.route("POST", "/admin/api/{version}/graphql.json", self._graphql)

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a source that reads this shop."""
        return {
            "base_url": self.url,
            "client_id": "app",
            "client_secret": SECRET,
            "access_token": TOKEN,
            "allow_private": True,
            "tries": 1,
            **more,
        }

    def change(self, stream: str, item: Mapping[str, Any]) -> None:
        with self.lock:
            self.held[stream][item["legacyResourceId"]] = dict(item)

    def delete(self, stream: str, key: str) -> None:
        with self.lock:
            del self.held[stream][key]

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        wanted = ("client_credentials", "app", SECRET)
        if (form.get("grant_type"), form.get("client_id"), form.get("client_secret")) != wanted:
            return Response({"error": "invalid_client"}, 400)
        self.tokens += 1
        return Response({"access_token": TOKEN, "scope": "read_customers", "expires_in": 86_399})

    def _graphql(self, request: Request) -> Response:
        if request.headers.get("x-shopify-access-token") != TOKEN:
            return Response({"errors": "[API] Invalid API key or access token"}, 401)
        asked = request.json()
        variables = asked.get("variables") or {}
        cost = self.costs * int(variables.get("first", 1))
        version = self.version or request.params["version"]
        with self.lock:
            errors = self.errors or self._priced(cost) or self._refused(variables)
            content: dict[str, Any] = {"extensions": {"cost": self._cost(cost)}}
            if errors:
                content["errors"] = errors
            else:
                self.available -= cost
                content["data"] = self._data(asked["query"], variables)
                content["extensions"]["cost"] = self._cost(cost)
        return Response(content, 200, {"X-Shopify-API-Version": version})

    def _priced(self, cost: int) -> list[Any]:
        if cost > self.limit:
            return [{"message": "x", "extensions": {"code": "MAX_COST_EXCEEDED", "cost": cost}}]
        if cost > self.available:
            return [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
        return []

    def _cost(self, cost: int) -> dict[str, Any]:
        bucket = {"maximumAvailable": 2_000.0, "restoreRate": self.restore}
        return {
            "requestedQueryCost": cost,
            "actualQueryCost": cost,
            "throttleStatus": {**bucket, "currentlyAvailable": self.available},
        }

    def _data(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if "shop {" in query:
            return {"shop": {"name": "大福茶舗"}}
        if "query Lines" in query:
            found = self.held["orders"][str(variables["id"]).rpartition("/")[2]]
            return {"order": {"lineItems": self._lines(found, int(variables["after"]), 100)}}
        stream = "customers" if "customers(" in query else "orders"
        return {"page": self._page(stream, variables)}

    def _refused(self, variables: Mapping[str, Any]) -> list[Any]:
        """Cursors that the shop did not give are refused."""
        after = variables.get("after")
        if after and not str(after).isdigit() and not str(after).startswith("Wy"):
            return [{"message": "Invalid cursor for current pagination sort."}]
        return []

    def _page(self, stream: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        items = sorted(self.held[stream].values(), key=_place)
        since = re.fullmatch(r"updated_at:>='([^']+)'", variables.get("query") or "")
        if since:
            items = [item for item in items if item["updatedAt"] >= since[1]]
        if variables.get("after"):
            after = json.loads(base64.b64decode(variables["after"]))
            items = [item for item in items if list(_place(item)) > after]
        page = items[: int(variables.get("first", 1))]
        end = base64.b64encode(json.dumps(_place(page[-1])).encode()).decode() if page else None
        nodes = [self._node(stream, item) for item in page]
        info = {"hasNextPage": len(items) > len(page), "endCursor": end}
        return {"pageInfo": info, "nodes": nodes}

    def _node(self, stream: str, item: Mapping[str, Any]) -> dict[str, Any]:
        if stream == "customers":
            return dict(item)
        gid = f"gid://shopify/Order/{item['legacyResourceId']}"
        return {**item, "id": gid, "lineItems": self._lines(item, 0, 20)}

    def _lines(self, item: Mapping[str, Any], start: int, size: int) -> dict[str, Any]:
        lines = item["lineItems"]
        end = min(start + size, len(lines))
        info = {"hasNextPage": end < len(lines), "endCursor": str(end)}
        return {"pageInfo": info, "nodes": lines[start:end]}


def _place(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["updatedAt"], item["legacyResourceId"]


def delivery(
    topic: str, content: Any, *, triggered: datetime = FIRST, number: int = 1, secret: str = SECRET
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a webhook."""
    body = orjson.dumps(content)
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": digest,
        "x-shopify-shop-domain": "example.myshopify.com",
        "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": f"b54557e4-bdd9-4b37-8a5f-{number:012}",
        "x-shopify-triggered-at": triggered.isoformat().replace("+00:00", "Z"),
    }, body
