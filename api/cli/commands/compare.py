"""`daifuku compare`: do two values mean the same, and why."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.output import JsonFlag, LangOption, print_json, print_table, print_text
from api.dedupe.rows import BadLine
from api.dedupe.table import open_table
from daifuku.errors import UserError
from identity.verdict import Verdict, compare

FIELDS = ("name", "company", "address", "phone", "email", "date", "corp_no", "postal")


def register(root: typer.Typer) -> None:
    """Add `daifuku compare`."""

    @root.command("compare")
    def compare_command(
        field: Annotated[str | None, typer.Argument(help=" | ".join(FIELDS))] = None,
        a: Annotated[str | None, typer.Argument(help="One value.")] = None,
        b: Annotated[str | None, typer.Argument(help="The other.")] = None,
        *,
        pairs: Annotated[
            Path | None,
            typer.Option(help="A CSV with the columns field, a, b: compare each row."),
        ] = None,
        lang: LangOption = "en",
        as_json: JsonFlag = False,
    ) -> None:
        """Compare two values as the hub does: match, differ or maybe, and why."""
        if pairs is not None:
            rows = [_verdict_row(row, lang) for row in _read_pairs(pairs)]
            if as_json:
                print_json({"verdicts": rows})
            else:
                columns = ("field", "a", "b", "result", "why")
                print_table(columns, [[row[name] for name in columns] for row in rows], lang)
            return
        if field is None or a is None or b is None:
            raise UserError("Give a field and two values, or --pairs FILE.csv.")
        row = _verdict_row({"field": field, "a": a, "b": b}, lang)
        if as_json:
            print_json(row)
        else:
            print_text(f"{row['result']}: {row['why']}")


def _verdict_row(row: dict[str, str], lang: str) -> dict[str, Any]:
    if row["field"] not in FIELDS:
        raise _unknown(row["field"])
    verdict: Verdict = compare(row["field"], row["a"], row["b"])
    return {
        "field": row["field"],
        "a": row["a"],
        "b": row["b"],
        "result": verdict.result,
        "why": verdict.why_ja if lang == "ja" else verdict.why,
        "normalised": [verdict.a, verdict.b],
    }


def _read_pairs(path: Path) -> list[dict[str, str]]:
    """The rows of a table in any of the encodings that `daifuku dedupe` reads."""
    names = ("field", "a", "b")
    if not path.is_file():
        raise UserError(f"There is no file {path}.", hint="Check the path.")
    table = open_table(path)
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise UserError(f"{path.name} lacks the columns {', '.join(missing)}.")
    rows = []
    for number, row in enumerate(table.lines(), 1):
        if isinstance(row, BadLine):
            raise UserError(f"Row {number} of {path.name} cannot be read: {row.reason}")
        rows.append({name: str(row.get(name) or "") for name in names})
        if rows[-1]["field"] not in FIELDS:
            raise _unknown(rows[-1]["field"], f" in row {number} of {path.name}")
    return rows


def _unknown(field: str, where: str = "") -> UserError:
    return UserError(
        f"There is no field {field[:40]!r} to compare{where}.", hint=f"One of {', '.join(FIELDS)}."
    )
