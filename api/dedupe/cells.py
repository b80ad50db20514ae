"""A whole table in columns: each distinct value of a column once, and its number by row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from api.dedupe.rows import BadLine, Line, Row

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
ABSENT = -1
"""The number of a row that does not have the column at all."""

NOT_THERE = ...
"""Stands for the value of a row that does not have the column at all."""

_UNUSUAL = r"[\x00-\x1f\x7f\"]"
"""What makes the rows of a CSV file depend on how quotes and line ends are read."""
_ENOUGH = 1000
Progress = Callable[[int], None]


@dataclass(slots=True)
class Column:
    """The values of a column; row i has `values[rows[i]]`, or none where that is ABSENT."""

    values: list[Any]
    rows: Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of some columns: of each column its values, NOT_THERE for a row without it."""

    names: tuple[str, ...]
    columns: list[list[Any]]
    count: int

    def each(self) -> Iterator[dict[str, Any]]:
        """One row after the other."""
        if not self.names:
            yield from ({} for _ in range(self.count))
        for told in zip(*self.columns, strict=True):
            if NOT_THERE in told:
                pairs = zip(self.names, told, strict=True)
                yield {name: value for name, value in pairs if value is not NOT_THERE}
            else:
                yield dict(zip(self.names, told, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """Rows of some columns: of each its values, the last standing for none, and their numbers."""

    names: tuple[str, ...]
    columns: list[tuple[list[Any], Numbers]]
    count: int

    def pieces(self, rows: int) -> Iterator[Rows]:
        """So many of the rows at a time."""
        for start in range(0, self.count, rows):
            end = min(start + rows, self.count)
            columns = [
                [values[number] for number in numbers[start:end].tolist()]
                for values, numbers in self.columns
            ]
            yield Rows(self.names, columns, end - start)


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a table; `bad` are those that cannot be read, by index."""

    count: int
    columns: dict[str, Column]
    bad: dict[int, BadLine] = field(default_factory=dict)

    def row(self, index: int) -> dict[str, Any]:
        """One row as it was read."""
        return {
            name: column.values[number]
            for name, column in self.columns.items()
            if (number := int(column.rows[index])) != ABSENT
        }

    def combined(self, names: Sequence[str]) -> tuple[Combined, Numbers]:
        """The different rows of some columns, and which of them each row is."""
        held = [self.columns[name] for name in names]
        first, numbers = distinct(self.count, [(c.rows + 1, len(c.values) + 1) for c in held])
        columns = [([*c.values, NOT_THERE], c.rows[first]) for c in held]
        return Combined(tuple(names), columns, len(first)), numbers


def distinct(count: int, columns: Sequence[tuple[Numbers, int]]) -> tuple[Numbers, Numbers]:
    """A row for each different one, and which of those each row is.

    `columns` are numbers by row, from 0, and how many there can be.
    """
    codes: Numbers = np.zeros(count, np.int64)
    for place, (numbers, size) in enumerate(columns):
        if place > 1:
            codes = np.unique(codes, return_inverse=True)[1]
        codes = codes * size + numbers
    _, first, which = np.unique(codes, return_index=True, return_inverse=True)
    return first, which.astype(np.int32)


def cells_of(columns: Sequence[str], lines: Iterable[Line], on_row: Progress) -> Cells:
    """The cells of rows read one by one."""
    numbers: dict[str, dict[Any, int]] = {name: {} for name in columns}
    values: dict[str, list[Any]] = {name: [] for name in columns}
    rows: dict[str, list[int]] = {name: [] for name in columns}
    bad: dict[int, BadLine] = {}
    count = 0
    for index, line in enumerate(lines):
        count = index + 1
        row: Row = {}
        if isinstance(line, BadLine):
            bad[index] = line
        else:
            row = line
        for name in columns:
            if name not in row:
                rows[name].append(ABSENT)
                continue
            value = row[name]
            seen = numbers[name]
            place = value if isinstance(value, str) else _token(value)
            number = seen.setdefault(place, len(seen))
            if number == len(values[name]):
                values[name].append(value)
            rows[name].append(number)
        if count % _ENOUGH == 0:
            on_row(count)
    return Cells(
        count,
        {name: Column(values[name], np.asarray(rows[name], np.int32)) for name in columns},
        bad,
    )


def _token(value: Any) -> bytes:
    """What is equal for equal values that are no texts."""
    return type(value).__name__.encode() + orjson.dumps(value, default=repr)


def plain_csv(path: Path, columns: Sequence[str], delimiter: str) -> Cells | None:
    """The cells of a CSV file in UTF-8, read at once; None where it takes a closer look.

    That is where a row has too many or few cells, a cell has a quote or a line end in it, or
    anything else that other readers read otherwise.
    """
    try:
        table = pa.csv.read_csv(
            path,
            pa.csv.ReadOptions(autogenerate_column_names=True, block_size=1 << 24),
            pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=False),
            pa.csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(len(columns))},
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, OSError):
        return None
    if table.num_columns != len(columns):
        return None
    encoded = [column.combine_chunks().dictionary_encode() for column in table.columns]
    if any(pc.any(pc.match_substring_regex(c.dictionary, _UNUSUAL)).as_py() for c in encoded):
        return None
    header = [array[0].as_py() for array in encoded]
    if header != list(columns) and header != ["\ufeff" + columns[0], *columns[1:]]:
        return None
    held = {
        name: Column(c.dictionary.to_pylist(), np.asarray(c.indices, np.int32)[1:])
        for name, c in zip(columns, encoded, strict=True)
    }
    blank = np.ones(table.num_rows - 1, np.bool_)
    for column in held.values():
        blank &= ~np.asarray([bool(v.strip()) for v in column.values], np.bool_)[column.rows]
    if blank.any():
        for column in held.values():
            column.rows = column.rows[~blank]
    return Cells(int((~blank).sum()), held)
