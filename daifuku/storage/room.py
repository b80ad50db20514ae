"""Room in memory for transactions that write all over the store."""

from collections.abc import Iterator
from contextlib import contextmanager

from daifuku.storage.engine import Transaction
from daifuku.storage.sqlite import CACHE_KB

ROOMY_KB = 1_048_576
"""SQLite: kilobytes of pages that such a transaction keeps."""


@contextmanager
def roomy(tx: Transaction) -> Iterator[None]:
    """Room in memory for a transaction that writes all over the store.

    SQLite puts pages that find no room into its log and looks for them there again, which takes
    the longer the more there are. The room is taken as it is needed.
    """
    if tx.dialect.name != "sqlite":
        yield
        return
    tx.exec_driver_sql(f"PRAGMA cache_size = -{ROOMY_KB}")
    try:
        yield
    finally:
        tx.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KB}")
