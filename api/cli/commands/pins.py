"""`daifuku pin`, `unpin` and `pins`: values that stewards set on golden records."""

import getpass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, LangOption, print_json, print_table, print_text, shown
from api.read.steward_words import PINS, Language
from daifuku.errors import NotFoundError
from sync import pins
from sync.resolution.bodies import plain

ProfileId = Annotated[str, typer.Argument(help="The id of a golden record, retired ones too.")]
Field = Annotated[str, typer.Argument(help="A field of it, as `daifuku profile show` names it.")]


def register(root: typer.Typer) -> None:
    """Add `daifuku pin`, `daifuku unpin` and `daifuku pins`."""
    root.command("pin")(_pin)
    root.command("unpin")(_unpin)
    root.command("pins")(_pins)


def _pin(
    profile_id: ProfileId,
    field: Field,
    value: Annotated[str, typer.Argument(help="The value it is to have.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
    by: Annotated[str, typer.Option(help="Who says so; else the user of the machine.")] = "",
    *,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what changes.")] = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Set a field of a golden record to a value, which wins until `daifuku unpin`."""
    with installation() as hub:
        with hub.store.read() as tx:
            change = pins.preview(tx, profile_id, field, value)
        if preview:
            _print_change(pins.change_json(change), lang, as_json=as_json)
            return
        with hub.store.write() as tx:
            made = pins.pin(
                tx,
                profile_id,
                field,
                value,
                by=by or getpass.getuser(),
                reason=reason,
                at=datetime.now(UTC),
            )
    said = plain(pins.pin_json(made))
    if as_json:
        print_json(said)
    else:
        told = {"id": made.id, "field": field, "profile": made.golden_id}
        print_text(PINS[lang]["set"].format(**told, value=shown(said["value"])))


def _unpin(
    profile_id: ProfileId,
    field: Field,
    by: Annotated[str, typer.Option(help="Who says so; else the user of the machine.")] = "",
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Take every pin on a field back: the records decide again, as if it had never been."""
    with installation() as hub, hub.store.write() as tx:
        found = [pin for pin in pins.pins_of(tx, profile_id, limit=1_000) if pin.field == field]
        if not found:
            raise NotFoundError(
                f"Nothing is pinned on {field[:40]!r} of {profile_id[:64]}.",
                hint="`daifuku pins` lists the pins.",
            )
        who, at = by or getpass.getuser(), datetime.now(UTC)
        taken = [pins.unpin(tx, pin.id, by=who, at=at) for pin in found]
    if as_json:
        print_json({"pins": [plain(pins.pin_json(pin)) for pin in taken]})
    else:
        print_text(PINS[lang]["taken"].format(field=field, profile=profile_id))


def _pins(
    profile_id: Annotated[
        str | None, typer.Option("--profile", help="Of this golden record only.")
    ] = None,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only the stale, overridden and orphaned ones.")
    ] = False,
    ended: Annotated[bool, typer.Option("--ended", help="Those taken back too.")] = False,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """List the pins: what is set, by whom, and whether the sources say something new since."""
    with installation() as hub, hub.store.read() as tx:
        found = pins.pins_of(tx, profile_id, flagged=flagged, ended=ended, limit=1_000)
    rows = [plain(pins.pin_json(pin)) for pin in found]
    if as_json:
        print_json({"pins": rows})
        return
    columns = ("pin", "profile", "field", "value", "state", "by", "reason")
    print_table(columns, [_row(row, lang) for row in rows], lang)


def _row(pin: dict[str, Any], lang: Language) -> tuple[object, ...]:
    words = PINS[lang]
    state = words[pin["state"]]
    if pin["stale"]:
        state = words["stale"].format(state=state)
    where = (pin["id"], pin.get("profile"), pin["field"], shown(pin["value"]))
    return (*where, state, pin["by"], pin.get("reason"))


def _print_change(change: dict[str, Any], lang: Language, *, as_json: bool) -> None:
    if as_json:
        print_json(change)
        return
    rows = [
        (
            name,
            *(None if value is None else shown(value) for value in (row["before"], row["after"])),
        )
        for name, row in change["changes"].items()
    ]
    print_table(("field", "now", "then"), rows, lang)
