"""CSV and its kin."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from connectors.builtin.file.lines import Lines
from connectors.builtin.file.rows import BadRow, Row, Table, checked, column_names
from daifuku.errors import ConfigError

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 30
_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


def open_delimited(file: BinaryIO, *, encoding: str, delimiter: str | None) -> Table:
    """The table in a text file whose first line that is not blank is the header.

    Raises:
        ConfigError: the file has no header.
    """
    lines = Lines(file, encoding)
    sample = list(islice(lines, _SAMPLE_LINES))
    lines.put_back(sample)
    delimiter = delimiter or sniff_delimiter(sample)
    reader = _Reader(lines, delimiter)
    for _, cells, _ in reader:
        columns = column_names(cells)
        kind = f"CSV, {encoding}, {_NAMES.get(delimiter, delimiter)}"
        return Table(columns, _rows(reader, columns), kind)
    raise ConfigError("The file is empty.", hint="Its first line must name the columns.")


def sniff_delimiter(sample: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of cells, more than one."""
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: list[str], delimiter: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
    except csv.Error:
        return 0, 0
    width, lines = widths.most_common(1)[0] if widths else (0, 0)
    return (lines, width) if width > 1 else (0, 0)


class _Watched:
    """Lines, each shown to `seen`. Unlike a generator it goes on when lines are put back."""

    def __init__(self, lines: Lines, seen: Callable[[str], None]) -> None:
        self._lines = lines
        self._seen = seen

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._seen(line)
        return line


class _Reader:
    """Rows as (number, cells, the lines they were read from); blank rows are left out.

    Cells is empty where the row cannot be parsed.
    """

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self.lines = lines
        self._held: list[str] = []
        self._rows = csv.reader(_Watched(lines, self._hold), delimiter=delimiter)

    def _hold(self, line: str) -> None:
        self._held.append(line)

    def __iter__(self) -> Iterator[tuple[int, list[str], list[str]]]:
        while True:
            self._held = []
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error:
                cells = []
            broken = not cells and any(line.strip() for line in self._held)
            if broken or any(cell.strip() for cell in cells):
                yield self.lines.number - len(self._held) + 1, cells, self._held


def _rows(reader: _Reader, columns: tuple[str, ...]) -> Iterator[Row | BadRow]:
    for number, cells, held in reader:
        row = checked(number, columns, cells) if cells else _unparsed(number)
        if reader.lines.overlong:
            row = BadRow(number, "overlong_line", "The line is too long for a row.")
        elif len(held) > 1 and (_is_ragged(row) or _has_odd_quotes(held)):
            # A quote that is never closed swallows the rows after it: give up one line only.
            reader.lines.put_back(held[1:])
            row = _unparsed(number)
        yield row


def _is_ragged(row: Row | BadRow) -> bool:
    return isinstance(row, BadRow) and row.code in ("ragged_row", "unclosed_quote")


def _has_odd_quotes(held: list[str]) -> bool:
    return sum(line.count('"') for line in held) % 2 == 1


def _unparsed(number: int) -> BadRow:
    return BadRow(number, "unclosed_quote", "The row has a quote that is not closed.")
