"""Lands what a connector read: evidence, mapped records, interactions and rejections together."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from connectors.protocol import Record, Unreadable
from daifuku.records import Receipt, RecordKey, content_hash
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.landing import (
    clean_sources,
    lock_source,
    mark_listed,
    stored_sources,
)
from daifuku.storage.repositories.suppression import any_suppressed, suppressed
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
        rest = _without_unchanged(tx, source, stream, page, generation)
        same = len(page) - len(rest)
        receipt += Receipt(fetched=same, unchanged=same)
        if rest:
            receipt += _land_page(tx, source, stream, rest, mapper=mapper, landing=landing)
    return receipt


def _without_unchanged(
    tx: Transaction, source: str, stream: str, arrivals: Sequence[Arrival], generation: int
) -> list[Arrival]:
    """The arrivals but those of which nothing is to be said than that they are as they were.

    Most are, in most passes: they are told by their hashes alone, a page at a time.
    """
    ids = [storable(arrival.external_id) for arrival in arrivals]
    held = clean_sources(tx, source, stream, ids)
    for special in _special(tx, source, stream, ids):
        held.pop(special, None)
    rest: list[Arrival] = []
    listed: list[int] = []
    for arrival, external_id in zip(arrivals, ids, strict=True):
        stored = held.get(external_id)
        if stored is None or not _is_unchanged(arrival, stored[1]):
            rest.append(arrival)
        elif stored[2] < generation:
            listed.append(stored[0])
    mark_listed(tx, listed, generation)
    return rest


def _special(tx: Transaction, source: str, stream: str, ids: Sequence[str]) -> Collection[str]:
    """Ids that come more than once, or whose records must not land."""
    special: set[str] = set()
    if len(set(ids)) < len(ids):
        special.update(external_id for external_id, count in Counter(ids).items() if count > 1)
    if any_suppressed(tx):
        keys = [RecordKey(source, stream, external_id) for external_id in ids]
        special.update(key.external_id for key in suppressed(tx, keys))
    return special


def _is_unchanged(arrival: Arrival, stored_hash: bytes) -> bool:
    if not isinstance(arrival, Record) or arrival.deleted:
        return False
    try:
        return content_hash(arrival.data) == stored_hash
    except TypeError:  # it is stored in another form than it came
        return False


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
