"""Readings of names, learned from the hub's own records."""

from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_text
from identity.readings import AT_LEAST
from sync.models import shadow
from sync.models.documents import Origin
from sync.models.readings import learned


def learn_readings(
    at_least: Annotated[
        int, typer.Option(min=1, help="Witnesses of a reading: a source and a whole name each.")
    ] = AT_LEAST,
    as_json: JsonFlag = False,
) -> None:
    """Learn how names in kanji are read, from records with furigana: a version to try and apply."""
    with installation() as hub:
        with hub.store.read() as tx:
            document, table = learned(tx, at_least=at_least)
        new = shadow.add_version(hub.store, document, Origin.TRAINED)
    counts = {"surnames": len(table.families), "given_names": len(table.givens)}
    if as_json:
        print_json({"version": document.version, "new": new, **counts})
        return
    print_text(f"{counts['surnames']} surnames and {counts['given_names']} given names are read.")
    print_text(f"Next: daifuku model try {document.version}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("learn-readings")(learn_readings)
