"""`daifuku worker`: syncs, deliveries and resolution in a process of their own."""

import typer

from daifuku.settings import load_settings
from sync.worker import run_worker


def register(root: typer.Typer) -> None:
    """Add `daifuku worker`."""

    @root.command("worker")
    def worker() -> None:
        """Work until stopped (SIGTERM ends it after the current checkpoint).

        With DAIFUKU_REDIS_URL any number of workers share the jobs; without it one process
        does them all. Any of them can be killed at any time.
        """
        run_worker(load_settings())
