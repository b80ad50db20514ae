"""Rows of a table as mapped records, each under the id that `links.csv` will name it by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from daifuku.errors import UserError
from daifuku.records import MappedRecord, MappingResult, RecordKey, SourceRecord
from mapping.engine import apply_mapping
from mapping.loader import load_mapping
from mapping.rules import Mapping as RecordMapping
from mapping.suggest import SuggestedMapping, suggest

STREAM = "rows"
SAMPLES = 200
Row = Mapping[str, Any]

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


@dataclass(slots=True)
class Read:
    """What became of the rows so far, by their index: id, main record, or why there is none."""

    ids: list[str] = field(default_factory=list)
    main: dict[int, RecordKey] = field(default_factory=dict)
    unreadable: dict[int, str] = field(default_factory=dict)


def plan_table(
    columns: list[str],
    samples: list[Row],
    *,
    source: str,
    id_column: str | None = None,
    source_column: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Plan:
    """Recognise the columns of a table by their names, then by their values.

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
    mapping = load_mapping(suggestion.to_yaml(), where="the suggested mapping")
    return Plan(suggestion, mapping, id_column, source_column, source)


def mapped_rows(plan: Plan, rows: Iterable[Row], read: Read) -> Iterator[MappedRecord]:
    """The mapped records of all rows; `read` is filled on the way.

    Raises:
        UserError: two rows of one source have the same id.
    """
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(rows):
        record_id = str((row.get(plan.id_column) if plan.id_column else None) or index + 1)
        source = str(row.get(plan.source_column) or "") if plan.source_column else plan.source
        if (source, record_id) in seen:
            raise UserError(
                f"Two rows have the id {record_id!r} in the column {plan.id_column!r}.",
                hint="Name a column with --id whose values are all different, or none.",
            )
        seen.add((source, record_id))
        read.ids.append(record_id)
        key = RecordKey(source, STREAM, record_id)
        result = apply_mapping(plan.mapping, SourceRecord(key, row, NO_TIME))
        if not isinstance(result, MappingResult):
            read.unreadable[index] = result.reason
        elif not result.records:
            read.unreadable[index] = "No column says who it is."
        else:
            read.main[index] = result.records[0].key
            yield from result.records
