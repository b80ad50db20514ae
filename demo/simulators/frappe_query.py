"""How Frappe filters, orders and cuts a list of documents."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

Doc = Mapping[str, Any]
Test = Callable[[Doc], bool]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    ">": lambda value, wanted: value is not None and value > wanted,
    ">=": lambda value, wanted: value is not None and value >= wanted,
    "<": lambda value, wanted: value is not None and value < wanted,
    "<=": lambda value, wanted: value is not None and value <= wanted,
    "in": lambda value, wanted: value in wanted,
    "not in": lambda value, wanted: value not in wanted,
}


def parsed(value: Any) -> Any:
    """A parameter of a query, which Frappe takes as JSON text or as JSON."""
    return orjson.loads(value) if isinstance(value, str) and value else value


def triples(filters: Any) -> list[tuple[str, str, Any]]:
    """Filters in either form, `{field: [operator, value]}` or `[[field, operator, value]]`."""
    given = parsed(filters) or {}
    if isinstance(given, dict):
        return [
            (field, str(held[0]), held[1]) if isinstance(held, list) else (field, "=", held)
            for field, held in given.items()
        ]
    return [(item[-3], str(item[-2]), item[-1]) for item in given]


def tests(filters: Any) -> list[Test]:
    """A test per filter.

    Raises:
        ValueError: an operator that Frappe does not know.
    """
    return [_test(*triple) for triple in triples(filters)]


def ordered(docs: Iterable[Doc], order_by: str) -> list[Doc]:
    """`docs` by an SQL-like order: `modified asc, name asc`."""
    found = list(docs)
    for term in reversed(order_by.split(",")):
        field, _, direction = term.strip().partition(" ")
        name = field.strip("`").rpartition(".")[2].strip("`")
        found.sort(key=lambda doc: doc.get(name) or "", reverse=direction.strip() == "desc")
    return found


def chosen(doc: Doc, fields: Any) -> dict[str, Any]:
    """The asked fields; `*` is all but child tables, nothing is the name alone."""
    names = parsed(fields) or ["name"]
    if "*" in names:
        return {key: value for key, value in doc.items() if not isinstance(value, list)}
    return {name: doc.get(name) for name in names}


def passing(docs: Iterable[Doc], every: list[Test], some: list[Test]) -> Iterator[Doc]:
    """Those that pass every test of the first list and, if there are any, one of the second."""
    for doc in docs:
        if all(test(doc) for test in every) and (not some or any(test(doc) for test in some)):
            yield doc


def _test(field: str, operator: str, wanted: Any) -> Test:
    compare = _COMPARISONS.get(operator.lower())
    if compare is None:
        raise ValueError(f"Operator must be one of {', '.join(_COMPARISONS)}")
    if operator.lower() in ("in", "not in"):
        wanted = frozenset(wanted)
    return lambda doc: compare(doc.get(field), wanted)
