"""How commands speak: JSON for programs on stdout, tables for people, faults on stderr."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any, Literal

import orjson
import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from api.cli.headings import Language, word
from daifuku.errors import DaifukuError
from daifuku.logs import redactor
from daifuku.records import Address, Consent, Identifier

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

WIDE = 100_000
"""Columns of output that is no terminal: a row stays a line, for grep and the like."""

_COMMANDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
LangOption = Annotated[Language, typer.Option("--lang", help="Language of the text.")]


def print_json(data: Any) -> None:
    """One JSON document on stdout."""
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    sys.stdout.buffer.write(body + b"\n")
    sys.stdout.flush()


def print_text(text: str, style: str = "") -> None:
    """A line as it is: what looks like markup is none, and nothing in it commands a terminal."""
    out.print(Text(_printable(text)), style=style)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], lang: Language = "en"
) -> None:
    """A plain table, its headings in the language, numbers to the right; None shows as a dash."""
    held = [list(row) for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        kinds = {type(row[number]) for row in held}
        counts = int in kinds and kinds <= {int, type(None)}
        justify: Literal["left", "right"] = "right" if counts else "left"
        table.add_column(word(column, lang), overflow="fold", no_wrap=counts, justify=justify)
    for row in held:
        table.add_row(*("–" if value is None else Text(_printable(str(value))) for value in row))
    console = out if out.is_terminal else Console(highlight=False, width=WIDE)
    console.print(table)


def print_fields(fields: Mapping[str, Any], *, indent: int) -> None:
    """One line for each field, and one for each further value, the values below each other."""
    width = max(map(cell_len, fields), default=0)
    for name, value in fields.items():
        label = set_cell_size(name, width)
        for text in shown(value).split("\n"):
            print_text(f"{' ' * indent}{label}  {text}")
            label = " " * width


def shown(value: Any) -> str:
    """A value of a record for people: a line for each item of a list."""
    if isinstance(value, list | tuple):
        return "\n".join(map(shown, value))
    if isinstance(value, Mapping):
        # JSON that was stored sorted by name has lost the order in which a value is read.
        names = sorted(
            value, key=lambda name: _PARTS.index(name) if name in _PARTS else len(_PARTS)
        )
        parts = (value[name] for name in names if value[name] not in ("", None))
        return str(value.get("text") or " ".join(map(str, parts)))
    return str(value)


_PARTS = tuple(part.name for kind in (Address, Identifier, Consent) for part in fields(kind))


def key_text(key: Mapping[str, str]) -> str:
    """A record's key as people write it: `source/stream/id`, or with its part after `#`."""
    part = f"#{key['part']}" if "part" in key else ""
    return f"{key['source']}/{key['stream']}/{key['external_id']}{part}"


def print_fault(error: DaifukuError, *, as_json: bool) -> None:
    """What went wrong and the next step, on stderr; with `as_json` as JSON on stdout."""
    if as_json:
        print_json({"error": {"kind": error.kind, "message": redactor.text(str(error))}})
    else:
        err.print("[red]✗[/red] ", end="")
        err.print(Text(_printable(redactor.text(str(error)))))


def print_trace(text: str) -> None:
    """A traceback on stderr, without the secrets in it."""
    err.print(Text(redactor.text(text)))


def progress() -> Progress:
    """A progress display on stderr, so that stdout stays clean for data."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


def _printable(text: str) -> str:
    """The text without the characters by which data could drive a terminal or reorder a line."""
    return _COMMANDING.sub("\ufffd", text)
