"""The mapped records of a whole table, in columns: each field is read once for each different
content of the columns it looks at."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from api.dedupe.cells import Cells, Numbers
from api.dedupe.rows import NO_TIME, STREAM, Plan, row_key
from daifuku.errors import UserError
from daifuku.records import Entity, MappedRecord, MappingResult, RecordKey, SourceRecord
from mapping.engine import apply_mapping
from mapping.records import IDENTIFYING, PERSON_FIELDS
from mapping.rules import RecordRule
from mapping.scope import Scope
from mapping.unmappable import Unmappable

UNREADABLE = "unreadable"
"""The stream of rows that cannot be read: the ids they are given are not those of others."""

_NOTHING, _FAULT = 0, 1
"""The numbers of a field that a row does not have, and of one that cannot be read."""
_KINDS = {entity: number for number, entity in enumerate(Entity, 1)}
_NAMES = ("name", "family_name", "given_name", "name_kana", "family_kana", "given_kana")
_READ_FROM: Mapping[str, Set[str]] = {
    "name": {"name", "organization"},
    "addresses": {"address"},
    "identifiers": {"identifier"},
    "consents": {"consent", "no_consent"},
}
"""The targets whose columns a field of a suggested mapping is read from, if not its own alone."""
Flags = npt.NDArray[np.bool_]
_RECORD = SourceRecord(RecordKey("", STREAM, ""), {}, NO_TIME)
"""The record of a field that does not look at whose it is."""


@dataclass(slots=True)
class Field:
    """The different values of a field, the first two standing for none, and each row's number."""

    values: list[Any]
    rows: Numbers


@dataclass(frozen=True, slots=True)
class Mapped:
    """The main record of each row that has one. `entities[i]` is 0 where row i has none, else 1
    and its place among `Entity`; `rejected` says why rows have none, by index."""

    keys: list[RecordKey]
    entities: npt.NDArray[np.int8]
    fields: dict[str, Field]
    rejected: dict[int, str]

    def rows_of(self, entity: Entity) -> Numbers:
        """The rows that are records of that kind, in the order of their keys."""
        rows = np.flatnonzero(self.entities == _KINDS[entity]).tolist()
        rows.sort(key=[(key.source, key.external_id) for key in self.keys].__getitem__)
        return np.asarray(rows, np.int64)

    def records(self, entity: Entity, rows: Sequence[int]) -> Iterator[MappedRecord]:
        """The mapped records of some rows."""
        for row in rows:
            values = {
                name: field.values[number]
                for name, field in self.fields.items()
                if (number := int(field.rows[row])) > _FAULT
            }
            values.setdefault("observed_at", NO_TIME)
            yield MappedRecord(key=self.keys[row], entity=entity, **values)


def map_cells(plan: Plan, cells: Cells) -> Mapped:
    """The mapped records of all rows, as `apply_mapping` makes them one by one.

    Raises:
        UserError: two rows of one source have the same id.
    """
    mapped = _Mapper(plan, cells).mapped()
    if len(set(mapped.keys)) < len(mapped.keys):
        raise UserError(
            f"Two rows have the same id in the column {plan.id_column!r}.",
            hint="Name a column with --id whose values are all different, or none.",
        )
    return mapped


