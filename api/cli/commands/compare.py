"""`daifuku compare`: do two values mean the same, and why."""

import csv
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.output import JsonFlag, LangOption, print_json, print_table, print_text
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
        raise UserError(
            f"There is no field {row['field']!r} to compare.", hint=f"One of {', '.join(FIELDS)}."
        )
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
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {type(error).__name__}.") from None
    missing = {"field", "a", "b"} - set(rows[0] if rows else ())
    if missing:
        raise UserError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
    return rows
