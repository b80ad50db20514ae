"""`daifuku decide`, `merge`, `unmerge`, `undo`, `history`, `decisions`: who is who, by hand."""

import getpass
from typing import Annotated, Any

import typer

from api.cli.context import installation
from api.cli.output import (
    JsonFlag,
    LangOption,
    print_fields,
    print_json,
    print_table,
    print_text,
)
from api.read.steward_words import SHOWN, Language
from api.read.stewardship import (
    answer_json,
    decision_json,
    effect_text,
    entry_text,
    history_json,
    what_was_decided,
    whole_decision_json,
)
from daifuku.errors import NotFoundError, UserError
from daifuku.records import RecordKey
from daifuku.storage.engine import Store
from daifuku.storage.repositories.resolution import decisions, named
from identity.explain.fields import field_word
from sync import stewardship
from sync.stewardship import Answer, Order
from sync.stewardship.history import history_of

app = typer.Typer(no_args_is_help=True, help="Say who is who.")

Reason = Annotated[str, typer.Option(help="Why, for whoever asks later.")]
By = Annotated[str, typer.Option(help="Who says so; else the user of the machine.")]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would happen.")]
Who = Annotated[
    str, typer.Argument(help="A record as source/stream/id, or the id of a golden record.")
]
ProfileId = Annotated[str, typer.Argument(help="The id of a golden record.")]


@app.command("same")
def same(
    one: Who,
    other: Who,
    reason: Reason = "",
    by: By = "",
    *,
    preview: Preview = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Say that two are one person or organisation: the engine never parts them."""
    with installation() as hub:
        done = _decide(hub.store, one, other, order(by, reason), same=True, preview=preview)
    print_answer(done, lang, as_json=as_json)


@app.command("different")
def different(
    one: Who,
    other: Who,
    reason: Reason = "",
    by: By = "",
    *,
    preview: Preview = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Say that two are two: never joined, not even through a third."""
    with installation() as hub:
        done = _decide(hub.store, one, other, order(by, reason), same=False, preview=preview)
    print_answer(done, lang, as_json=as_json)


def merge(
    profiles: Annotated[list[str], typer.Argument(help="The ids of two golden records or more.")],
    reason: Reason = "",
    by: By = "",
    *,
    preview: Preview = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Merge golden records. The one with most records keeps its id, the others lead to it."""
    with installation() as hub:
        done = stewardship.merge(hub.store, profiles, order(by, reason), preview=preview)
    print_answer(done, lang, as_json=as_json)


def unmerge(
    profile_id: ProfileId,
    what: Annotated[
        list[str], typer.Argument(help="Records as source/stream/id, or one retired id.")
    ],
    reason: Reason = "",
    by: By = "",
    *,
    preview: Preview = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Take records out of a golden record, or all that a retired id brought into it."""
    given = order(by, reason)
    with installation() as hub:
        if len(what) == 1 and "/" not in what[0]:
            done = stewardship.unmerge(hub.store, profile_id, what[0], given, preview=preview)
        else:
            keys = [_key(hub.store, name) for name in what]
            done = stewardship.split_off(hub.store, profile_id, keys, given, preview=preview)
    print_answer(done, lang, as_json=as_json)


def undo(
    decision_id: Annotated[int, typer.Argument(help="As `daifuku decisions` shows it.")],
    reason: Reason = "",
    by: By = "",
    *,
    preview: Preview = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Take a decision back: all is as if it had never been taken."""
    with installation() as hub:
        done = stewardship.undo(hub.store, decision_id, order(by, reason), preview=preview)
    print_answer(done, lang, as_json=as_json)


def history(profile_id: ProfileId, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Show what happened to a golden record, when, and by whose decision."""
    with installation() as hub, hub.store.read() as tx:
        entries = history_of(tx, profile_id)
    if as_json:
        print_json({"id": profile_id, "history": history_json(entries, lang)})
        return
    rows = [(entry.at.date(), entry.version, entry_text(entry, lang)) for entry in entries]
    print_table(("day", "version", "what"), rows, lang)


def list_decisions(
    decision_id: Annotated[int | None, typer.Argument(help="One of them, in full.")] = None,
    profile: Annotated[str, typer.Option(help="Those on one golden record.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 50,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """List decisions, newest first, withdrawn ones too."""
    with installation() as hub, hub.store.read() as tx:
        if decision_id is not None:
            print_json(whole_decision_json(tx, decision_id, lang))
            return
        found = decisions.latest(tx, limit=limit, golden_id=profile or None)
    if as_json:
        print_json({"decisions": [decision_json(taken, lang) for taken in found]})
        return
    rows = [
        (one.id, what_was_decided(one, lang), one.by, one.at.date(), one.reason, one.withdrawn_by)
        for one in found
    ]
    columns = ("id", "decision", "by", "day", "reason", "withdrawn by")
    print_table(columns, rows, lang)


def order(by: str, reason: str) -> Order:
    """The order of whoever sits at this machine."""
    return Order(by=by or getpass.getuser(), reason=reason)


def print_answer(done: Answer, lang: Any, *, as_json: bool) -> None:
    """What a decision did, on stdout."""
    if as_json:
        print_json(answer_json(done, lang))
        return
    if done.preview:
        print_results(answer_json(done, lang), lang)
        return
    for line in effect_text(done, lang):
        print_text(line)


def print_results(answer: dict[str, Any], lang: Language) -> None:
    """What a decision would do, and what the golden records would say that come of it."""
    for line in answer["text"]:
        print_text(line)
    touched = {*answer["created"], *answer["restored"], *answer["changed"]}
    for profile in answer["profiles"]:
        if profile["id"] in touched:
            print_text(SHOWN[lang]["said"].format(id=profile["id"]), style="bold")
            named = {
                field_word(name, profile["entity"], lang): value
                for name, value in profile["fields"].items()
            }
            print_fields(named, indent=2)


def _decide(
    store: Store, one: str, other: str, given: Order, *, same: bool, preview: bool
) -> Answer:
    if ("/" in one) != ("/" in other):
        raise UserError("Name two records or two golden records, not one of each.")
    if "/" not in one:
        on_all = stewardship.merge if same else stewardship.keep_apart
        return on_all(store, [one, other], given, preview=preview)
    say = stewardship.say_same if same else stewardship.say_different
    return say(store, _key(store, one), _key(store, other), given, preview=preview)


def _key(store: Store, name: str) -> RecordKey:
    """The record of that name: what follows the last `#` is its part, unless an id has a `#`."""
    source, _, rest = name.partition("/")
    stream, _, id = rest.partition("/")
    readings = [RecordKey(source, stream, id)]
    before, mark, part = id.rpartition("#")
    if mark:
        readings.append(RecordKey(source, stream, before, part))
    with store.read() as tx:
        known = named.find(tx, readings)
    found = next((key for key in readings if key in known), None)
    if found is None:
        raise NotFoundError(
            f"There is no record {name[:200]}.",
            hint="A record is named source/stream/id, or source/stream/id#part.",
        )
    return found


def register(root: typer.Typer) -> None:
    """Add the commands by which a steward decides."""
    root.add_typer(app, name="decide")
    root.command("merge")(merge)
    root.command("unmerge")(unmerge)
    root.command("undo")(undo)
    root.command("history")(history)
    root.command("decisions")(list_decisions)
