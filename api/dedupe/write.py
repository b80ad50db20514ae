"""Writes golden records and links as CSV."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from api.dedupe.run import Golden, RowLink
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


def write_goldens(path: Path, goldens: Iterable[Golden], *, for_excel: bool = False) -> None:
    """One row per golden record; several values of one field are joined by ` | `, best first.

    `for_excel` puts the mark in front by which Excel knows UTF-8 and shows Japanese right.
    """
    rows = (
        [g.id, g.entity.value, len(g.members)]
        + [_shown(g.fields[name].value) if name in g.fields else "" for name in COLUMNS]
        for g in goldens
    )
    encoding = "utf-8-sig" if for_excel else "utf-8"
    _write(path, ("golden_id", "entity", "records", *COLUMNS), rows, encoding)


def write_links(path: Path, links: Iterable[RowLink]) -> None:
    """One row per row of the input, in its order."""
    rows = ([link.record_id, link.golden_id, link.probability] for link in links)
    _write(path, ("record_id", "golden_id", "match_probability"), rows)


def _shown(value: Any) -> str:
    match value:
        case tuple():
            return " | ".join(map(_shown, value))
        case Address():
            return " ".join(part for part in (value.postal_code, value.one_line()) if part)
        case Identifier():
            return f"{value.scheme}:{value.value}"
        case _:
            return str(value)


def _write(
    path: Path,
    columns: Iterable[str],
    rows: Iterable[Iterable[object]],
    encoding: str = "utf-8",
) -> None:
    try:
        with path.open("w", encoding=encoding, newline="", errors="replace") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from None
