"""`daifuku dedupe`: golden records from any table of customers, with no set-up."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import JsonFlag, LangOption, err, print_json, print_text
from api.cli.stages import stages
from api.dedupe.rows import SAMPLES, Plan, names_every_row, plan_table
from api.dedupe.run import Deduped, dedupe
from api.dedupe.table import open_table
from api.dedupe.write import Output
from api.read.steward_words import Language
from api.read.table_words import DEDUPED, reason_words
from daifuku.errors import UserError
from identity.model.load import load_model
from identity.model.types import Model

MOST_SHOWN, MOST_TOLD = 5, 100
"""Rows that stand alone which are named on the screen, and in JSON."""


def register(root: typer.Typer) -> None:
    """Add `daifuku dedupe`."""

    @root.command("dedupe")
    def dedupe_command(
        file: Annotated[Path, typer.Argument(help="CSV, JSONL, Excel or Parquet.")],
        output: Annotated[Path, typer.Option("-o", "--output", help="Golden records, CSV.")],
        *,
        links: Annotated[Path | None, typer.Option(help="Which row is in which, CSV.")] = None,
        id_column: Annotated[
            str | None, typer.Option("--id", help="The column that names a row.")
        ] = None,
        source_column: Annotated[
            str | None, typer.Option("--source", help="The column that names a row's source.")
        ] = None,
        column: Annotated[
            list[str] | None,
            typer.Option(help="COLUMN=FIELD, e.g. 備考=ignore: overrides what was recognised."),
        ] = None,
        model: Annotated[
            Path | None, typer.Option(help="A match model over the table's own columns, YAML.")
        ] = None,
        train: Annotated[
            bool, typer.Option("--train", help="Learn the model's numbers anew from the table.")
        ] = False,
        excel: Annotated[
            bool, typer.Option(help="Mark the golden records' file so that Excel reads it right.")
        ] = False,
        lang: LangOption = "en",
        as_json: JsonFlag = False,
    ) -> None:
        """Find who is who in a table and write one row per person and organisation.

        Columns are recognised by their names in Japanese and English, then by their values.
        """
        table = open_table(file)
        plan = plan_table(
            table.columns,
            table.sample(SAMPLES),
            source=file.stem,
            id_column=id_column,
            source_column=source_column,
            overrides=_overrides(column or ()),
            is_id=lambda column: names_every_row(column, source_column, table.lines()),
        )
        own = _table_model(model) if model else None
        if not as_json:
            _print_plan(plan, lang)
        with stages() as on_progress:
            done = dedupe(
                plan,
                table.cells,
                Output(output, excel),
                links=links,
                model=own,
                train=train,
                on_progress=on_progress,
            )
        _report(done, output, links, lang, as_json=as_json)


def _table_model(path: Path) -> Model:
    found = load_model(path)
    if not found.columns:
        raise UserError(
            f"The model {path.name!r} names no columns.",
            hint="docs/models.md says how to write a model over the columns of a table.",
        )
    return found


def _overrides(words: list[str] | tuple[str, ...]) -> dict[str, str]:
    pairs = [word.rpartition("=") for word in words]
    if not all(column and equals for column, equals, _ in pairs):
        raise UserError(
            "--column is written COLUMN=FIELD.", hint="For example --column 備考=ignore"
        )
    return {column: target for column, _, target in pairs}


def _print_plan(plan: Plan, lang: Language) -> None:
    """Which column was taken for what, on stderr, so that a wrong guess is seen at once."""
    for guess in plan.suggestion.columns:
        why = reason_words(guess.why, lang)
        err.print(f"  {guess.column} → {guess.target}  ({why})", markup=False, style="dim")


def _report(
    done: Deduped, output: Path, links: Path | None, lang: Language, *, as_json: bool
) -> None:
    if as_json:
        print_json(
            {
                "rows": done.rows,
                "golden_records": done.goldens,
                "possible_matches": done.possible,
                "unreadable": len(done.rejected),
                "rejected": [
                    {"record_id": row, "reason": why}
                    for row, why in islice(done.rejected.items(), MOST_TOLD)
                ],
                "output": str(output),
                "links": str(links) if links else None,
            }
        )
        return
    words = DEDUPED[lang]
    print_text(words["rows"].format(rows=done.rows, goldens=done.goldens, output=output))
    print_text(words["possible"].format(count=done.possible))
    if done.rejected:
        print_text(words["rejected"].format(count=len(done.rejected)))
        for row, why in islice(done.rejected.items(), MOST_SHOWN):
            print_text(f"  {row}: {why}")
        if len(done.rejected) > MOST_SHOWN:
            print_text("  ...")
