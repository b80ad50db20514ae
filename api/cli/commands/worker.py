"""`daifuku worker`: syncs, deliveries and resolution in a process of their own."""

from typing import Annotated

import typer

from api.cli.context import answering_database
from daifuku.settings import load_settings
from sync.worker import Role, run_worker


def register(root: typer.Typer) -> None:
    """Add `daifuku worker`."""

    @root.command("worker")
    def worker(
        only: Annotated[
            Role | None, typer.Option(help="Keep to one part of the work; needs a broker.")
        ] = None,
    ) -> None:
        """Work until stopped (SIGTERM ends it after the current checkpoint).

        With DAIFUKU_REDIS_URL any number of workers share the jobs; without it one process
        does them all. Any of them can be killed at any time. A `scheduler` finds what is due
        and sends it, one for `jobs` does what is sent.
        """
        with answering_database():
            run_worker(load_settings(), only=only)
