"""`daifuku profile`: golden records on the screen."""

from typing import Annotated, Any

import orjson
import typer

from api.cli.context import installation
from api.cli.output import (
    JsonFlag,
    LangOption,
    key_text,
    print_json,
    print_table,
    print_text,
    shown,
)
from api.read.explain import explain_apart, explain_together
from api.read.lookup import look_up
from api.read.relations import relations
from api.read.steward_words import RELATIONS, SHOWN, Language
from daifuku.errors import NotFoundError, UserError
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.profiles import StoredProfile
from identity.explain.fields import ENTITIES, field_word
from identity.explain.models import rule_words
from sync.models.force import models_in_force

app = typer.Typer(no_args_is_help=True, help="Golden records.")

ProfileId = Annotated[str, typer.Argument(help="The id of a golden record, retired ones too.")]


@app.command("show")
def show(profile_id: ProfileId, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Show a golden record: each value and where it came from."""
    with installation() as hub, hub.store.read() as tx:
        body = orjson.loads(_found(tx, profile_id).body)
    if as_json:
        print_json(body)
    else:
        _print_profile(body, lang)


@app.command("lookup")
def lookup(
    email: Annotated[str | None, typer.Option(help="An e-mail address.")] = None,
    phone: Annotated[str | None, typer.Option(help="A phone number, however written.")] = None,
    identifier: Annotated[str | None, typer.Option(help="scheme:value, or a bare value.")] = None,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Find golden records by an identifier. Exit status 1 when there is none."""
    given = {"email": email, "phone": phone, "identifier": identifier}
    asked = [(name, value) for name, value in given.items() if value]
    if len(asked) != 1:
        raise UserError("Give exactly one of --email, --phone and --identifier.")
    with installation() as hub, hub.store.read() as tx:
        found = [orjson.loads(profile.body) for profile in look_up(tx, *asked[0])]
    if as_json:
        print_json({"profiles": found})
        if not found:
            raise typer.Exit(1)
    elif not found:
        raise NotFoundError(
            f"No golden record holds that {asked[0][0]}.",
            hint="`daifuku source list` shows what has been synced.",
        )
    for body in [] if as_json else found:
        _print_profile(body, lang)


@app.command("relations")
def show_relations(
    profile_id: ProfileId, lang: LangOption = "en", as_json: JsonFlag = False
) -> None:
    """Show a person's organisations and household, or an organisation's people."""
    with installation() as hub, hub.store.read() as tx:
        said = relations(tx, _found(tx, profile_id))
    if as_json:
        print_json(said)
        return
    jobs = said.get("organizations", ())
    rows = [
        ("works_at", one["name"], one["job_title"] or one["department"], one["profile"])
        for one in jobs
    ]
    home = said.get("household") or {"members": ()}
    rows += [("household", one["name"], None, one["profile"]) for one in home["members"]]
    people = said.get("people", ())
    rows += [("person", one["name"], one["job_title"], one["profile"]) for one in people]
    shown_already = {("works_at", one["profile"]) for one in jobs}
    rows += [
        (one["kind"], one["name"], None, one["profile"])
        for one in said["stated"]
        if (one["kind"], one["profile"]) not in shown_already
    ]
    words = RELATIONS[lang]
    named = [(words.get(kind, kind), *rest) for kind, *rest in rows]
    print_table(("relation", "name", "role", "profile"), named, lang)
    for why in said.get("no_household", ()):
        print_text(words["no_household"].format(why=words[why]))


@app.command("explain")
def explain(
    profile_id: ProfileId,
    other: Annotated[
        str | None, typer.Option("--with", help="Another golden record: why not one?")
    ] = None,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Say why the records of a golden record are one, or why two golden records are two."""
    with installation() as hub, hub.store.read() as tx:
        own = [s.record for s in profiles.members(tx, _found(tx, profile_id).id)]
        models = models_in_force(tx)
        if other is None:
            pairs = explain_together(own, models, lang)
        else:
            theirs = [s.record for s in profiles.members(tx, _found(tx, other).id)]
            pairs = explain_apart(own, theirs, models, lang)
    if as_json:
        print_json({"id": profile_id, "with": other, "pairs": pairs})
        return
    for pair in pairs:
        print_text(f"{key_text(pair['a'])} ~ {key_text(pair['b'])}", style="bold")
        for line in pair["text"]:
            print_text(f"  {line}")


def _found(tx: Transaction, profile_id: str) -> StoredProfile:
    found = profiles.find(tx, profile_id)
    if found is None or found.state != "active":
        raise NotFoundError(
            f"There is no golden record {profile_id!r}.", hint="Try `daifuku profile lookup`."
        )
    return found


def _print_profile(body: dict[str, Any], lang: Language) -> None:
    words, entity = SHOWN[lang], body["entity"]
    named = {**body, "entity": ENTITIES[lang].get(entity, entity)}
    print_text(words["profile"].format_map(named), style="bold")
    rows = [
        (
            name if lang == "en" else f"{field_word(name, entity, lang)} ({name})",
            shown(value),
            key_text(body["lineage"][name]["source"]),
            rule_words(body["lineage"][name]["rule"], lang),
        )
        for name, value in body["fields"].items()
    ]
    print_table(("field", "value", "from", "rule"), rows, lang)
    first = ", ".join(map(key_text, body["records"][:8]))
    print_text(words["made_of"].format(count=len(body["records"]), records=first))


def register(root: typer.Typer) -> None:
    """Add `daifuku profile`."""
    root.add_typer(app, name="profile")
