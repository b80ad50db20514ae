"""Lets one demo at a time work on a world: two in one folder would disturb each other."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from daifuku.errors import UserError


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Holds the world kept at `place` while the block runs, and no longer than the process lives.

    Raises:
        UserError: another demo has it.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(place.with_suffix(".lock"), timeout=0)) as held:
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise UserError(
                "A demo of this world is running already.",
                hint="End it, choose another --seed, or another --home.",
            ) from None
        yield
