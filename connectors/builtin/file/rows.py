"""Tables as every format gives them: columns, then rows, good and bad."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.json_values import text_fault

_UNFIT = re.compile(r"[\x00-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be read. `number` counts lines or rows of the file from 1."""

    number: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why; the reason quotes nothing of it."""

    number: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """An open table. `rows` can be gone through once, and holds one row in memory at a time.

    `columns` is empty where rows bring their own keys (JSON Lines). `kind` tells people what
    was found: `CSV, cp932`.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row | BadRow]
    kind: str


def column_names(cells: Sequence[Any]) -> tuple[str, ...]:
    """A header's names: blank ones become `column_3`, repeated ones `name_2`."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        wanted = " ".join(str(cell).split()) if cell is not None else ""
        wanted = _UNFIT.sub("", wanted) or f"column_{position}"
        name, count = wanted, 1
        while name in names:
            count += 1
            name = f"{wanted}_{count}"
        names.append(name)
    return tuple(names)


def checked(number: int, columns: Sequence[str], cells: Sequence[Any]) -> Row | BadRow:
    """A row of as many cells as there are columns, empty ones to the right not counted."""
    if len(cells) != len(columns):
        extra = cells[len(columns) :]
        if len(cells) < len(columns) or any(cell not in (None, "") for cell in extra):
            reason = f"The row has {len(cells)} cells, the header has {len(columns)}."
            return BadRow(number, "ragged_row", reason)
    return clean_row(number, dict(zip(columns, cells, strict=False)))


def clean_row(number: int, data: Mapping[str, Any]) -> Row | BadRow:
    """The row, unless one of its texts could not be decoded or has control characters."""
    fault = text_fault(data)
    return Row(number, data) if fault is None else BadRow(number, *fault)
