"""Any table a person has: CSV in any Japanese encoding, JSON Lines, Excel, Parquet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from api.dedupe.cells import Cells, cells_of, plain_csv
from api.dedupe.rows import BadLine, Line, Row
from connectors.builtin.file.config import FileConfig
from connectors.builtin.file.rows import BadRow
from connectors.builtin.file.tables import open_file
from daifuku.errors import ConfigError, UserError
from mapping.suggest.contents import is_email, is_phone


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table in a file, read from its beginning each time. `columns` are those of the header,
    or of the first rows where each row brings its own."""

    path: Path
    columns: list[str]

    def sample(self, size: int) -> list[Row]:
        """The first readable rows."""
        return [line for line in islice(self.lines(), size) if not isinstance(line, BadLine)]

    def lines(self) -> Iterator[Line]:
        """Every row, bad ones too, one in memory at a time."""
        with open_file(self.path, _config(self.path)) as opened:
            for row in opened.table().rows:
                if isinstance(row, BadRow):
                    yield BadLine(row.number, row.reason)
                else:
                    yield row.data

    def cells(self, on_row: Callable[[int], None]) -> Cells:
        """All rows, in columns; `on_row` is told how many have been read."""
        with open_file(self.path, _config(self.path)) as opened:
            kind = opened.table().kind
        if kind.startswith("CSV, utf-8") and kind.endswith("comma"):
            found = plain_csv(self.path, self.columns, ",")
            if found is not None:
                on_row(found.count)
                return found
        return cells_of(self.columns, self.lines(), on_row)


def open_table(path: Path) -> TableFile:
    """The table in `path`.

    Raises:
        ConfigError: there is no such file, or it is no table.
        UserError: its first line holds values instead of the names of columns.
    """
    with open_file(path, _config(path)) as opened:
        columns = list(opened.table().columns)
    if not columns:
        rows = TableFile(path, []).sample(200)
        columns = list(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        raise ConfigError(f"There are no rows in {path.name!r}.", hint="Is it the right file?")
    for number, name in enumerate(columns, 1):
        if is_email(name) or is_phone(name):
            raise UserError(
                f"The first line of {path.name!r} holds values, not the names of columns: see "
                f"column {number}.",
                hint="Add a first line that names the columns, e.g. 氏名,電話番号,メール.",
            )
    return TableFile(path, columns)


def _config(path: Path) -> FileConfig:
    return FileConfig(path=str(path))
