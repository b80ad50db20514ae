"""`daifuku mapping`: check a mapping file, show a source's, or have one suggested for a table."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.config import read_text
from api.cli.context import installation
from api.cli.output import JsonFlag, err, print_json, print_text
from api.dedupe.table import open_table
from connectors.registry import mapping_text
from daifuku.errors import UserError
from daifuku.storage.repositories import sources
from mapping.loader import check_mapping
from mapping.suggest import SuggestedMapping, suggest

SAMPLES = 200

app = typer.Typer(no_args_is_help=True, help="Mappings of sources onto the canonical model.")


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A mapping in YAML.")], as_json: JsonFlag = False
) -> None:
    """Say what is wrong with a mapping: file, line and field. Exit status 1 if anything is."""
    faults = check_mapping(read_text(file), where=str(file))
    if as_json:
        print_json({"faults": [str(fault) for fault in faults]})
    else:
        for fault in faults:
            err.print(str(fault), markup=False)
        if not faults:
            print_text(f"{file} is a valid mapping.")
    if faults:
        raise typer.Exit(1)


@app.command("show")
def show(
    source: Annotated[str, typer.Argument(help="The source's name.")], as_json: JsonFlag = False
) -> None:
    """Print the mapping of a source, to be mended: daifuku source change NAME --mapping FILE."""
    with installation() as hub, hub.store.read() as tx:
        row = sources.get(tx, source)
    text = mapping_text(row.connector) if row.mapping is None else row.mapping
    if as_json:
        origin = "built-in" if row.mapping is None else "own"
        print_json({"source": source, "origin": origin, "mapping": text})
    else:
        typer.echo(text, nl=False)


@app.command("suggest")
def suggest_command(
    file: Annotated[Path, typer.Argument(help="CSV, JSONL, Excel or Parquet.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write it there; never over a file.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Suggest a mapping for a table of customers, with the reason for each column as a comment.

    Columns are recognised by their names in Japanese and English, then by their values. Connect
    the file with it: daifuku source add NAME --connector file --set path=FILE --mapping OUT.yaml
    """
    table = open_table(file)
    suggestion = suggest(table.columns, table.sample(SAMPLES))
    text = suggestion.to_yaml()
    if output is not None:
        _write_new(output, text)
    if as_json:
        print_json(_suggestion_json(suggestion, text, output))
    elif output is None:
        typer.echo(text, nl=False)
    else:
        print_text(f"{output} maps {_mapped(suggestion)} of {len(table.columns)} columns.")


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UserError(
            f"{path} is there already and may hold work.", hint="Name another file, or remove it."
        ) from None
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from None


def _mapped(suggestion: SuggestedMapping) -> int:
    return sum(guess.target not in ("ignore", "record_id") for guess in suggestion.columns)


def _suggestion_json(
    suggestion: SuggestedMapping, text: str, output: Path | None
) -> dict[str, object]:
    return {
        "entity": suggestion.entity,
        "id_column": suggestion.id_column,
        "columns": [
            {"column": g.column, "target": g.target, "confidence": g.confidence, "why": g.why}
            for g in suggestion.columns
        ],
        "mapping": text,
        "output": str(output) if output else None,
    }


def register(root: typer.Typer) -> None:
    """Add `daifuku mapping`."""
    root.add_typer(app, name="mapping")
