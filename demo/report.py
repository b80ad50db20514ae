"""The demo's result for people: receipts, figures, three records before and after."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from demo.result import Result
from demo.world.sources.catalogue import COMPANY

Words = Mapping[str, str]
_RECEIPT = (
    "fetched",
    "new",
    "changed",
    "unchanged",
    "rejected",
    "suppressed",
    "linked",
    "created",
    "held",
)
_COLUMNS = ("record", "name", "kana", "born", "email", "phone", "address", "identifier")


def print_report(console: Console, found: Result, say: Words) -> None:
    """Everything the demo has to show but the API's address."""
    console.rule(say["title"].format(company=COMPANY, seed=found["seed"]))
    for example in found["examples"]:
        _print_example(console, example, say)
    console.print(_receipts(found, say))
    console.print(_figures(found, say))
    console.print(say["note"].format(**found))


def print_api(console: Console, say: Words, *, url: str, key: str, sample: str, home: str) -> None:
    """Where the API is, a key that opens it and a call to try, `sample` being a path."""
    console.print()
    console.print(say["api"].format(url=url))
    console.print(say["key"].format(key=key))
    console.print(say["try"])
    call = f"curl -sH 'Authorization: Bearer {key}' '{url}{sample}'"
    console.print(f"  {call}", soft_wrap=True, markup=False, highlight=False)
    console.print(say["stop"].format(home=home))


def _receipts(found: Result, say: Words) -> Table:
    table = Table(say["source"], *_RECEIPT, title=say["receipts"], title_justify="left")
    for source, receipt in found["receipts"].items():
        table.add_row(source, *(str(receipt[name]) for name in _RECEIPT))
    return table


def _figures(found: Result, say: Words) -> Table:
    titles = (say[name] for name in ("entity", "golden", "precision", "recall", "bcubed"))
    table = Table(*titles, title=say["figures"], title_justify="left")
    for entity, figures in (*found["by_entity"].items(), ("both", found)):
        shares = (f"{figures[name]:.4f}" for name in ("precision", "recall", "bcubed_f1"))
        table.add_row(say[entity], str(figures["golden_records"]), *shares)
    return table


def _print_example(console: Console, example: Mapping[str, Any], say: Words) -> None:
    rows = example["before"]
    used = [name for name in _COLUMNS if any(row[name] for row in rows)]
    before = Table(
        *(say[name] for name in used),
        title=say["before"].format(count=len(rows)),
        title_justify="left",
    )
    for row in rows:
        before.add_row(*(row[name] for name in used))
    after = Table(
        *(say[name] for name in ("field", "value", "from", "rule")),
        title=say["after"].format(id=example["id"]),
        title_justify="left",
    )
    for line in example["after"]:
        after.add_row(line["field"], line["value"], line["source"], line["rule"])
    console.print(before, after)
