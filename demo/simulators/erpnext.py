"""An ERPNext site: Frappe's REST API over documents kept in memory.

Speaks what https://docs.frappe.io/framework/user/en/api/rest describes: token authentication,
`/api/resource/<doctype>`, `/api/resource/<doctype>/<name>`, `frappe.client.get_list` and
`frappe.auth.get_logged_user`, with the error bodies of a real site.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import unquote

from demo.simulators.frappe_query import Doc, chosen, ordered, passing, tests, triples
from demo.simulators.http import Request, Response, Simulator

DEFAULT_LIMIT = 20
BY_CHANGE = "modified asc, name asc"
CHILD_TYPES = {
    ("Contact", "email_ids"): "Contact Email",
    ("Contact", "phone_nos"): "Contact Phone",
    ("Contact", "links"): "Dynamic Link",
    ("Address", "links"): "Dynamic Link",
    ("Sales Order", "items"): "Sales Order Item",
    ("Sales Invoice", "items"): "Sales Invoice Item",
}
_ERRORS = {
    401: "AuthenticationError",
    403: "PermissionError",
    404: "DoesNotExistError",
    417: "ValidationError",
    429: "TooManyRequestsError",
}


class Table:
    """The documents of one type, by name and in the order of their changes."""

    def __init__(self, docs: Iterable[Doc] = ()) -> None:
        self.by_name = {str(doc["name"]): doc for doc in docs}
        self.order = sorted((str(d["modified"]), n) for n, d in self.by_name.items())

    def put(self, doc: Doc) -> None:
        self.remove(str(doc["name"]))
        self.by_name[str(doc["name"])] = doc
        insort(self.order, (str(doc["modified"]), str(doc["name"])))

    def remove(self, name: str) -> Doc | None:
        old = self.by_name.pop(name, None)
        if old is not None:
            del self.order[bisect_left(self.order, (str(old["modified"]), name))]
        return old

    def since(self, modified: str) -> Iterator[Doc]:
        """The documents changed at or after a time, in order."""
        for index in range(bisect_left(self.order, (modified, "")), len(self.order)):
            yield self.by_name[self.order[index][1]]


class ErpNextSimulator(Simulator):
    """A site with `documents` per document type, child rows inside them, and one API user.

    `forbidden` names the document types that the user may not read.
    """

    def __init__(
        self,
        documents: Mapping[str, Iterable[Doc]],
        *,
        api_key: str = "demo-key",
        api_secret: str = "demo-secret",  # noqa: S107
        forbidden: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self._tables = {doctype: Table(docs) for doctype, docs in documents.items()}
        self._tables.setdefault("Deleted Document", Table())
        self._token = f"token {api_key}:{api_secret}"
        self._forbidden = frozenset(forbidden)
        self.route("GET", "/api/resource/{doctype}", self._resource)
        self.route("GET", "/api/resource/{doctype}/{name}", self._document)
        for method in ("GET", "POST"):
            self.route(method, "/api/method/frappe.client.get_list", self._get_list)
            self.route(method, "/api/method/frappe.auth.get_logged_user", self._user)

    def put(self, doctype: str, doc: Doc) -> None:
        """Insert or change a document; its `modified` says when."""
        with self.lock:
            self._tables.setdefault(doctype, Table()).put(doc)

    def delete(self, doctype: str, name: str, at: str) -> None:
        """Delete a document, as a user of the site does at the time `at`."""
        with self.lock:
            self._tables[doctype].remove(name)
            deleted = self._tables["Deleted Document"]
            stone = {"creation": at, "modified": at, "deleted_doctype": doctype}
            key = f"del-{len(deleted.order):08}"
            deleted.put({**stone, "name": key, "deleted_name": name})

    def error_body(self, status: int) -> Any:
        kind = _ERRORS.get(status, "InternalError")
        trace = f'["Traceback (most recent call last):\\nfrappe.exceptions.{kind}"]'
        return {"exception": f"frappe.exceptions.{kind}", "exc_type": kind, "exc": trace}

    def _error(self, status: int) -> Response:
        return Response(self.error_body(status), status)

    def _refusal(self, request: Request, doctype: str) -> Response | None:
        given = request.headers.get("authorization")
        if given is None:
            return self._error(403)
        if given != self._token:
            return self._error(401)
        return self._error(403) if doctype in self._forbidden else None

    def _user(self, request: Request) -> Response:
        return self._refusal(request, "") or Response({"message": "api@example.com"})

    def _resource(self, request: Request) -> Response:
        query = {**request.query, "doctype": unquote(request.params["doctype"])}
        return self._answer(request, query, "data")

    def _get_list(self, request: Request) -> Response:
        query = dict(request.query) or dict(request.json())
        return self._answer(request, query, "message")

    def _answer(self, request: Request, query: Mapping[str, Any], key: str) -> Response:
        doctype = str(query["doctype"])
        refusal = self._refusal(request, str(query.get("parent") or doctype))
        if refusal:
            return refusal
        try:
            with self.lock:
                return Response({key: self._found(doctype, query)})
        except KeyError:
            return self._error(404)
        except ValueError:
            return self._error(417)

    def _document(self, request: Request) -> Response:
        doctype, name = unquote(request.params["doctype"]), unquote(request.params["name"])
        refusal = self._refusal(request, doctype)
        if refusal:
            return refusal
        table = self._tables.get(doctype)
        doc = table.by_name.get(name) if table else None
        return Response({"data": doc}) if doc else self._error(404)

    def _found(self, doctype: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        every, some = tests(query.get("filters")), tests(query.get("or_filters"))
        order = str(query.get("order_by") or "modified desc")
        docs: Iterable[Doc] = passing(self._candidates(doctype, query, order), every, some)
        if order != BY_CHANGE:
            docs = ordered(docs, order)
        start = int(query.get("limit_start") or 0)
        limit = int(query.get("limit_page_length", DEFAULT_LIMIT) or 0)
        cut = islice(docs, start, start + limit if limit else None)
        return [chosen(doc, query.get("fields")) for doc in cut]

    def _candidates(self, doctype: str, query: Mapping[str, Any], order: str) -> Iterable[Doc]:
        """The documents worth testing: found by name, by change, or all."""
        held = {
            (field, operator): value for field, operator, value in triples(query.get("filters"))
        }
        if doctype in CHILD_TYPES.values():
            return self._children(doctype, str(query.get("parent")), held)
        table = self._tables[doctype]
        if ("name", "in") in held:
            names = map(str, held["name", "in"])
            return [table.by_name[name] for name in names if name in table.by_name]
        if order == BY_CHANGE:
            return table.since(str(held.get(("modified", ">="), "")))
        return table.by_name.values()

    def _children(
        self, child: str, doctype: str, held: Mapping[tuple[str, str], Any]
    ) -> Iterator[Doc]:
        parents = self._tables[doctype].by_name
        for name in held.get(("parent", "in"), parents):
            for (parent_type, field), child_type in CHILD_TYPES.items():
                if (parent_type, child_type) == (doctype, child) and name in parents:
                    for index, row in enumerate(parents[name].get(field) or (), start=1):
                        place = {"parent": name, "parenttype": doctype, "parentfield": field}
                        yield {"name": f"{name}-{field}-{index}", "idx": index, **row, **place}
