"""`daifuku serve`: the HTTP API, with a worker inside unless told otherwise."""

from contextlib import ExitStack
from typing import Annotated

import typer
import uvicorn

from api.cli.context import embedded_worker, installation
from api.cli.output import err
from api.http.app import create_app
from daifuku.storage.repositories import keys


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
            hub = stack.enter_context(installation())
            if worker:
                stack.enter_context(embedded_worker(hub))
            with hub.store.read() as tx:
                has_key = bool(keys.list_all(tx))
            if not has_key:
                err.print("No API key yet. Make one: daifuku key create NAME")
            uvicorn.run(
                create_app(hub.store, hub.settings, hub.box),
                host=host or hub.settings.host,
                port=hub.settings.port if port is None else port,
                log_config=None,
                access_log=False,
                server_header=False,
            )
