"""`daifuku mapping`: check a mapping file, or have one suggested for a table."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import JsonFlag, err, out, print_json
from daifuku.errors import UserError
from mapping.loader import check_mapping

app = typer.Typer(no_args_is_help=True, help="Mappings of sources onto the canonical model.")


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A mapping in YAML.")], as_json: JsonFlag = False
) -> None:
    """Say what is wrong with a mapping: file, line and field. Exit status 1 if anything is."""

    faults = check_mapping(_text(file), where=str(file))
    if as_json:
        print_json({"faults": [str(fault) for fault in faults]})
    else:
        for fault in faults:
            err.print(str(fault), markup=False)
        if not faults:
            out.print(f"{file} is a valid mapping.", markup=False)
    if faults:
        raise typer.Exit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read: {type(error).__name__}.") from None
