"""Writes golden records and links as CSV."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


def write_links(path: Path, links: Iterable[tuple[str, str, float]]) -> None:
    """One row per row of the input, in its order: its id, its golden id, its probability."""
    with _opened(path) as file:
        writer = csv.writer(file)
        writer.writerow(("record_id", "golden_id", "match_probability"))
        writer.writerows(links)


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
