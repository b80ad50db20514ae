"""Which revision the schema of a store has, told without loading what changes it."""

from functools import cache
from pathlib import Path

from sqlalchemy import inspect

from daifuku.storage.engine import Store, Transaction

NEWER = "The database has the schema of a later version than this one."
NEWER_STEP = "Run that version, or restore a backup that this one made: daifuku db restore"

_REVISIONS = Path(__file__).parent / "migrations" / "versions"


@cache
def head() -> str:
    """The revision this version works with: the last of the files `rNNNN_subject.py`."""
    return max(file.stem[1:].partition("_")[0] for file in _REVISIONS.glob("r*.py"))


def stored_revision(tx: Transaction) -> str | None:
    """The revision of a store's schema; None where it has no tables of ours."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    stored = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return str(stored[0]) if len(stored) == 1 else None


def is_newer(revision: str | None) -> bool:
    """Whether a schema is that of a later version, which this one knows no way from."""
    return revision is not None and revision > head()


def is_current(store: Store) -> bool:
    """Whether the store has the schema this version works with."""
    with store.read() as tx:
        return stored_revision(tx) == head()
