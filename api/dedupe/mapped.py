"""The mapped records of a whole table, in columns: each field is read once for each different
content of the columns it looks at."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from api.dedupe.cells import Cells, Numbers
from api.dedupe.keys import RowKeys
from api.dedupe.reading import ENTITY, KINDS, UNREAD, WHEN, Each, Rules, ask, record_rules
from api.dedupe.rows import NO_TIME, Plan
from daifuku.errors import UserError
from daifuku.records import Entity, MappedRecord, MappingResult, RecordKey, SourceRecord
from mapping.engine import apply_mapping
from mapping.records import IDENTIFYING, PERSON_FIELDS
from mapping.rules import RecordRule

UNREADABLE = "unreadable"
"""The stream of rows that cannot be read: the ids they are given are not those of others."""

_NOTHING, _FAULT = 0, 1
"""The numbers of a field that a row does not have, and of one that cannot be read."""
_NAMES = ("name", "family_name", "given_name", "name_kana", "family_kana", "given_kana")
_READ_FROM: Mapping[str, Set[str]] = {
    "name": {"name", "organization"},
    "addresses": {"address"},
    "identifiers": {"identifier"},
    "consents": {"consent", "no_consent"},
}
"""The targets whose columns a field of a suggested mapping is read from, if not its own alone."""
Flags = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Field:
    """The different values of a field, the first two standing for none, and each row's number."""

    values: list[Any]
    rows: Numbers


@dataclass(frozen=True, slots=True)
class Mapped:
    """The main record of each row that has one. `entities[i]` is 0 where row i has none, else 1
    and its place among `Entity`; `rejected` says why rows have none, by index. `ordered` are the
    rows by key."""

    keys: RowKeys
    ordered: Numbers
    entities: npt.NDArray[np.int8]
    fields: dict[str, Field]
    rejected: dict[int, str]

    def rows_of(self, entity: Entity) -> Numbers:
        """The rows that are records of that kind, in the order of their keys."""
        rows: Numbers = self.ordered[self.entities[self.ordered] == KINDS[entity]]
        return rows

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


def map_cells(plan: Plan, cells: Cells, each: Each = map) -> Mapped:
    """The mapped records of all rows, as `apply_mapping` makes them one by one.

    Raises:
        UserError: two rows of one source have the same id.
    """
    return _Mapper(plan, cells, each).mapped()


class _Mapper:
    def __init__(self, plan: Plan, cells: Cells, each: Each) -> None:
        self._plan, self._cells, self._each = plan, cells, each
        self._rules = Rules.of(plan)
        self._fields: dict[str, Field] = {}
        self._entities = np.zeros(cells.count, np.int8)
        self._apart = np.zeros(cells.count, np.bool_)
        self._apart[list(cells.bad)] = True

    def mapped(self) -> Mapped:
        keys = self._keys()
        ordered = keys.ordered()
        if keys.has_twice(ordered):
            raise UserError(
                f"Two rows have the same id in the column {self._plan.id_column!r}.",
                hint="Name a column with --id whose values are all different, or none.",
            )
        for number, rule in enumerate(record_rules(self._rules.yaml)):
            self._apply(number, rule)
        rejected = {index: line.reason for index, line in self._cells.bad.items()}
        unclear = np.flatnonzero(self._apart | (self._entities == 0)).tolist()
        for row in unclear:
            if row not in rejected:
                reason = self._apply_alone(row, keys[row])
                if reason:
                    rejected[row] = reason
        return Mapped(keys, ordered, self._entities, self._fields, rejected)

    def _apply(self, number: int, rule: RecordRule) -> None:
        """Make the records of a rule out of the rows that have none yet."""
        chosen = self._entities == 0
        if rule.when:
            chosen &= self._ask(number, WHEN, {"organization", *_NAMES}) == 1
        kind = self._ask(number, ENTITY, {"name"})
        organization = kind == KINDS[Entity.ORGANIZATION]
        read = {}
        for name, _ in rule.fields:
            values, numbers = self._read(number, name)
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

    def _ask(self, number: int, what: str, targets: Set[str]) -> Numbers:
        """The answer for each row; the columns of those targets decide it."""
        rows, numbers = self._cells.combined(self._columns(targets))
        answers = ask(self._rules, number, what, rows, self._each)
        return np.fromiter(answers, np.int32)[numbers]

    def _columns(self, targets: Set[str]) -> list[str]:
        return [
            guess.column
            for guess in self._plan.suggestion.columns
            if guess.target in targets or guess.target.partition(".")[0] in targets
        ]

    def _read(self, number: int, field: str) -> tuple[list[Any], Numbers]:
        """The values of a field, after those for none, and each row's number."""
        columns = self._columns(_READ_FROM.get(field, {field}))
        by_source = field == "identifiers"
        if by_source and self._plan.source_column is not None:
            columns = list(dict.fromkeys((*columns, str(self._plan.source_column))))
        rows, numbers = self._cells.combined(columns)
        values: list[Any] = [None, None]
        found = []
        for value in ask(self._rules, number, field, rows, self._each, whose=by_source):
            if value is None:
                found.append(_NOTHING)
            elif value is UNREAD:
                found.append(_FAULT)
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
        self._entities[row] = KINDS[record.entity]
        for name in {*self._fields}:
            value = getattr(record, name)
            field = self._fields[name]
            field.rows[row] = _NOTHING if value in (None, ()) else len(field.values)
            if value not in (None, ()):
                field.values.append(value)
        return ""

    def _keys(self) -> RowKeys:
        plan, cells = self._plan, self._cells
        ids = self._texts(plan.id_column)
        for row in [row for row, text in enumerate(ids) if not text]:
            ids[row] = str(row + 1)
        sources, source_of = [plan.source], np.zeros(cells.count, np.int32)
        if plan.source_column is not None:
            column = cells.columns[plan.source_column]
            numbers = {plan.source: 0}
            told = [plan.source if v in (None, "") else str(v) for v in column.values]
            places = [numbers.setdefault(source, len(numbers)) for source in told] + [0]
            sources, source_of = list(numbers), np.asarray(places, np.int32)[column.rows]
        apart = {
            index: RecordKey(plan.source, UNREADABLE, f"row-{bad.number}")
            for index, bad in cells.bad.items()
        }
        return RowKeys(sources, source_of, ids, apart)

    def _texts(self, name: str | None) -> list[str]:
        """The texts of a column by row, empty where there is none."""
        if name is None:
            return [""] * self._cells.count
        column = self._cells.columns[name]
        texts = ["" if value in (None, "") else str(value) for value in column.values] + [""]
        return [texts[number] for number in column.rows.tolist()]
