"""What a suggested mapping reads off rows, in pieces that any process can do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any, Protocol, TypeVar

from api.dedupe.cells import Combined, Rows
from api.dedupe.rows import NO_TIME, STREAM, Plan, Row
from daifuku.records import Entity, RecordKey, SourceRecord
from mapping.loader import load_mapping
from mapping.rules import RecordRule
from mapping.scope import Scope
from mapping.unmappable import Unmappable

KINDS = {entity: number for number, entity in enumerate(Entity, 1)}
UNREAD = ...
"""Stands for a value that cannot be read."""
WHEN, ENTITY = "when", "entity"
"""What is asked beside the fields of a rule: whether it makes a record (0 or 1), and of which kind
(by its number in `KINDS`)."""

_ROWS_AT_ONCE = 10_000
_RECORD = SourceRecord(RecordKey("", STREAM, ""), {}, NO_TIME)
"""The record of a field that does not look at whose it is."""

T = TypeVar("T")
R = TypeVar("R")


class Each(Protocol):
    """Does some work for each task, in their order, as `map` does."""

    def __call__(self, work: Callable[[T], R], tasks: Iterable[T], /) -> Iterator[R]: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """A suggested mapping as its YAML, which every process reads for itself, and the columns that
    name rows; `source` is that of rows that name none."""

    yaml: str
    id_column: str | None
    source_column: str | None
    source: str

    @classmethod
    def of(cls, plan: Plan) -> "Rules":
        """The rules of a plan."""
        return cls(plan.suggestion.to_yaml(), plan.id_column, plan.source_column, plan.source)

    def record(self, row: Row) -> SourceRecord:
        """A row as the record that it is."""
        named = row.get(self.id_column) if self.id_column else None
        source = row.get(self.source_column) if self.source_column else None
        record_id = "1" if named in (None, "") else str(named)
        return SourceRecord(RecordKey(str(source or self.source), STREAM, record_id), row, NO_TIME)


def ask(
    rules: Rules, number: int, what: str, rows: Combined, each: Each, *, whose: bool = False
) -> Iterator[Any]:
    """What the record rule of that number answers for each row: the value of a field, None where
    it has none, UNREAD where it cannot be read; or WHEN or ENTITY.

    `whose` tells that the field looks at whose record it is.
    """
    pieces = rows.pieces(_ROWS_AT_ONCE)
    return chain.from_iterable(each(partial(_answers, rules, number, what, whose), pieces))


def _answers(rules: Rules, number: int, what: str, whose: bool, rows: Rows) -> list[Any]:
    rule = record_rules(rules.yaml)[number]
    if what == WHEN:
        return [int(rule.when is None or rule.when(Scope(row, _RECORD))) for row in rows.each()]
    if what == ENTITY:
        return [KINDS[rule.entity(Scope(row, _RECORD))] for row in rows.each()]
    reader = dict(rule.fields)[what]
    return [
        _read(reader, Scope(row, rules.record(row) if whose else _RECORD)) for row in rows.each()
    ]


def _read(reader: Callable[[Scope], Any], scope: Scope) -> Any:
    try:
        value = reader(scope)
    except Unmappable:
        return UNREAD
    return None if value == () else value


@lru_cache(maxsize=8)
def record_rules(yaml: str) -> Sequence[RecordRule]:
    """The rules of a suggested mapping that make records."""
    rule = load_mapping(yaml, where="the suggested mapping").rule_for(STREAM)
    return rule.records if rule else ()
