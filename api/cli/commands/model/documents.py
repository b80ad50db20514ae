"""Model documents: checked, added, listed, shown in words."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, LangOption, err, print_json, print_table, print_text
from api.read import models as read
from daifuku.errors import ModelError
from identity.model.document import parse_document, read_text
from identity.model.load import load_model
from sync.models import shadow
from sync.models.documents import read_file

File = Annotated[Path, typer.Argument(help="A match model or survivorship rules, YAML.")]
Name = Annotated[
    str, typer.Argument(help="A version, or person, organization or survivorship: that in force.")
]


def check(file: File, as_json: JsonFlag = False) -> None:
    """Say what is wrong with a document: file, line and field. Exit status 1 if anything is."""
    try:
        kind, version = _checked(file)
    except ModelError as error:
        if as_json:
            print_json({"version": None, "faults": [str(error)]})
        else:
            err.print(str(error), markup=False)
        raise typer.Exit(1) from None
    if as_json:
        print_json({"version": version, "faults": []})
    else:
        print_text(f"{file} is valid: {kind} {version}")


def _checked(file: Path) -> tuple[str, str]:
    """The kind and the version of a document, which may be a model of a table too."""
    if parse_document(read_text(file), str(file)).get("columns") is not None:
        return "a model of a table,", load_model(file).version
    found = read_file(file)
    return found.kind, found.version


def add(file: File, as_json: JsonFlag = False) -> None:
    """Store a document under its version. What is in force stays in force."""
    document = read_file(file)
    with installation() as hub:
        new = shadow.add_version(hub.store, document)
    if as_json:
        print_json({"kind": document.kind, "version": document.version, "new": new})
    else:
        print_text(f"{document.version} is {'stored' if new else 'there already'}.")
        print_text(f"Next: daifuku model try {document.version}")


def list_versions(as_json: JsonFlag = False) -> None:
    """List the versions, and which of each kind is in force."""
    with installation() as hub, hub.store.read() as tx:
        in_force, versions = read.standing(tx), read.versions(tx)
    if as_json:
        print_json({"in_force": in_force, "versions": versions})
        return
    rows = [
        (
            row["kind"],
            row["version"],
            row["origin"],
            row["added_at"] and row["added_at"].date(),
            "in force" if row["version"] == in_force[row["kind"]] else "",
        )
        for row in versions
    ]
    print_table(("kind", "version", "origin", "added", "state"), rows)


def show(name: Name, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Show a version in words: each comparison, blocking rule and field as a sentence."""
    with installation() as hub, hub.store.read() as tx:
        document = read.document(tx, name)
    if as_json:
        print_json(read.document_json(document, lang))
        return
    print_text(f"{document.kind} {document.version}", style="bold")
    for line in read.words(document, lang):
        print_text(f"  {line}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check")(check)
    app.command("add")(add)
    app.command("list")(list_versions)
    app.command("show")(show)
