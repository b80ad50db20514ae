"""`daifuku notify`, `daifuku incidents`: who is told when a source needs somebody, and of what."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, LangOption, print_json, print_table, print_text
from daifuku.errors import NotFoundError
from daifuku.storage.repositories import notices
from sync.notices.deliver import send_test
from sync.notices.targets import add_target, shown_address

app = typer.Typer(
    no_args_is_help=True, help="Who is told when a source fails, recovers or goes stale."
)

Name = Annotated[str, typer.Argument(help="The target's name.")]


@app.command("add")
def add(
    name: Name,
    address: Annotated[str, typer.Argument(help="A mail address, or the URL of a webhook.")],
    *,
    lang: LangOption = "en",
    secret: Annotated[
        str | None,
        typer.Option(help="Signs what a webhook is sent (Standard Webhooks).", envvar="SECRET"),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="The webhook is in an inner network.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Have notices sent to an address from now on."""
    with installation() as hub, hub.store.write() as tx:
        target = add_target(
            tx,
            hub.box,
            name,
            address,
            language=lang,
            secret=secret,
            allow_private=allow_private,
        )
    if as_json:
        print_json({"name": target.name, "kind": target.kind, "language": target.language})
    else:
        print_text(f"Notices go to {name}. Try it: daifuku notify test {name}")


@app.command("list")
def list_targets(as_json: JsonFlag = False) -> None:
    """List who is told."""
    with installation() as hub, hub.store.read() as tx:
        found = [
            {
                "name": target.name,
                "kind": target.kind,
                "address": shown_address(hub.box, target),
                "language": target.language,
            }
            for target in notices.targets(tx)
        ]
    if as_json:
        print_json({"targets": found})
    elif found:
        print_table(["name", "kind", "address", "language"], [list(one.values()) for one in found])
    else:
        print_text("Nobody is told yet: daifuku notify add NAME ADDRESS")


@app.command("test")
def try_out(name: Name, as_json: JsonFlag = False) -> None:
    """Send a target a notice to try it out."""
    with installation() as hub:
        with hub.store.read() as tx:
            target = notices.get_target(tx, name)
        send_test(hub.box, hub.settings, target)
    if as_json:
        print_json({"sent": name})
    else:
        print_text(f"A test notice is sent to {name}.")


@app.command("remove")
def remove(name: Name, as_json: JsonFlag = False) -> None:
    """Send a target nothing any more."""
    with installation() as hub, hub.store.write() as tx:
        if not notices.remove_target(tx, name):
            hint = "`daifuku notify list` shows them."
            raise NotFoundError(f"No notices go to a target named {name!r}.", hint=hint)
    if as_json:
        print_json({"removed": name})
    else:
        print_text(f"Notices go to {name} no more.")


def register(root: typer.Typer) -> None:
    """Add `daifuku notify` and `daifuku incidents`."""
    root.add_typer(app, name="notify")

    @root.command("incidents")
    def incidents(
        everything: Annotated[
            bool, typer.Option("--all", help="Those that are over, too.")
        ] = False,
        as_json: JsonFlag = False,
    ) -> None:
        """What is amiss with sources now, and since when."""
        with installation() as hub, hub.store.read() as tx:
            found = notices.incidents(tx, lasting=not everything)
        if as_json:
            print_json({"incidents": found})
        elif found:
            columns = ["source", "what", "since", "until", "details"]
            rows = [
                [one.source, one.kind, _shown(one.opened_at), _shown(one.closed_at), one.message]
                for one in found
            ]
            print_table(columns, rows)
        else:
            print_text("Nothing is amiss.")


def _shown(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else None
