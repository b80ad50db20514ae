"""`daifuku review`: the questions that wait for a steward."""

from typing import Annotated

import typer

from api.cli.commands.steward import By, Preview, Reason, order, print_answer
from api.cli.context import installation
from api.cli.headings import headings
from api.cli.output import JsonFlag, LangOption, print_fields, print_json, print_table, print_text
from api.read.stewardship import review_json, task_json
from daifuku.records import Entity, ReviewKind, ReviewState, Verdict
from daifuku.storage.repositories.resolution import reviews
from sync import stewardship

app = typer.Typer(no_args_is_help=True, help="Review tasks.")

TaskId = Annotated[str, typer.Argument(help="The id of a review task.")]


@app.command("list")
def list_tasks(
    state: Annotated[ReviewState, typer.Option(help="Which ones.")] = ReviewState.OPEN,
    kind: Annotated[ReviewKind | None, typer.Option(help="Of one kind.")] = None,
    entity: Annotated[Entity | None, typer.Option(help="On persons or organisations.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 50,
    lang: LangOption = "en",
    *,
    as_json: JsonFlag = False,
) -> None:
    """List review tasks: first what one answer settles most of."""
    with installation() as hub, hub.store.read() as tx:
        found = reviews.page(tx, state=state, kind=kind, entity=entity, limit=limit)
        counts = reviews.counts(tx, kind)
    told = [task_json(task, lang) for task in found]
    if as_json:
        print_json({"counts": counts, "reviews": told})
        return
    rows = [
        (one["id"], f"{one['priority']:.2f}", " ".join(one["profiles"]), one["question"])
        for one in told
    ]
    print_table(headings(("review", "priority", "golden records", "question"), lang), rows)


@app.command("show")
def show(task_id: TaskId, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Show both sides of a review task, what speaks for and against, and what a merge gives."""
    with installation() as hub:
        told = review_json(hub.store, task_id, lang)
    if as_json:
        print_json(told)
        return
    print_text(f"{told['id']}  {told['question']}", style="bold")
    if told["because"]:
        print_text(f"{told['state']}: {told['because']}")
    for side in told["sides"]:
        print_text(f"{side['id']}  {len(side['records'])}", style="bold")
        print_fields(side.get("fields", {}), indent=2)
    for pair in told["pairs"]:
        for line in pair["text"]:
            print_text(line)
    merge = told["merge"] or {}
    for line in merge.get("text", [merge["refused"]] if "refused" in merge else []):
        print_text(line)


@app.command("decide")
def decide(
    task_id: TaskId,
    verdict: Annotated[Verdict, typer.Argument(help="The answer.")],
    reason: Reason = "",
    by: By = "",
    *,
    preview: Preview = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Answer a review task: it is closed and the decision taken at once."""
    with installation() as hub:
        done = stewardship.answer_task(
            hub.store, task_id, verdict, order(by, reason), preview=preview
        )
    print_answer(done, lang, as_json=as_json)


def register(root: typer.Typer) -> None:
    """Add `daifuku review`."""
    root.add_typer(app, name="review")
