"""Whether the order of arrival matters: labels that differ from a bulk pass, which must be none.

`python -m tests.bench.order [--json] [--records N] [--seed N] [--store sqlite|postgres]`: the CRM
world's records, inserted in two random orders in batches of 1 to 5,000; a tenth of them deleted
and added again on the way. Caps are lowered, so that many keys cross
them, in both directions.
"""

import argparse
import contextlib
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from daifuku.records import Entity, MappedRecord, RecordKey
from daifuku.storage.engine import Store, open_store
from daifuku.storage.tables import mapped_record
from daifuku.storage.upgrade import upgrade
from identity.model.load import shipped_models
from identity.model.types import Model
from identity.resolve import resolve
from sync.resolution import resolve_pending
from tests.bench.crm.write import write_table
from tests.bench.latencies.customers import customers, land, land_changes, take_away
from tests.bench.resolvers.figures import cpu_seconds
from tests.support.servers import postgres_server

BATCHES = (1, 10, 100, 1_000, 5_000)
NEVER = 10**12
Models = Mapping[Entity, Model]


def run(records: int, seed: int, kind: str) -> dict[str, Any]:
    """The number of labels that differ from bulk, of each order."""
    with tempfile.TemporaryDirectory() as name:
        table = Path(name) / "customers.parquet"
        write_table(table, records, seed)
        world = list(customers(table))
        models = with_caps(shipped_models(), 12)
        bulk = labels(frozenset(c.members) for c in resolve(world, models).clusters)
        orders = []
        for number in (1, 2):
            begun = cpu_seconds()
            with _database(Path(name), kind, number) as url:
                upgrade(url)
                store = open_store(url)
                count = arrive(store, world, models, random.Random(seed + number))
                found = labels(partition(store))
                store.close()
            wrong = sum(found.get(key) != label for key, label in bulk.items())
            cost = round(cpu_seconds() - begun, 1)
            orders.append({"differ": wrong, "batches": count, "cpu_s": cost})
    return {
        "records": len(world),
        "store": kind,
        "clusters": len({*bulk.values()}),
        "orders": orders,
    }


def with_caps(models: Models, cap: int) -> Models:
    """The models with lower caps, so that a small world has keys that cross them."""
    return {
        entity: replace(
            model, blocking=tuple(replace(r, cap=min(r.cap, cap)) for r in model.blocking)
        )
        for entity, model in models.items()
    }


def arrive(store: Store, world: Sequence[MappedRecord], models: Models, rng: random.Random) -> int:
    """Let the records come in a random order, a tenth of them go and come again.

    Returns the number of batches.
    """
    waiting = rng.sample(world, len(world))
    fickle = waiting[: len(world) // 10]
    batches = 0
    for page in _pages(waiting, rng):
        land(store, page)
        batches += 1
        resolve_pending(store, models=models, at_once_from=NEVER)
    for page in _pages(rng.sample(fickle, len(fickle)), rng):
        take_away(store, [record.key for record in page])
        batches += 1
        resolve_pending(store, models=models, at_once_from=NEVER)
    for page in _pages(rng.sample(fickle, len(fickle)), rng):
        land_changes(store, page)
        batches += 1
        resolve_pending(store, models=models, at_once_from=NEVER)
    return batches


def _pages(records: Sequence[MappedRecord], rng: random.Random) -> Iterator[list[MappedRecord]]:
    start = 0
    while start < len(records):
        size = rng.choice(BATCHES)
        yield list(records[start : start + size])
        start += size


def partition(store: Store) -> Iterable[frozenset[RecordKey]]:
    """The records that are there, grouped by their golden record."""
    groups: dict[str, set[RecordKey]] = {}
    c = mapped_record.c
    query = select(c.source, c.stream, c.external_id, c.part, c.golden_id)
    with store.read() as tx:
        for *key, golden_id in tx.execute(query.where(c.removed.is_(False))):
            groups.setdefault(golden_id, set()).add(RecordKey(*key))
    return map(frozenset, groups.values())


def labels(clusters: Iterable[frozenset[RecordKey]]) -> dict[RecordKey, tuple[RecordKey, int]]:
    """Each record's cluster, named by its smallest record and its size."""
    return {key: (min(cluster), len(cluster)) for cluster in clusters for key in cluster}


@contextlib.contextmanager
def _database(folder: Path, kind: str, number: int) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{number}.sqlite'}"
        return
    with postgres_server() as url:
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    options = parser.parse_args()
    result = run(options.records, options.seed, options.store)
    if options.json:
        print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    print(
        f"{result['records']} records on {result['store']}, {result['clusters']} clusters in bulk"
    )
    for number, order in enumerate(result["orders"], 1):
        print(
            f"order {number}: {order['differ']} labels differ from bulk"
            f" ({order['batches']} batches, {order['cpu_s']} CPU-s)"
        )


if __name__ == "__main__":
    main()
