"""`daifuku db backup`, `verify` and `restore`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import answering_database, installation
from api.cli.output import JsonFlag, err, print_json, print_text
from api.cli.stages import stages
from daifuku.logs import configure_logs
from daifuku.secrets import load_box
from daifuku.settings import load_settings
from daifuku.storage.archive import Manifest, restore_archive, verify_archive, write_archive

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(help="Where to write it. Default: daifuku-DATE-TIME.backup, here."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write everything the hub knows into one file, while it goes on working."""
    path = file or Path(f"daifuku-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup")
    with installation() as hub, stages() as tell:
        manifest = write_archive(
            hub.store,
            path,
            key_id=hub.box.key_id,
            progress=lambda table, rows: tell(table, rows, None),
        )
    _tell(manifest, path, "holds", as_json=as_json)
    if not as_json:
        err.print(
            f"Secrets in it are sealed with key {manifest.key_id}, which is not in it: keep "
            "DAIFUKU_SECRET_KEY or the file secret.key elsewhere.",
            markup=False,
        )


def verify(file: BackupFile, as_json: JsonFlag = False) -> None:
    """Read a backup to its end and compare it with its manifest. Exit status 1 if it is damaged."""
    with stages() as tell:
        manifest = verify_archive(file, lambda table, rows: tell(table, rows, None))
    _tell(manifest, file, "is whole:", as_json=as_json)


def restore(
    file: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="What the database holds may be lost.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fill the database from a backup, all or nothing. Stop the hub and its workers before."""
    settings = load_settings()
    configure_logs(settings)
    with answering_database(), stages() as tell:
        manifest = restore_archive(
            settings.store_url,
            file,
            replace=replace,
            progress=lambda table, rows: tell(table, rows, None),
        )
    _tell(manifest, file, "is restored:", as_json=as_json)
    if manifest.key_id != load_box(settings).key_id and not as_json:
        err.print(
            f"The secrets of its sources were sealed with key {manifest.key_id}: set "
            "DAIFUKU_SECRET_KEY as it was, or enter them again.",
            style="yellow",
        )


def _tell(manifest: Manifest, path: Path, verb: str, *, as_json: bool) -> None:
    rows = {name: entry.rows for name, entry in manifest.tables.items()}
    if as_json:
        told = {"version": manifest.version, "made_at": manifest.made_at, "tables": rows}
        print_json({"file": str(path), "key_id": manifest.key_id, **told})
        return
    print_text(
        f"{path} {verb} {rows['source_record']:,} source records, "
        f"{rows['golden_record']:,} golden records, {sum(rows.values()):,} rows in all."
    )
