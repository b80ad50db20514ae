"""JSON Lines: one object a line."""

from collections.abc import Iterator
from typing import BinaryIO

import orjson

from connectors.builtin.file.lines import Lines
from connectors.builtin.file.rows import BadRow, Row, Table, clean_row
from daifuku.errors import ConfigError


def open_jsonlines(file: BinaryIO, *, encoding: str) -> Table:
    """The objects in a file, one a line.

    Raises:
        ConfigError: the file holds one JSON array.
    """
    lines = Lines(file, encoding)
    for line in lines:
        if line.strip():
            lines.put_back([line])
            if line.lstrip().startswith("[") and not _is_json(line):
                raise ConfigError(
                    "The file is one JSON array.", hint="Save it as JSON Lines: one object a line."
                )
            break
    return Table((), _rows(lines), f"JSON Lines, {encoding}")


def _rows(lines: Lines) -> Iterator[Row | BadRow]:
    for line in lines:
        if lines.overlong:
            yield BadRow(lines.number, "overlong_line", "The line is too long for a row.")
        elif line.strip():
            yield _row(lines.number, line)


def _row(number: int, line: str) -> Row | BadRow:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError:
        if any("\ud800" <= char <= "\udfff" for char in line):
            reason = "The line has bytes that are no text in its encoding. Save it as UTF-8."
            return BadRow(number, "bad_encoding", reason)
        return BadRow(number, "bad_json", "The line is not JSON.")
    if not isinstance(data, dict):
        return BadRow(number, "not_an_object", "The line is not a JSON object.")
    return clean_row(number, data)


def _is_json(line: str) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True
