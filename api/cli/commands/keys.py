"""`daifuku key` and `daifuku secret-key`: keys to the API, and the key that seals secrets."""

import base64
import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_table, print_text
from daifuku.errors import NotFoundError
from daifuku.storage.repositories import keys
from sync.sealing import reseal, seals

app = typer.Typer(no_args_is_help=True, help="Keys to the API.")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Who or what will use the key.")],
    scope: Annotated[
        keys.Scope, typer.Option(help="What it may do: read, or decide as a steward too.")
    ] = keys.Scope.READ,
    as_json: JsonFlag = False,
) -> None:
    """Make a key and print it. It is shown this once."""
    with installation() as hub, hub.store.write() as tx:
        key = keys.create(tx, name, datetime.now(UTC), scope)
    if as_json:
        print_json({"name": name, "scope": scope, "key": key})
    else:
        print_text(key)


@app.command("list")
def list_keys(as_json: JsonFlag = False) -> None:
    """List the keys by their first characters."""
    with installation() as hub, hub.store.read() as tx:
        found = keys.list_all(tx)
    if as_json:
        print_json({"keys": found})
    else:
        rows = [
            (k.id, k.name, f"{k.prefix}…", k.scope, k.created_at.date(), k.revoked_at)
            for k in found
        ]
        print_table(("id", "name", "key", "scope", "created", "revoked"), rows)


@app.command("revoke")
def revoke(
    key_id: Annotated[int, typer.Argument(help="The key's id, as `key list` shows it.")],
    as_json: JsonFlag = False,
) -> None:
    """Make a key useless."""
    with installation() as hub, hub.store.write() as tx:
        done = keys.revoke(tx, key_id, datetime.now(UTC))
    if not done:
        hint = "`daifuku key list` shows them."
        raise NotFoundError(f"There is no key {key_id} in use.", hint=hint)
    if as_json:
        print_json({"revoked": key_id})
    else:
        print_text(f"Key {key_id} is revoked.")


sealing = typer.Typer(invoke_without_command=True, help="The key that seals secrets.")


@sealing.callback()
def secret_key(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Print a new value for DAIFUKU_SECRET_KEY, which seals the secrets of sources."""
    if context.invoked_subcommand is not None:
        return
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    if as_json:
        print_json({"secret_key": key})
    else:
        print_text(key)


@sealing.command("rotate")
def rotate(as_json: JsonFlag = False) -> None:
    """Seal every secret anew with DAIFUKU_SECRET_KEY; before that, old keys open them."""
    with installation() as hub:
        changed = reseal(hub.store, hub.box)
        kept = seals(hub.store, hub.box).current - changed
    if as_json:
        print_json({"resealed": changed, "kept": kept, "key": hub.box.key_id})
    elif changed:
        print_text(f"{changed} secrets are sealed anew. DAIFUKU_SECRET_KEYS_OLD can go now.")
    else:
        print_text(f"All {kept} secrets are sealed with this key already.")


def register(root: typer.Typer) -> None:
    """Add `daifuku key` and `daifuku secret-key`."""
    root.add_typer(app, name="key")
    root.add_typer(sealing, name="secret-key")
