"""Rows of a table as mapped records, each under the id that `links.csv` will name it by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from daifuku.errors import UserError
from mapping.loader import load_mapping
from mapping.rules import Mapping as RecordMapping
from mapping.suggest import SuggestedMapping, suggest

STREAM = "rows"
SAMPLES = 200
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A row that cannot be read, by its number in the file, and why."""

    number: int
    reason: str


Line = Row | BadLine

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Rows carry no time of their own: equal ones must give equal golden records on every day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows are read: columns to fields, and which columns name the row and its source."""

    suggestion: SuggestedMapping
    mapping: RecordMapping
    id_column: str | None
    source_column: str | None
    source: str


def plan_table(
    columns: list[str],
    samples: list[Row],
    *,
    source: str,
    id_column: str | None = None,
    source_column: str | None = None,
    overrides: Mapping[str, str] | None = None,
    is_id: Callable[[str], bool] = lambda _: False,
) -> Plan:
    """Recognise the columns of a table by their names, then by their values.

    Without an `id_column` a column that looks like one is taken if `is_id` says that it is
    different in every row.

    Raises:
        UserError: a column named does not exist, or none says who a row is.
    """
    for named in (id_column, source_column):
        if named is not None and named not in columns:
            raise UserError(f"There is no column {named!r}.", hint=f"Found: {', '.join(columns)}.")
    told = dict(overrides or {})
    if id_column is not None:
        told.setdefault(id_column, "ignore")
    if source_column is not None:
        told.setdefault(source_column, "ignore")
    suggestion = suggest(columns, samples[:SAMPLES], overrides=told, stream=STREAM)
    found = suggestion.id_column
    if id_column is None and found is not None and found not in told and is_id(found):
        id_column, told[found] = found, "ignore"
        suggestion = suggest(columns, samples[:SAMPLES], overrides=told, stream=STREAM)
    mapping = load_mapping(suggestion.to_yaml(), where="the suggested mapping")
    return Plan(suggestion, mapping, id_column, source_column, source)


def names_every_row(column: str, source_column: str | None, lines: Iterable[Line]) -> bool:
    """Whether the column holds another value in every row, of one source where those are told."""
    seen: set[tuple[str, str]] = set()
    rows = 0
    for line in lines:
        if not isinstance(line, BadLine):
            rows += 1
            source = str(line.get(source_column)) if source_column else ""
            seen.add((source, str(line.get(column) or "")))
            if len(seen) < rows:
                return False
    return True
