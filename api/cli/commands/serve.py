"""`daifuku serve`: the HTTP API, with a worker inside unless told otherwise."""

import signal
from contextlib import ExitStack
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from api.cli.context import Context, installation
from api.cli.output import err
from api.http.app import create_app
from daifuku.storage.repositories import keys
from sync.worker import EmbeddedWorker

REQUEST_SECONDS = 10.0
"""So long a request waits to write: longer than senders of webhooks do, and threads are few."""


def register(root: typer.Typer) -> None:
    """Add `daifuku serve`."""

    @root.command("serve")
    def serve(
        host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
        port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one.")] = None,
        worker: Annotated[bool, typer.Option(help="Sync and resolve in this process too.")] = True,
    ) -> None:
        """Serve the API until stopped. Documentation of it is at /docs."""
        with ExitStack() as stack:
            hub = stack.enter_context(installation(serving=True))
            signal.signal(signal.SIGTERM, _end_well)
            if worker:
                stack.enter_context(_embedded_worker(hub))
            with hub.store.read() as tx:
                has_key = bool(keys.list_all(tx))
            if not has_key:
                err.print("No API key yet. Make one: daifuku key create NAME")
            uvicorn.run(
                create_app(hub.store.hurried(REQUEST_SECONDS), hub.settings, hub.box),
                host=host or hub.settings.host,
                port=hub.settings.port if port is None else port,
                log_config=None,
                access_log=False,
                server_header=False,
            )


def _end_well(_signal: int, _frame: FrameType | None) -> None:
    """uvicorn stops at SIGTERM, then raises it anew: the worker has to stop yet, and the store."""


def _embedded_worker(hub: Context) -> EmbeddedWorker:
    redis_url = hub.settings.redis_url
    return EmbeddedWorker(
        hub.store,
        hub.box,
        threads=hub.settings.worker_threads,
        lease_seconds=hub.settings.lease_seconds,
        redis_url=redis_url.get_secret_value() if redis_url else None,
        hung_leases=hub.settings.hung_leases,
    )
