"""What another version would change; putting it in force; the way back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.context import Context, installation
from api.cli.output import JsonFlag, print_json, print_table, print_text, progress, shown
from api.read import models as read
from daifuku.errors import UserError
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.shadows import StoredShadow
from sync.models import shadow
from sync.models.changes import Fate
from sync.models.documents import Document, Kind, read_file
from sync.models.rebuild import Progress

Limit = Annotated[int, typer.Option(help="How many golden records to list.", min=0, max=1000)]
After = Annotated[int, typer.Option(help="List those past this position.", min=-1)]
Only = Annotated[Fate | None, typer.Option("--only", help="List those of one fate.")]
ShadowId = Annotated[str, typer.Argument(help="The id that a try printed.")]
Tried = Annotated[str, typer.Argument(help="A file, or a version, stored or shipped.")]


def try_model(name: Tried, limit: Limit = 20, as_json: JsonFlag = False) -> None:
    """Name every golden record that would merge, split or change. Nothing changes."""
    with installation() as hub, followed() as follow:
        with hub.store.read() as tx:
            document = named_document(tx, name)
        run = shadow.try_version(hub.store, document, follow)
        page = _page(hub, run.id, limit=limit)
    _report(run, page, as_json=as_json)


def changes(
    shadow_id: ShadowId,
    after: After = -1,
    limit: Limit = 100,
    only: Only = None,
    as_json: JsonFlag = False,
) -> None:
    """List what a try named, a page at a time."""
    with installation() as hub:
        with hub.store.read() as tx:
            run = shadow.find(tx, shadow_id)
        page = _page(hub, shadow_id, after=after, limit=limit, only=only)
    _report(run, page, as_json=as_json)


def apply(shadow_id: ShadowId, as_json: JsonFlag = False) -> None:
    """Put what was tried in force: exactly the changes it named happen, at once."""
    with installation() as hub, followed() as follow:
        run = shadow.apply(hub.store, shadow_id, follow)
    if as_json:
        print_json(read.shadow_json(run))
    else:
        print_text(f"{run.version} is in force. Back again: daifuku model rollback {run.kind}")


def rollback(
    kind: Annotated[Kind, typer.Argument(help="Which of the three.")] = Kind.PERSON,
    as_json: JsonFlag = False,
) -> None:
    """Put the version before the one in force back, with the golden ids and values of then."""
    with installation() as hub, followed() as follow:
        version, counts = shadow.rollback(hub.store, kind, follow)
    if as_json:
        print_json({"kind": kind, "version": version, "changes": counts})
    else:
        print_text(f"{version} is in force again: {_counted(counts)}.")


def try_rules(
    file: Annotated[Path, typer.Argument(help="Survivorship rules, YAML.")],
    limit: Limit = 20,
    as_json: JsonFlag = False,
) -> None:
    """Name every golden record whose values other survivorship rules would change."""
    document = read_file(file)
    if document.kind is not Kind.SURVIVORSHIP:
        raise UserError(f"{file} is a match model.", hint=f"Run: daifuku model try {file}")
    try_model(str(file), limit, as_json)


@contextmanager
def followed() -> Iterator[Progress]:
    """Progress on a terminal."""
    with progress() as bar:
        task = bar.add_task("preparing", total=None)

        def follow(what: str, done: int, of: int | None) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield follow


def named_document(tx: Transaction, name: str) -> Document:
    """The document in a file, or of a version.

    Raises:
        ModelError: what is wrong with the file.
        NotFoundError: there is neither.
    """
    return read_file(Path(name)) if Path(name).is_file() else read.document(tx, name)


def _page(
    hub: Context, shadow_id: str, *, after: int = -1, limit: int, only: Fate | None = None
) -> list[dict[str, Any]]:
    with hub.store.read() as tx:
        return read.changes_json(tx, shadow_id, after, limit, only)


def _report(run: StoredShadow, page: list[dict[str, Any]], *, as_json: bool) -> None:
    said = read.shadow_json(run)
    if as_json:
        print_json({**said, "profiles": page})
        return
    print_text(f"{run.version} instead of {run.base}: {_counted(said['changes'])}.")
    if page:
        rows = [(row["position"], row["profile"], row["fate"], _told(row)) for row in page]
        print_table(("no", "golden record", "fate", "what"), rows)
    total = sum(said["changes"][fate.value] for fate in Fate)
    if total > len(page):
        print_text(f"{len(page)} of {total}. All: daifuku model changes {run.id}")
    if run.state == "open":
        print_text(f"Do it: daifuku model apply {run.id}")


def _counted(counts: dict[str, int]) -> str:
    return (
        f"{counts['merge']} golden records end in others, {counts['split']} are split, "
        f"{counts['new']} begin, {counts['change']} others change"
    )


def _told(row: dict[str, Any]) -> str:
    others = ", ".join(row["others"])
    verb = {"merge": "into", "split": "loses records to", "new": "from", "change": "gains from"}
    parts = [f"{verb[row['fate']]} {others}"] if others else []
    parts += [
        f"{name}: {shown(value['before']) if value['before'] else '–'}"
        f" → {shown(value['after']) if value['after'] else '–'}".replace("\n", ", ")
        for name, value in row["fields"].items()
    ]
    return "; ".join(parts)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("try")(try_model)
    app.command("changes")(changes)
    app.command("apply")(apply)
    app.command("rollback")(rollback)
