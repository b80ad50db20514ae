"""Calls methods of Odoo's models: by the JSON-2 API of Odoo 19 and later, or by JSON-RPC.

https://www.odoo.com/documentation/19.0/developer/reference/external_api.html
https://www.odoo.com/documentation/18.0/developer/reference/external_api.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson

from connectors.builtin.odoo.config import OdooConfig
from connectors.builtin.odoo.failures import AbsentModelError, failure_of, refusal_of
from connectors.http import Answer, HttpSource
from connectors.http_errors import raise_for_status
from connectors.retrying import Patience, patiently
from daifuku.errors import AuthExpiredError, ConfigError, TransientError

Row = Mapping[str, Any]
Domain = Sequence[Any]
_JSON = {"content-type": "application/json; charset=utf-8"}
_SAID_IN_THE_BODY = frozenset({400, 401, 403, 404, 422, 500})


class _Calls(Protocol):
    """One of the two ways to call a method; both take its arguments by name."""

    def call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any: ...


class OdooClient:
    """One database, as one user sees it. Archived rows are seen like all others.

    Every method raises ConfigError where the user may not read the model or a field does not
    exist, AuthExpiredError where the key is not accepted, TransientError where Odoo fails now.
    """

    def __init__(self, http: HttpSource, config: OdooConfig) -> None:
        way: _Calls = _Json2(http, config) if config.login is None else _JsonRpc(http, config)
        self._way = way
        self._patience = Patience(config.tries)
        self._context: dict[str, Any] = {"active_test": False}
        if config.companies:
            self._context["allowed_company_ids"] = list(config.companies)

    def search_read(
        self, model: str, domain: Domain, fields: Sequence[str], *, order: str, limit: int
    ) -> list[dict[str, Any]]:
        """Rows with their ids and these fields."""
        found = self._call(
            model,
            "search_read",
            {"domain": list(domain), "fields": list(fields), "order": order, "limit": limit},
        )
        if not isinstance(found, list) or not all(_is_row(row) for row in found):
            raise TransientError(f"Odoo answered something other than rows of {model}.")
        return found

    def search(self, model: str, domain: Domain, *, limit: int) -> list[int]:
        """The ids of rows, ascending."""
        found = self._call(model, "search", {"domain": list(domain), "order": "id", "limit": limit})
        if not isinstance(found, list) or not all(type(id_) is int for id_ in found):
            raise TransientError(f"Odoo answered something other than ids of {model}.")
        return found

    def fields(self, model: str, names: Sequence[str]) -> dict[str, str] | None:
        """Those of the fields that the model has and the user may see, with their types.

        None if the database has no such model.
        """
        try:
            found = self._call(
                model, "fields_get", {"allfields": list(names), "attributes": ["type"]}
            )
        except AbsentModelError:
            return None
        if not isinstance(found, dict):
            raise TransientError(f"Odoo answered something other than the fields of {model}.")
        return {name: str(held.get("type")) for name, held in found.items() if name in names}

    def _call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any:
        named = {**arguments, "context": self._context}
        return patiently(lambda: self._way.call(model, method, named), self._patience)


class _Json2:
    def __init__(self, http: HttpSource, config: OdooConfig) -> None:
        self._http = http
        self._headers = {
            **_JSON,
            "Authorization": f"bearer {config.api_key.get_secret_value()}",
            **({"X-Odoo-Database": config.database} if config.database else {}),
        }

    def call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any:
        answer = self._http.send(
            "POST",
            f"/json/2/{model}/{method}",
            headers=self._headers,
            content=orjson.dumps(arguments),
            answered=_SAID_IN_THE_BODY,
        )
        if answer.status == 200:
            return answer.json()
        told = _object(answer)
        error = refusal_of(model, answer.status, str(told.get("name")), str(told.get("message")))
        if error is not None:
            raise error
        raise_for_status(answer.origin, answer.status, answer.headers)
        raise TransientError(f"{answer.origin} answered {answer.status} without a result.")


class _JsonRpc:
    def __init__(self, http: HttpSource, config: OdooConfig) -> None:
        if not config.database:
            raise ConfigError(
                "Odoo 17 and 18 must be told the database.", hint="Set database beside login."
            )
        self._http = http
        self._database = config.database
        self._login = config.login
        self._key = config.api_key.get_secret_value()
        self._user: int | None = None

    def call(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any:
        if self._user is None:
            self._user = self._authenticated()
        who = [self._database, self._user, self._key]
        return self._service("object", "execute_kw", [*who, model, method, [], arguments], model)

    def _authenticated(self) -> int:
        arguments: list[Any] = [self._database, self._login, self._key, {}]
        user = self._service("common", "authenticate", arguments, "the login")
        if type(user) is not int:
            raise AuthExpiredError(
                "Odoo does not accept the login with this API key.",
                hint="Check login and database; make a new key if the old one has expired.",
            )
        return user

    def _service(self, service: str, method: str, arguments: Sequence[Any], model: str) -> Any:
        params = {"service": service, "method": method, "args": arguments}
        asked = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}
        answer = self._http.send("POST", "/jsonrpc", headers=_JSON, content=orjson.dumps(asked))
        content = answer.json()
        if not isinstance(content, dict) or ("result" in content) == ("error" in content):
            raise TransientError(f"{answer.origin} answered something other than a result.")
        if "error" in content:
            error = content["error"]
            told = error.get("data") if isinstance(error, dict) else None
            held = told if isinstance(told, dict) else {}
            raise failure_of(model, str(held.get("name")), str(held.get("message")))
        return content["result"]


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except TransientError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and type(row.get("id")) is int
