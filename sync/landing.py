"""Lands what a connector read: evidence, mapped records, interactions and rejections together."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from connectors.protocol import Record, Unreadable
from daifuku.records import Receipt, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.landing import lock_source, stored_sources
from daifuku.storage.repositories.suppression import suppressed
from sync.evidence import storable
from sync.outcomes import Landing, write_standings
from sync.standing import Mapper, Standing

Arrival = Record | Unreadable

_LOOKED_UP = 10_000
"""Keys looked up by one statement; the databases take some three times as many."""


def land(
    tx: Transaction,
    source: str,
    stream: str,
    arrivals: Sequence[Arrival],
    *,
    mapper: Mapper,
    at: datetime,
    run_id: int | None = None,
    generation: int = 0,
) -> Receipt:
    """Land arrivals of one stream, in their order, and account for each of them.

    The store comes out the same however the arrivals are split over calls, and landing them
    again changes nothing. `generation` is the number of the pass over the stream, 0 where
    passes are not counted.
    """
    lock_source(tx, source)
    receipt = Receipt()
    for start in range(0, len(arrivals), _LOOKED_UP):
        page = arrivals[start : start + _LOOKED_UP]
        landing = Landing(at=at, run_id=run_id, generation=generation)
        receipt += _land_page(tx, source, stream, page, mapper=mapper, landing=landing)
    return receipt


def _land_page(
    tx: Transaction,
    source: str,
    stream: str,
    arrivals: Sequence[Arrival],
    *,
    mapper: Mapper,
    landing: Landing,
) -> Receipt:
    keys = {a.external_id: RecordKey(source, stream, storable(a.external_id)) for a in arrivals}
    stored = stored_sources(tx, source, stream, {key.external_id for key in keys.values()})
    absent = suppressed(tx, keys.values())
    standings: dict[RecordKey, Standing] = {}
    counts: Counter[str] = Counter()
    for arrival in arrivals:
        key = keys[arrival.external_id]
        counts["fetched"] += 1
        if key in absent:
            counts["suppressed"] += 1
            continue
        standing = standings.get(key)
        if standing is None:
            standing = standings[key] = Standing(key, stored.get(key.external_id))
        was_deleted = standing.deleted
        counts[standing.arrive(arrival, landing.at, mapper)] += 1
        counts["deleted"] += standing.deleted and not was_deleted
    write_standings(tx, standings.values(), landing)
    return Receipt(**counts)
