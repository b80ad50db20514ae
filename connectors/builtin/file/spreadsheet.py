"""Excel workbooks (.xlsx), read as a stream; what unpacks to too much is refused unread."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, BinaryIO

from openpyxl import load_workbook

from connectors.builtin.file.rows import BadRow, Row, Table, checked, column_names
from connectors.json_values import json_value
from daifuku.errors import ConfigError

_MAX_MEMBERS = 10_000
_MAX_RATIO = 200
_SMALL = 10_000_000
"""Bytes below which no ratio is suspicious: an empty sheet's XML packs very well."""


def open_spreadsheet(file: BinaryIO, *, sheet: str | None, max_bytes: int) -> Table:
    """The table on a sheet (else the first one), whose first row that is not blank is the header.

    Raises:
        ConfigError: it is no workbook, it would unpack to too much, or the sheet is not there.
    """
    _refuse_bomb(file, max_bytes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and extensions, of no use to us
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        names = [each.title for each in book.worksheets]
    except Exception as error:  # a parser of foreign files may raise anything
        raise ConfigError(
            f"The workbook cannot be read ({type(error).__name__}).", hint="Save it anew as .xlsx."
        ) from None
    if not names or (sheet is not None and sheet not in names):
        hint = f"It has: {', '.join(names)}." if names else "It has no sheets."
        raise ConfigError(f"The workbook has no sheet {sheet or ''!r}.", hint=hint)
    rows = _cells(book[sheet or names[0]])
    for _, cells in rows:
        columns = column_names(_trimmed(cells))
        return Table(columns, _rows(rows, columns), f"Excel, sheet {sheet or names[0]}")
    raise ConfigError("The sheet is empty.", hint="Its first row must name the columns.")


def _refuse_bomb(file: BinaryIO, max_bytes: int) -> None:
    """Looks at the archive's directory only; the sizes there bound what unpacking can give."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ConfigError("The file is not a workbook.", hint="Save it as .xlsx.") from None
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > _MAX_MEMBERS
        or unpacked > max_bytes
        or (unpacked > _SMALL and unpacked > _MAX_RATIO * max(packed, 1))
    ):
        raise ConfigError(
            f"The workbook would unpack to {unpacked:,} bytes from {packed:,}: it is refused.",
            hint="Export the sheet as CSV, or raise max_unpacked_mb if you trust the file.",
        )
    file.seek(0)


def _cells(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows that are not blank, with their numbers."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    rows = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        number += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # on dates outside the calendar
                cells = next(rows, None)
        except Exception as error:  # a parser of foreign files may raise anything
            raise ConfigError(
                f"The workbook cannot be read from row {number} on ({type(error).__name__}).",
                hint="Save it anew as .xlsx.",
            ) from None
        if cells is None:
            return
        if any(cell not in (None, "") for cell in cells):
            yield number, [_value(cell) for cell in cells]


def _value(cell: Any) -> Any:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, str) and cell.startswith("#") and cell in ("#N/A", "#REF!", "#VALUE!"):
        return None
    return json_value(cell)


def _trimmed(cells: list[Any]) -> list[Any]:
    last = max(position for position, cell in enumerate(cells) if cell not in (None, ""))
    return cells[: last + 1]


def _rows(
    rows: Iterator[tuple[int, list[Any]]], columns: tuple[str, ...]
) -> Iterator[Row | BadRow]:
    for number, cells in rows:
        missing = [None] * (len(columns) - len(cells))
        yield checked(number, columns, [*cells, *missing])
