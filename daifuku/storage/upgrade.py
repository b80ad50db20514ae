"""Brings a store's schema up to date, from nothing too."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from daifuku.errors import SettingsError
from daifuku.storage.engine import lock, migration_engine, open_store, parse_url
from daifuku.storage.known_errors import busy_errors
from daifuku.storage.revision import NEWER, NEWER_STEP, is_current, is_newer, stored_revision

_FOLDER = Path(__file__).with_name("migrations")


def upgrade(url: str, revision: str = "head") -> None:
    """Apply every revision up to `revision` that the store lacks, all in one transaction.

    Processes that start together may all call it: the first does the work, the others wait. Where
    there is nothing to do it waits for nobody.

    Raises:
        SettingsError: the URL names no database that can be used, or one of a later version.
        BusyError: others had the store for too long.
    """
    if revision == "head" and _is_current(url):
        return
    engine = migration_engine(parse_url(url))
    try:
        with busy_errors(), engine.begin() as tx:
            lock(tx, "migrations")
            _refuse_newer(stored_revision(tx))
            config = _config()
            config.attributes["connection"] = tx
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def _refuse_newer(revision: str | None) -> None:
    if is_newer(revision):
        raise SettingsError(NEWER, hint=NEWER_STEP)


def _is_current(url: str) -> bool:
    store = open_store(url)
    try:
        return is_current(store)
    finally:
        store.close()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
