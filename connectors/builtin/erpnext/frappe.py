"""What the list of documents leaves out: child tables, linked customers, deletions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.http import HttpSource

Doc = dict[str, Any]

CHILDREN: Mapping[str, Mapping[str, str]] = {
    "Contact": {
        "email_ids": "Contact Email",
        "phone_nos": "Contact Phone",
        "links": "Dynamic Link",
    },
    "Address": {"links": "Dynamic Link"},
    "Sales Order": {"items": "Sales Order Item"},
    "Sales Invoice": {"items": "Sales Invoice Item"},
}
"""Per document type, its child tables worth reading: field name and child type."""

STAMP = "%Y-%m-%d %H:%M:%S.%f"
LATE = timedelta(minutes=65)
"""How much later than its time stamp a deletion may become visible."""

PAGE = 1_000
FIRST_DAY = "1970-01-01 00:00:00.000000"


class Frappe:
    """Queries to one site, each of which answers for many documents at once."""

    def __init__(self, http: HttpSource) -> None:
        self._http = http

    def complete(self, doctype: str, docs: Sequence[Doc]) -> None:
        """Put child rows into `docs`, and the customers' type and name onto links to them.

        A document read singly has its child rows; the list does not give them.
        """
        names = [doc["name"] for doc in docs]
        for field, child in CHILDREN.get(doctype, {}).items():
            rows = self._children(child, doctype, field, names)
            for doc in docs:
                doc[field] = rows.get(doc["name"], [])
        links = [link for doc in docs for link in doc.get("links", ())]
        self._name_customers([x for x in links if x.get("link_doctype") == "Customer"])

    def newest_deletion(self, doctype: str) -> str:
        """When the latest deletion of that type was recorded; the first day if never."""
        found = self._list(
            "Deleted Document",
            ["creation"],
            {"deleted_doctype": doctype},
            order_by="creation desc",
            limit=1,
        )
        return str(found[0]["creation"]) if found else FIRST_DAY

    def deletions(self, doctype: str, since: str) -> Iterator[tuple[str, list[str]]]:
        """Pages of deletions since then: the newest time stamp, and the names that are gone.

        A name that is in use again is left out.
        """
        after = {"creation": _earlier(since), "name": ""}
        while True:
            page = self._list(
                "Deleted Document",
                ["name", "creation", "deleted_name"],
                {"deleted_doctype": doctype, "creation": [">=", after["creation"]]},
                or_filters={
                    "creation": [">", after["creation"]],
                    "name": [">", after["name"]],
                },
                order_by="creation asc, name asc",
                limit=PAGE,
            )
            if not page:
                return
            names = list(dict.fromkeys(str(row["deleted_name"]) for row in page))
            alive = self._in_use(doctype, names)
            after = {"creation": page[-1]["creation"], "name": page[-1]["name"]}
            yield after["creation"], [name for name in names if name not in alive]
            if len(page) < PAGE:
                return

    def _children(
        self, child: str, doctype: str, field: str, names: list[str]
    ) -> Mapping[str, list[Doc]]:
        rows = self._list(
            child,
            ["*"],
            {"parenttype": doctype, "parentfield": field, "parent": ["in", names]},
            parent=doctype,
            order_by="idx asc",
        )
        grouped: dict[str, list[Doc]] = {}
        for row in rows:
            grouped.setdefault(row["parent"], []).append(row)
        return grouped

    def _name_customers(self, links: Iterable[Doc]) -> None:
        wanted = {link["link_name"]: None for link in links}
        if not wanted:
            return
        fields = ["name", "customer_name", "customer_type"]
        found = self._list("Customer", fields, {"name": ["in", list(wanted)]})
        customers = {customer["name"]: customer for customer in found}
        for link in links:
            customer = customers.get(link["link_name"])
            if customer:
                link["customer_name"] = customer["customer_name"]
                link["customer_type"] = customer["customer_type"]

    def _in_use(self, doctype: str, names: list[str]) -> set[str]:
        return {row["name"] for row in self._list(doctype, ["name"], {"name": ["in", names]})}

    def _list(
        self,
        doctype: str,
        fields: list[str],
        filters: Mapping[str, Any],
        *,
        or_filters: Mapping[str, Any] | None = None,
        parent: str | None = None,
        order_by: str = "name asc",
        limit: int = 0,
    ) -> list[Doc]:
        """`frappe.client.get_list`, posted because a thousand names fit in no URL; 0: no limit."""
        query: dict[str, Any] = {
            "doctype": doctype,
            "fields": fields,
            "filters": filters,
            "order_by": order_by,
            "limit_page_length": limit,
        }
        if or_filters:
            query["or_filters"] = or_filters
        if parent:
            query["parent"] = parent
        answer = self._http.post_json("/api/method/frappe.client.get_list", query)
        found: list[Doc] = answer.get("message") or []
        return found


def _earlier(stamp: str) -> str:
    if stamp == FIRST_DAY:
        return stamp
    return (datetime.strptime(stamp, STAMP) - LATE).strftime(STAMP)  # noqa: DTZ007
