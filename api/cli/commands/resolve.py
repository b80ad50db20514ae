"""`daifuku resolve`: work through the records that await resolution, now."""

from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_text, progress
from sync.models.anew import describe_anew, resolve_due


def register(root: typer.Typer) -> None:
    """Add `daifuku resolve`."""

    @root.command("resolve")
    def resolve(
        anew: Annotated[
            bool, typer.Option("--anew", help="Normalise and compare all other records again, too.")
        ] = False,
        as_json: JsonFlag = False,
    ) -> None:
        """Resolve every pending record into golden records. Workers do this by themselves."""
        with installation() as hub, progress() as bar:
            task = bar.add_task("resolving", total=None)

            def follow(what: str, done: int, of: int | None) -> None:
                bar.update(task, description=what, completed=done, total=of)

            if anew:
                describe_anew(hub.store, follow, always=True)
            done = resolve_due(
                hub.store,
                progress=lambda n, of: follow("resolving", n, of),
                describing=follow,
            )
        receipt = done.receipt
        if as_json:
            print_json(
                {
                    "resolved": done.resolved,
                    "linked": receipt.linked,
                    "created": receipt.created,
                    "held": receipt.held,
                }
            )
        else:
            print_text(
                f"{done.resolved} records resolved: {receipt.linked} linked, "
                f"{receipt.created} created, {receipt.held} held for review."
            )
