"""Opens what commands work on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from daifuku.errors import UserError
from daifuku.logs import configure_logs, redactor
from daifuku.secrets import SecretBox, load_box
from daifuku.settings import Settings, load_settings
from daifuku.storage.engine import Store, StoreUnavailable, open_store
from daifuku.storage.known_errors import reason_of, step_after
from daifuku.storage.revision import is_current


@dataclass(frozen=True, slots=True)
class Context:
    """The installation a command works on."""

    settings: Settings
    store: Store
    box: SecretBox


@contextmanager
def installation(*, serving: bool = False) -> Iterator[Context]:
    """The store of this installation, with its schema brought up to date; closed at the end.

    Unless it is `serving`, a command says itself what came of it, so that only warnings are
    logged where no level is set.
    """
    settings = load_settings()
    configure_logs(settings if serving else _quiet(settings))
    with answering_database():
        store = open_store(settings.store_url)
        try:
            if not is_current(store):
                from daifuku.storage.upgrade import upgrade  # Alembic is slow to load

                store.close()  # SQLite loses its locks where another opens the file beside it
                upgrade(settings.store_url)
            yield Context(settings, store, load_box(settings))
        finally:
            store.close()


@contextmanager
def answering_database() -> Iterator[None]:
    """Tells a database that cannot be used from a fault of ours.

    Raises:
        UserError: it did not answer in the block; the message says what it or its driver says.
    """
    try:
        yield
    except StoreUnavailable as error:
        raise UserError(
            f"The database cannot be used: {redactor.text(reason_of(error))}.",
            hint=f"{step_after(error)} `daifuku doctor` looks closer.",
        ) from None


def _quiet(settings: Settings) -> Settings:
    if "log_level" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"log_level": "warning"})
