"""`daifuku worker`: syncs, deliveries and resolution in a process of their own."""

from typing import Annotated

import typer

from api.cli.context import answering_database
from daifuku.settings import load_settings
from sync.worker import Role, run_supervised, run_worker


def register(root: typer.Typer) -> None:
    """Add `daifuku worker`."""

    @root.command("worker")
    def worker(
        only: Annotated[
            Role | None, typer.Option(help="Keep to one part of the work; needs a broker.")
        ] = None,
        processes: Annotated[
            int | None,
            typer.Option(min=1, max=64, help="So many, each replaced if it dies or hangs."),
        ] = None,
    ) -> None:
        """Work until stopped (SIGTERM ends it after the current checkpoint).

        With DAIFUKU_REDIS_URL any number of workers share the jobs; without it one process
        does them all. Any of them can be killed at any time. A `scheduler` finds what is due
        and sends it, one for `jobs` does what is sent.
        """
        settings = load_settings()
        with answering_database():
            if processes is None:
                run_worker(settings, only=only)
            else:
                run_supervised(settings, processes=processes, only=only)
