"""`daifuku demo`: a made-up company's customers, from five sources to golden records."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import JsonFlag


def register(root: typer.Typer) -> None:
    """Add `daifuku demo`."""

    @root.command("demo")
    def demo(
        *,
        seed: Annotated[int, typer.Option(help="Another seed is another world.")] = 1,
        scale: Annotated[int, typer.Option(min=50, max=2_000_000, help="Source records.")] = 5000,
        once: Annotated[bool, typer.Option(help="Print the result and exit.")] = False,
        lang: Annotated[str | None, typer.Option(help="ja or en; by default that of LANG.")] = None,
        fresh: Annotated[
            bool, typer.Option("--fresh", help="Begin anew where this world is here already.")
        ] = False,
        home: Annotated[Path | None, typer.Option(help="Where the demo keeps its store.")] = None,
        as_json: JsonFlag = False,
    ) -> None:
        """Start the demo world, sync its five sources, resolve, measure, and serve the API."""
        from demo.run import run_demo  # all of the hub: only when the demo is wanted

        run_demo(
            seed=seed,
            scale=scale,
            once=once,
            as_json=as_json,
            lang=lang,
            home=home,
            fresh=fresh,
        )
