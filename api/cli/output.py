"""How commands speak: JSON for programs on stdout, tables for people, faults on stderr."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import orjson
import typer
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

from daifuku.errors import DaifukuError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
LangOption = Annotated[Literal["en", "ja"], typer.Option("--lang", help="Of explanations.")]


def print_json(data: Any) -> None:
    """One JSON document on stdout."""
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    sys.stdout.buffer.write(body + b"\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table; a value that is None shows as a dash."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("–" if value is None else str(value) for value in row))
    out.print(table)


def print_fault(error: DaifukuError, *, as_json: bool) -> None:
    """What went wrong and the next step, on stderr; with `as_json` as JSON on stdout."""
    if as_json:
        print_json({"error": {"kind": error.kind, "message": str(error)}})
    else:
        err.print("[red]✗[/red] ", end="")
        err.print(str(error), markup=False)


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