class _Mapper:
    def __init__(self, plan: Plan, cells: Cells) -> None:
        self._plan, self._cells = plan, cells
        rule = plan.mapping.rule_for(STREAM)
        self._rules: Sequence[RecordRule] = rule.records if rule else ()
        self._fields: dict[str, Field] = {}
        self._entities = np.zeros(cells.count, np.int8)
        self._apart = np.zeros(cells.count, np.bool_)
        self._apart[list(cells.bad)] = True

    def mapped(self) -> Mapped:
        for rule in self._rules:
            self._apply(rule)
        keys = self._keys()
        rejected = {index: line.reason for index, line in self._cells.bad.items()}
        unclear = np.flatnonzero(self._apart | (self._entities == 0)).tolist()
        for row in unclear:
            if row not in rejected:
                reason = self._apply_alone(row, keys[row])
                if reason:
                    rejected[row] = reason
        return Mapped(keys, self._entities, self._fields, rejected)

    def _apply(self, rule: RecordRule) -> None:
        """Make the records of a rule out of the rows that have none yet."""
        chosen = self._entities == 0
        if rule.when:
            chosen &= self._ask(rule.when, {"organization", *_NAMES}) == 1
        kind = self._ask(lambda scope: _KINDS[rule.entity(scope)], {"name"})
        organization = kind == _KINDS[Entity.ORGANIZATION]
        read = {}
        for name, reader in rule.fields:
            values, numbers = self._read(name, reader)
            self._apart |= chosen & (numbers == _FAULT)
            if name in PERSON_FIELDS:
                numbers = np.where(organization, _NOTHING, numbers)
            read[name] = (values, numbers)
        named = [numbers > _FAULT for name, (_, numbers) in read.items() if name in IDENTIFYING]
        chosen &= np.logical_or.reduce(named) if named else False
        chosen &= ~self._apart
        self._entities[chosen] = kind[chosen]
        for name, (values, numbers) in read.items():
            field = self._field(name)
            shifted = np.where(numbers > _FAULT, numbers - 2 + len(field.values), numbers)
            field.rows[chosen] = shifted[chosen]
            field.values += values[2:]

    def _field(self, name: str) -> Field:
        return self._fields.setdefault(
            name, Field([None, None], np.zeros(self._cells.count, np.int32))
        )

    def _ask(self, question: Callable[[Scope], Any], targets: Set[str]) -> Numbers:
        """The answer for each row; the columns of those targets decide it."""
        rows, numbers = self._cells.combined(self._columns(targets))
        answers = [int(question(Scope(row, _RECORD))) for row in rows]
        return np.asarray(answers, np.int32)[numbers]

    def _columns(self, targets: Set[str]) -> list[str]:
        return [
            guess.column
            for guess in self._plan.suggestion.columns
            if guess.target in targets or guess.target.partition(".")[0] in targets
        ]

    def _read(self, field: str, reader: Callable[[Scope], Any]) -> tuple[list[Any], Numbers]:
        """The values of a field, after those for none, and each row's number."""
        columns = self._columns(_READ_FROM.get(field, {field}))
        by_source = field == "identifiers"
        if by_source and self._plan.source_column is not None:
            columns = list(dict.fromkeys((*columns, str(self._plan.source_column))))
        rows, numbers = self._cells.combined(columns)
        values: list[Any] = [None, None]
        found = []
        for row in rows:
            record = _RECORD
            if by_source:
                record = SourceRecord(row_key(self._plan, row, 0), row, NO_TIME)
            try:
                value = reader(Scope(row, record))
            except Unmappable:
                found.append(_FAULT)
                continue
            if value is None or value == ():
                found.append(_NOTHING)
            else:
                found.append(len(values))
                values.append(value)
        return values, np.asarray(found, np.int32)[numbers]

    def _apply_alone(self, row: int, key: RecordKey) -> str:
        """Map one row by itself; returns why it gives no record, if it does not."""
        result = apply_mapping(self._plan.mapping, SourceRecord(key, self._cells.row(row), NO_TIME))
        if not isinstance(result, MappingResult):
            return result.reason
        if not result.records:
            return "No column says who it is."
        record = result.records[0]
        self._entities[row] = _KINDS[record.entity]
        for name in {*self._fields}:
            value = getattr(record, name)
            field = self._fields[name]
            field.rows[row] = _NOTHING if value in (None, ()) else len(field.values)
            if value not in (None, ()):
                field.values.append(value)
        return ""

    def _keys(self) -> list[RecordKey]:
        plan, cells = self._plan, self._cells
        ids, sources = (self._texts(name) for name in (plan.id_column, plan.source_column))
        keys = [
            RecordKey(source or plan.source, STREAM, record_id or str(index))
            for index, (record_id, source) in enumerate(zip(ids, sources, strict=True), 1)
        ]
        for index, bad in cells.bad.items():
            keys[index] = RecordKey(plan.source, UNREADABLE, f"row-{bad.number}")
        return keys

    def _texts(self, name: str | None) -> list[str]:
        """The texts of a column by row, empty where there is none."""
        if name is None:
            return [""] * self._cells.count
        column = self._cells.columns[name]
        texts = ["" if value in (None, "") else str(value) for value in column.values] + [""]
        return [texts[number] for number in column.rows.tolist()]
