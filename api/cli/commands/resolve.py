"""`daifuku resolve`: work through the records that await resolution, now."""

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_text, progress
from sync.resolution import resolve_pending


def register(root: typer.Typer) -> None:
    """Add `daifuku resolve`."""

    @root.command("resolve")
    def resolve(as_json: JsonFlag = False) -> None:
        """Resolve every pending record into golden records. Workers do this by themselves."""
        with installation() as hub, progress() as bar:
            task = bar.add_task("resolving", total=None)
            done = resolve_pending(
                hub.store,
                progress=lambda n, of: bar.update(task, completed=n, total=of),
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
