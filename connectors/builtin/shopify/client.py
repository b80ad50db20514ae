"""Speaks the Shopify Admin API (GraphQL): its errors by cure, its price per query.

A query has a price in points; a shop gives each app a bucket of them that refills steadily
(https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits). Where the bucket is short
for a moment the client waits; where it would take longer, the run is put off.
"""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import orjson

from connectors.http import Answer, HttpSource
from connectors.http_errors import DEFAULT_WAIT
from connectors.oauth import Tokens
from connectors.retrying import Patience, patiently
from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError

LONGEST_PAUSE = 5.0
"""Seconds that a worker waits for points; for more the run is put off."""

_PASSING = ("INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE")


class TooCostlyError(ConfigError):
    """A single query may not cost so much: ask for smaller pages."""


class ShopifyToken(httpx.Auth):
    """Puts the access token where Shopify wants it, renewed where it is time."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Any:
        self._tokens.freshen()
        request.headers["X-Shopify-Access-Token"] = self._tokens.bearer
        yield request


class ShopifyClient:
    """Asks one shop. `pause` waits for that many seconds."""

    def __init__(
        self,
        http: HttpSource,
        version: str,
        tries: int,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._version = version
        self._patience = Patience(tries)
        self._pause = pause
        self._owed = 0.0
        self.answered_version = version
        """The version that the shop answered with: another, once the one asked for has ended."""
        self.affordable = 1.0
        """The part of the last query that a longest pause pays for: ask for no more next."""

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The data that a query gives.

        Raises:
            TooCostlyError: the query asks for more than one query may.
            ConfigError: the app may not read this, or the version has no such field.
            RateLimitedError: the app's points are used up for longer than a moment.
            TransientError: the shop fails now, or the answer is incomplete.
        """
        if self._owed:
            self._pause(self._owed)
            self._owed = 0.0
        body = orjson.dumps({"query": query, "variables": dict(variables or {})})
        path = f"/admin/api/{self._version}/graphql.json"
        headers = {"content-type": "application/json", "accept": "application/json"}

        def attempt() -> Answer:
            return self._http.send("POST", path, headers=headers, content=body)

        answer = patiently(attempt, self._patience)
        self.answered_version = answer.headers.get("x-shopify-api-version", self._version)
        return self._data(answer)

    def _data(self, answer: Answer) -> Mapping[str, Any]:
        content = answer.json()
        if not isinstance(content, dict):
            raise TransientError(f"{answer.origin} answered something other than an object.")
        cost = _cost(content)
        errors, data = content.get("errors"), content.get("data")
        if errors:
            raise _error(answer.origin, errors, cost)
        if not isinstance(data, dict):
            raise TransientError(f"{answer.origin} answered a query without data.")
        self.affordable = _affordable(cost)
        self._owed = _seconds_to(cost, self.affordable)
        return data


def _cost(content: Mapping[str, Any]) -> Mapping[str, Any]:
    extensions = content.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) else {}


def _seconds_to(cost: Mapping[str, Any], part: float = 1.0) -> float:
    """Seconds until the bucket holds that part of what the query costs at most."""
    try:
        status = cost["throttleStatus"]
        short = part * float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return max(0.0, short / float(status["restoreRate"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 0.0


def _affordable(cost: Mapping[str, Any]) -> float:
    try:
        refill = float(cost["throttleStatus"]["restoreRate"]) * LONGEST_PAUSE
        return min(1.0, refill / float(cost["requestedQueryCost"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 1.0


def _error(origin: str, errors: Any, cost: Mapping[str, Any]) -> SourceError:
    """What a list of GraphQL errors means. Of their text nothing is shown but the code."""
    code = _code(errors)
    if code == "THROTTLED":
        wait = math.ceil(_seconds_to(cost)) if cost else DEFAULT_WAIT
        return RateLimitedError(
            f"{origin} has no points left for this app (THROTTLED).", retry_after=max(1.0, wait)
        )
    if code == "MAX_COST_EXCEEDED":
        return TooCostlyError(f"A query costs more than {origin} allows.", hint="Lower page_size.")
    if code == "ACCESS_DENIED":
        return ConfigError(
            f"{origin} does not let the app read this (ACCESS_DENIED).",
            hint="Give the app the scopes read_customers and read_orders, and access to the"
            " protected customer data that the set-up page names; then install it again.",
        )
    if code == "SHOP_INACTIVE":
        return ConfigError(f"The shop at {origin} is not active.", hint="Pay or reopen it.")
    if code in _PASSING:
        return TransientError(f"{origin} failed inside ({code}).", hint="It is tried again.")
    return ConfigError(
        f"{origin} refuses the query ({code or 'no code'}).",
        hint="Check that api_version is one that the shop still speaks.",
    )


def _code(errors: Any) -> str:
    """The first code in a list of errors; THROTTLED before all others."""
    found = []
    for error in errors if isinstance(errors, list) else []:
        extensions = error.get("extensions") if isinstance(error, dict) else None
        code = extensions.get("code") if isinstance(extensions, dict) else None
        if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 60:
            found.append(code)
    return "THROTTLED" if "THROTTLED" in found else next(iter(found), "")
