"""A hub of the demo's own: its store in a folder, its API on loopback, in this process."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from api.http.app import create_app
from daifuku.errors import SystemFault
from daifuku.logs import configure_logs
from daifuku.secrets import SecretBox, load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import keys
from daifuku.storage.upgrade import upgrade
from sync.worker import EmbeddedWorker

_START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class DemoHub:
    """An open hub. Nothing works in the background unless `worker()` is entered."""

    settings: Settings
    store: Store
    box: SecretBox

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """The API while the block runs, on a free port if 0; yields its URL."""
        app = create_app(self.store, self.settings, self.box)
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off"
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, name="demo-api", daemon=True)
        thread.start()
        try:
            server.wait_until_up(thread)
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.should_exit = True
            thread.join()

    def worker(self) -> EmbeddedWorker:
        """What does the hub's jobs while it is entered."""
        return EmbeddedWorker(self.store, self.box, lease_seconds=self.settings.lease_seconds)

    def new_key(self) -> str:
        """An API key, made for whoever looks at the demo."""
        with self.store.write() as tx:
            return keys.create(tx, "demo", datetime.now(UTC))


@contextmanager
def demo_hub(home: Path, *, fresh: bool) -> Iterator[DemoHub]:
    """The hub kept in `home`, whatever the environment says; `fresh` begins with an empty one."""
    if fresh and home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home, database_url=None, redis_url=None, log_level="error")
    configure_logs(settings)
    upgrade(settings.store_url)
    store = open_store(settings.store_url)
    try:
        yield DemoHub(settings, store, load_box(settings))
    finally:
        store.close()


class _Server(uvicorn.Server):
    """A uvicorn server that another thread waits for."""

    def wait_until_up(self, thread: threading.Thread) -> None:
        for _ in range(_START_SECONDS * 50):
            if self.started:
                return
            thread.join(0.02)
            if not thread.is_alive():
                break
        raise SystemFault("The demo's API did not start.", hint="Is its port taken? Try --port 0.")

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.servers[0].sockets[0].getsockname()[1])
