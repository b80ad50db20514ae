"""Opens what commands work on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from daifuku.logs import configure_logs
from daifuku.secrets import SecretBox, load_box
from daifuku.settings import Settings, load_settings
from daifuku.storage.engine import Store, open_store
from daifuku.storage.upgrade import upgrade
from sync.worker import EmbeddedWorker


@dataclass(frozen=True, slots=True)
class Context:
    """The installation a command works on."""

    settings: Settings
    store: Store
    box: SecretBox


@contextmanager
def installation() -> Iterator[Context]:
    """The store of this installation, with its schema brought up to date; closed at the end."""
    settings = load_settings()
    configure_logs(settings)
    upgrade(settings.store_url)
    store = open_store(settings.store_url)
    try:
        yield Context(settings, store, load_box(settings))
    finally:
        store.close()


def embedded_worker(hub: Context) -> EmbeddedWorker:
    """A worker inside this process, as the settings have it; enter it to start it."""
    redis_url = hub.settings.redis_url
    return EmbeddedWorker(
        hub.store,
        hub.box,
        threads=hub.settings.worker_threads,
        lease_seconds=hub.settings.lease_seconds,
        redis_url=redis_url.get_secret_value() if redis_url else None,
    )
