"""`daifuku review`: the questions that wait for a steward."""

from typing import Annotated, Any

import typer

from api.cli.commands.steward import By, Preview, Reason, order, print_answer, print_results
from api.cli.context import installation
from api.cli.output import (
    JsonFlag,
    LangOption,
    key_text,
    print_fields,
    print_json,
    print_table,
    print_text,
    shown,
)
from api.read.reviews import review_json, task_json
from api.read.steward_words import SHOWN, Language
from daifuku.records import Entity, ReviewKind, ReviewState, Verdict
from daifuku.storage.repositories.resolution import reviews
from identity.explain.fields import field_word
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
    print_table(("review", "priority", "golden records", "question"), rows, lang)


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
        print_text(f"{SHOWN[lang][told['state']]}: {told['because']}")
    for side in told["sides"]:
        _print_side(side, lang)
    if told["values"]:
        _print_values(told, lang)
    for pair in told["pairs"]:
        print_text(f"{key_text(pair['a'])} ~ {key_text(pair['b'])}", style="bold")
        for line in pair["text"]:
            print_text(f"  {line}")
    merge = told["merge"] or {}
    if "refused" in merge:
        print_text(merge["refused"])
    elif merge:
        print_text(SHOWN[lang]["if_same"], style="bold")
        print_results(merge, lang)


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


def _print_side(side: dict[str, Any], lang: Language) -> None:
    count = SHOWN[lang]["records"].format(count=len(side["records"]))
    print_text(f"{side['id']}  {count}", style="bold")
    named = {
        field_word(name, side["entity"], lang): value
        for name, value in side.get("fields", {}).items()
    }
    print_fields(named, indent=2)


def _print_values(told: dict[str, Any], lang: Language) -> None:
    """The values that compete, who says each and when, and how one of them is made to hold."""
    rows = [
        (shown(one["value"]), key_text(said["record"]), said["observed_at"][:10])
        for one in told["values"]
        for said in one["said_by"]
    ]
    print_table(("value", "from", "day"), rows, lang)
    command = f"daifuku pin {told['profiles'][0]} {told['field']} VALUE"
    print_text(SHOWN[lang]["pin"].format(command=command))


def register(root: typer.Typer) -> None:
    """Add `daifuku review`."""
    root.add_typer(app, name="review")
