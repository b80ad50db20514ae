"""An Odoo database in memory behind JSON-2 and JSON-RPC, written from the external API's reference.

Rows keep the microseconds of their transaction and tell whole seconds, as PostgreSQL and Odoo do.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from demo.simulators.http import Request, Response, Simulator

FIRST = datetime(2026, 9, 1, 9, 0, 0, 123_456)  # noqa: DTZ001 - Odoo writes UTC without saying so
KEY, LOGIN, DATABASE, USER = "planted-odoo-key", "hub@example.jp", "company", 7
TOKYO = 700
_CHAR = ("name", "type", "ref", "vat", "company_registry", "company_name", "function", "lang")
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "res.partner": {
        **dict.fromkeys((*_CHAR, "email", "phone", "website", "country_code"), "char"),
        **dict.fromkeys(("zip", "city", "street", "street2"), "char"),
        **dict.fromkeys(("is_company", "active"), "boolean"),
        **dict.fromkeys(("parent_id", "state_id", "country_id", "company_id"), "many2one"),
        **dict.fromkeys(("create_date", "write_date"), "datetime"),
    },
    "sale.order": {
        **dict.fromkeys(("name", "state", "client_order_ref"), "char"),
        **dict.fromkeys(("partner_id", "currency_id", "company_id"), "many2one"),
        "amount_total": "monetary",
        **dict.fromkeys(("date_order", "create_date", "write_date"), "datetime"),
    },
    "sale.order.line": {
        **dict.fromkeys(("name", "display_type"), "char"),
        **dict.fromkeys(("order_id", "product_id"), "many2one"),
        **dict.fromkeys(("product_uom_qty", "price_unit"), "float"),
        **dict.fromkeys(("create_date", "write_date"), "datetime"),
    },
    "res.country.state": {"name": "char", "code": "char", "write_date": "datetime"},
}
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda held, value: held == value,
    "!=": lambda held, value: held != value,
    "in": lambda held, value: held in value,
    ">": lambda held, value: held > value,
    ">=": lambda held, value: held >= value,
    "<": lambda held, value: held < value,
}


class OdooSimulator(Simulator):
    """A database without invoicing. `denied` are models that the user may not read."""

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in _FIELDS}
        self.denied: set[str] = set()
        self.now = FIRST
        self._numbers = itertools.count(1)
        self.models["res.country.state"][TOKYO] = {
            "id": TOKYO,
            "name": "Tōkyō",
            "code": "13",
            "active": True,
            "write_date": FIRST,
        }
        self.route("POST", "/json/2/{model}/{method}", self._json2)
        self.route("POST", "/jsonrpc", self._jsonrpc)

    def config(self, **more: Any) -> dict[str, Any]:
        """The settings of a source that reads this database by JSON-2."""
        return {"base_url": self.url, "api_key": KEY, "tries": 1, **more}

    def tick(self, seconds: float = 60) -> None:
        """Let time pass there."""
        self.now += timedelta(seconds=seconds)

    def create(self, model: str, *rows: Mapping[str, Any]) -> list[int]:
        """New rows, written in one transaction."""
        with self.lock:
            ids = [next(self._numbers) for _ in rows]
            for id_, row in zip(ids, rows, strict=True):
                blank = dict.fromkeys(_FIELDS[model], False)
                stamps = {"create_date": self.now, "write_date": self.now}
                self.models[model][id_] = {**blank, "active": True, **row, "id": id_, **stamps}
        return ids

    def write(self, model: str, ids: Sequence[int], **values: Any) -> None:
        """Change rows in one transaction."""
        with self.lock:
            for id_ in ids:
                self.models[model][id_] |= {**values, "write_date": self.now}

    def unlink(self, model: str, id_: int) -> None:
        with self.lock:
            del self.models[model][id_]

    def _json2(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"bearer {KEY}":
            return _error("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
        name, message, result = self._called(
            request.params["model"], request.params["method"], request.json()
        )
        statuses = {"werkzeug.exceptions.NotFound": 404, "odoo.exceptions.AccessError": 403}
        return _error(name, message, statuses.get(name, 422)) if name else Response(result)

    def _jsonrpc(self, request: Request) -> Response:
        params = request.json()["params"]
        arguments = params["args"]
        if params["method"] == "authenticate":
            right = arguments[:3] == [DATABASE, LOGIN, KEY]
            return _rpc({"result": USER if right else False})
        database, user, key, model, method, _, named = arguments
        if (database, user, key) != (DATABASE, USER, KEY):
            return _rpc({"error": _told("odoo.exceptions.AccessDenied", "Access Denied")})
        name, message, result = self._called(model, method, named)
        return _rpc({"error": _told(name, message)} if name else {"result": result})

    def _called(self, model: str, method: str, named: Mapping[str, Any]) -> tuple[str, str, Any]:
        """The name and message of an exception, and the result."""
        if model not in self.models:
            message = f"the model {model!r} does not exist"
            return "werkzeug.exceptions.NotFound", message, None
        if model in self.denied:
            return "odoo.exceptions.AccessError", "山田 花子 may not read", None
        with self.lock:
            if method == "fields_get":
                kinds = {"id": "integer", **_FIELDS[model]}
                wanted = [name for name in named["allfields"] if name in kinds]
                return "", "", {name: {"type": kinds[name]} for name in wanted}
            unknown = set(named.get("fields", ())) - _FIELDS[model].keys() - {"id"}
            if unknown:
                message = f"Invalid field {min(unknown)!r} on {model!r}"
                return "builtins.ValueError", message, None
            rows = self._found(model, named)
            if method == "search":
                return "", "", [row["id"] for row in rows]
            fields = ("id", *named["fields"])
            return "", "", [{name: _shown(row[name]) for name in fields} for row in rows]

    def _found(self, model: str, named: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = [
            row
            for row in self.models[model].values()
            if (row["active"] or named["context"].get("active_test") is False)
            and all(_passes(row, condition) for condition in named["domain"])
        ]
        for key in reversed(named.get("order", "id").split(",")):
            name, _, way = key.strip().partition(" ")
            rows.sort(key=lambda row, name=name: row[name], reverse=way == "desc")
        return rows[: named["limit"]]


def _passes(row: Mapping[str, Any], condition: Sequence[Any]) -> bool:
    name, operator, value = condition
    held = row[name]
    if isinstance(held, datetime):
        value = datetime.strptime(value, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - as Odoo does
    if isinstance(held, list):
        held = held[0]
    return _OPERATORS[operator](held, value)


def _shown(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _error(name: str, message: str, status: int) -> Response:
    told = {"name": name, "message": message, "arguments": [message], "debug": f"Traceback {KEY}"}
    return Response(told, status)


def _told(name: str, message: str) -> dict[str, Any]:
    data = {"name": name, "message": message, "debug": f"Traceback {KEY}"}
    return {"code": 200, "message": "Odoo Server Error", "data": data}


def _rpc(content: Mapping[str, Any]) -> Response:
    return Response({"jsonrpc": "2.0", "id": 1, **content})


def person(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"見本 花子{number}",
        "is_company": False,
        "type": "contact",
        "lang": "ja_JP",
        "email": f"hanako{number}@example.jp",
        "phone": f"03-0000-{number:04}",
        "zip": "100-0005",
        "state_id": [TOKYO, "Tōkyō (JP)"],
        "city": "千代田区",
        "street": f"丸の内{number}-1",
        "country_id": [113, "Japan"],
        "country_code": "JP",
        **more,
    }


def company(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"見本{number}株式会社",
        "is_company": True,
        "type": "contact",
        "vat": f"T{number:013}",
        "ref": f"C-{number:05}",
        **more,
    }


def order(number: int, partner: int) -> dict[str, Any]:
    return {
        "name": f"S{number:05}",
        "partner_id": [partner, "見本"],
        "state": "sale",
        "date_order": "2026-09-01 09:00:00",
        "amount_total": 1200.0,
        "currency_id": [25, "JPY"],
    }


def line(order_id: int, number: int, **more: Any) -> dict[str, Any]:
    return {
        "order_id": [order_id, "S"],
        "product_id": [number, f"[TEA-{number}] 煎茶"],
        "name": f"[TEA-{number}] 煎茶",
        "product_uom_qty": 2.0,
        "price_unit": 600.0,
        **more,
    }
