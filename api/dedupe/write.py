"""Writes golden records and links as CSV."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from daifuku.errors import UserError
from daifuku.records import Address, Identifier

COLUMNS = (
    "name",
    "family_name",
    "given_name",
    "name_kana",
    "family_kana",
    "given_kana",
    "display_name",
    "birth_date",
    "gender",
    "organization",
    "department",
    "job_title",
    "corporate_number",
    "website",
    "emails",
    "phones",
    "addresses",
    "identifiers",
)
_LINES_AT_ONCE = 10_000
_QUOTED = re.compile('[",\r\n]')
"""What makes a cell stand in quotes."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where golden records go. `for_excel` puts the mark in front by which Excel knows UTF-8 and
    shows Japanese right."""

    path: Path
    for_excel: bool = False

    @contextmanager
    def goldens(self) -> Iterator[TextIO]:
        """The file of golden records, its header written; it takes lines of CSV.

        Several values of one field are joined by ` | `, best first.
        """
        encoding = "utf-8-sig" if self.for_excel else "utf-8"
        with _opened(self.path, encoding) as file:
            csv.writer(file).writerow(("golden_id", "entity", "records", *COLUMNS))
            yield file


def write_links(path: Path, links: Iterator[tuple[str, str, float]]) -> None:
    """One row per row of the input, in its order: its id, its golden id, its probability."""
    with _opened(path) as file:
        writer = csv.writer(file)
        writer.writerow(("record_id", "golden_id", "match_probability"))
        while piece := list(islice(links, _LINES_AT_ONCE)):
            if _QUOTED.search("".join([record_id for record_id, _, _ in piece])):
                writer.writerows(piece)
            else:
                file.write("".join([f"{a},{b},{chance!r}\r\n" for a, b, chance in piece]))


def shown(value: Any) -> str:
    """A golden value in one cell."""
    match value:
        case tuple():
            return " | ".join(map(shown, value))
        case Address():
            return " ".join(part for part in (value.postal_code, value.one_line()) if part)
        case Identifier():
            return f"{value.scheme}:{value.value}"
        case _:
            return str(value)


@contextmanager
def _opened(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    try:
        with path.open("w", encoding=encoding, newline="", errors="replace") as file:
            yield file
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from None
