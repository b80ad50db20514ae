"""What the runs that were forgotten came to, so that the counters of all runs never fall."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import insert, select, update

from daifuku.storage.engine import Transaction, lock
from daifuku.storage.tables import setting

_KEY = "forgotten_runs"


def add(tx: Transaction, runs: Iterable[tuple[str, str, Mapping[str, int]]]) -> None:
    """Add these runs, each as (source, state, counters), in the transaction that deletes them."""
    lock(tx, _KEY)
    kept = _kept(tx)
    held = kept or {}
    for source, state, counters in runs:
        of = held.setdefault(source, {"states": {}, "counters": {}})
        for sums, counts in ((of["states"], {state: 1}), (of["counters"], counters)):
            for name, count in counts.items():
                sums[name] = sums.get(name, 0) + count
    value = orjson.dumps(held)
    if kept is None:
        tx.execute(insert(setting).values(key=_KEY, value=value))
    else:
        tx.execute(update(setting).where(setting.c.key == _KEY).values(value=value))


def by_state(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many there were by (source, state)."""
    held = _kept(tx) or {}
    return {
        (source, state): count
        for source, of in held.items()
        for state, count in of["states"].items()
    }


def receipts(tx: Transaction) -> dict[str, Mapping[str, int]]:
    """By source, the sum of their receipts."""
    return {source: of["counters"] for source, of in (_kept(tx) or {}).items()}


def _kept(tx: Transaction) -> dict[str, Any] | None:
    value = tx.execute(select(setting.c.value).where(setting.c.key == _KEY)).scalar()
    return None if value is None else dict(orjson.loads(value))
