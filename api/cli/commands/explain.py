"""`daifuku explain`: why two records, or two golden records, are one or two."""

from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, LangOption, print_json, print_text
from api.read.why import why

Named = Annotated[str, typer.Argument(help="A golden record's id, or a record: source/stream/id.")]


def register(root: typer.Typer) -> None:
    """Add `daifuku explain`."""

    @root.command("explain")
    def explain(a: Named, b: Named, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
        """Say why two records or golden records are one, or why they are two."""
        with installation() as hub, hub.store.read() as tx:
            said = why(tx, a, b, lang)
        if as_json:
            print_json(said)
            return
        for line in said["text"]:
            print_text(line)
        for line in said["pair"]["text"]:
            print_text(f"  {line}")
