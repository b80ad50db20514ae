"""The demo's result for people: receipts, figures, three records before and after.

Everything fits a terminal of 80 columns: longer values are folded, none is cut.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.result import Result
from demo.world.sources.catalogue import COMPANY

Words = Mapping[str, str]
_FETCHED = "fetched"
_LANDED = ("new", "changed", "unchanged", "rejected", "suppressed")
_RESOLVED = ("linked", "created", "held")
_SAID = ("name", "kana", "born", "email", "phone", "address", "identifier")


def print_report(console: Console, found: Result, say: Words) -> None:
    """Everything the demo has to show but the API's address."""
    console.rule(say["title"].format(company=COMPANY, seed=found["seed"]))
    for example in found["examples"]:
        console.print(_before(example, say), _after(example, say))
    console.print(_receipts(found["receipts"], say), _figures(found, say))
    console.print(say["note"].format(**found), highlight=False)


def print_api(console: Console, say: Words, *, url: str, key: str, sample: str, home: str) -> None:
    """Where the API is, a key that opens it and a call to try, `sample` being a path."""
    lines = (
        "",
        say["api"].format(url=url),
        say["key"].format(key=key),
        say["try"],
        f"  curl -sH 'Authorization: Bearer {key}' '{url}{sample}'",
        say["stop"].format(home=home),
    )
    for line in lines:
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _before(example: Mapping[str, Any], say: Words) -> Table:
    rows = example["before"]
    table = _table(say["before"].format(count=len(rows)))
    table.add_column(say["record"], no_wrap=True)
    table.add_column(say["said"], overflow="fold")
    for row in rows:
        said = "  ".join(row[name] for name in _SAID if row[name])
        _add(table, [row["record"], said])
    return table


def _after(example: Mapping[str, Any], say: Words) -> Table:
    table = _table(say["after"].format(id=example["id"]))
    table.add_column(say["field"], no_wrap=True)
    table.add_column(say["value"], overflow="fold")
    table.add_column(say["from"], no_wrap=True)
    table.add_column(say["rule"], overflow="fold")
    for line in example["after"]:
        _add(table, [line["field"], line["value"], line["source"], line["rule"]])
    return table


def _receipts(receipts: Mapping[str, Mapping[str, int]], say: Words) -> Table:
    """A line for each counter and a column for each source, so that large numbers fit too."""
    table = _table(say["receipts"])
    table.add_column("", no_wrap=True)
    for source in (*receipts, say["total"]):
        table.add_column(source, justify="right", no_wrap=True)
    for name in (_FETCHED, *_LANDED, *_RESOLVED):
        counts = [receipt[name] for receipt in receipts.values()]
        title = say[name] if name == _FETCHED else f"  {say[name]}"
        ends = name in (_LANDED[-1], _RESOLVED[-1])
        _add(table, [title, *(f"{count:,}" for count in (*counts, sum(counts)))], ends=ends)
    return table


def _figures(found: Result, say: Words) -> Table:
    table = _table(say["figures"])
    table.add_column(say["entity"], no_wrap=True)
    for name in ("golden", "precision", "recall", "bcubed"):
        table.add_column(say[name], justify="right", no_wrap=True)
    for entity, figures in (*found["by_entity"].items(), ("both", found)):
        shares = (f"{figures[name]:.4f}" for name in ("precision", "recall", "bcubed_f1"))
        _add(table, [say[entity], f"{figures['golden_records']:,}", *shares])
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, collapse_padding=True)


def _add(table: Table, cells: Iterable[str], *, ends: bool = False) -> None:
    """Add a row of texts as they are: what looks like markup in a customer's data is data."""
    table.add_row(*map(Text, cells), end_section=ends)
