"""`daifuku connectors`: what can be connected, and how each is set up."""

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api.cli.output import (
    JsonFlag,
    LangOption,
    print_fault,
    print_json,
    print_table,
    print_text,
)
from connectors import registry
from connectors.builtin.airbyte.connector import install_package
from connectors.outgoing import Outgoing
from connectors.protocol import ConnectorSpec

app = typer.Typer(no_args_is_help=True, help="Connectors: what can be connected, and how.")

Name = Annotated[str, typer.Argument(help="The connector's name.")]
YES: Mapping[str, str] = {"en": "yes", "ja": "あり"}


@app.command("list")
def list_connectors(lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """List the connectors: the built-in ones, and those in the folder DAIFUKU_CONNECTORS."""
    specs, faults = registry.usable()
    if as_json:
        found = [_shown(spec) for spec in specs]
        print_json({"connectors": found, "faults": [str(fault) for fault in faults]})
        return
    print_table(
        ("connector", "kind", "title", "streams", "push"),
        [
            (s.name, s.kind, s.title[lang], _streams(s), YES[lang] if s.pushes else None)
            for s in specs
        ],
        lang,
    )
    for fault in faults:
        print_fault(fault, as_json=False)


@app.command("show")
def show(name: Name, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Show a connector's streams, and each of its settings."""
    spec = registry.spec(name)
    if as_json:
        print_json(_shown(spec))
        return
    print_text(f"{spec.name}  {spec.title[lang]}")
    print_text("")
    print_table(
        ("stream", "key", "changes by", "deletions by"),
        [(s.name, s.primary_key, s.cursor, s.deletes.value) for s in spec.streams],
        lang,
    )
    print_text("")
    print_table(("setting", "default", "meaning"), list(_settings(spec.config)), lang)


@app.command("setup")
def setup(name: Name, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Print how to set a connector up: rights, settings, what is read, errors and their cure."""
    page = registry.setup_page(name, lang)
    if as_json:
        print_json({"name": name, "lang": lang, "page": page})
    else:
        typer.echo(page, nl=False)


@app.command("install")
def install(
    package: Annotated[str, typer.Argument(help="NAME==VERSION of an Airbyte connector.")],
    python: Annotated[str, typer.Option(help="The Python to run it with.")] = sys.executable,
    as_json: JsonFlag = False,
) -> None:
    """Install an Airbyte connector from the package index, in an environment of its own.

    It is run as a program and never imported. What was installed with it is written down beside it.
    """
    done = install_package(package, python=python)
    if as_json:
        print_json({"package": done.package, "settings": done.schema})
        return
    settings = ", ".join(done.schema.get("properties") or {})
    print_text(f"{done.package} is installed. Its settings: {settings}.")
    print_text(f"Next: daifuku source add NAME --connector airbyte --set package={done.package}")


def _streams(spec: ConnectorSpec) -> str:
    return ", ".join(stream.name for stream in spec.streams)


def _settings(config: type[BaseModel]) -> Iterator[tuple[str, str | None, str | None]]:
    own = sorted(config.model_fields.items(), key=lambda item: item[0] in Outgoing.model_fields)
    for name, field in own:
        yield field.alias or name, _default(field), field.description


def _default(field: FieldInfo) -> str | None:
    """The default as it is shown: a dash if there is none, nothing for an empty one."""
    if field.is_required():
        return None
    empty = field.default_factory is not None or field.default in (None, "", ())
    return "" if empty else str(field.default)


def _shown(spec: ConnectorSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "kind": spec.kind,
        "title": dict(spec.title),
        "pushes": spec.pushes,
        "streams": [
            {"name": s.name, "key": s.primary_key, "cursor": s.cursor, "deletes": s.deletes}
            for s in spec.streams
        ],
        "settings": spec.config.model_json_schema(),
    }


def register(root: typer.Typer) -> None:
    """Add `daifuku connectors`."""
    root.add_typer(app, name="connectors")
