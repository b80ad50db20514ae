"""Resolves everything at once where nothing is resolved yet: in columns, written in order.

The store ends as it would by batches, within one transaction: other writers wait.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

import numpy as np

from daifuku.records import Entity, Receipt, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import block_keys, blocks, decisions, links, records
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.links import SetLink
from daifuku.storage.repositories.resolution.records import PendingRecord, Resolved
from identity.bulk import BulkTable, Numbers, groups_of
from identity.component import Node
from identity.encoded import Encoder
from identity.features import Features
from identity.features import described as described_as
from identity.model.types import Model
from identity.scoring.weights import probabilities
from identity.survivorship.rules import SurvivorshipRules
from sync.resolution.asking import review_settled
from sync.resolution.decided import Decided
from sync.resolution.golden import Settled, settle
from sync.resolution.graph import Graph
from sync.resolution.identities import founding_id
from sync.resolution.intake import Intake
from sync.resolution.members import Members
from sync.resolution.pins import standing_pins
from sync.resolution.population import keys_of
from sync.resolution.receipts import receipts

PAGE = 10_000
"""Records read, or golden records written, at a time."""

_WRITTEN_AT_ONCE = 200_000

KEPT = 100_000
"""Records of an entity that stay in memory from being described until they are settled."""

NOTHING = Features(key=RecordKey("", "", ""), entity=Entity.PERSON)
"""Stands for the features of nodes that are not compared any more."""

Receipts = dict[int | None, Receipt]


@dataclass(slots=True)
class _Described:
    """The records of one entity: encoded, with the row and the feature set of each."""

    encoder: Encoder
    row_of: dict[RecordKey, int] = field(default_factory=dict)
    set_of: dict[RecordKey, int] = field(default_factory=dict)
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    bearers: "array[int]" = field(default_factory=lambda: array("q"))

    kept: dict[int, PendingRecord] = field(default_factory=dict)

    def add(self, row: PendingRecord, set_id: int, value: Features) -> None:
        self.encoder.append(value)
        self.row_of[value.key] = row.id
        self.set_of[value.key] = set_id
        if len(self.kept) < KEPT:
            self.kept[row.id] = row

    def taken(self, tx: Transaction, keys: Iterable[RecordKey]) -> list[PendingRecord]:
        """The records of these keys, as far as they are not kept read once more."""
        ids = [self.row_of[key] for key in keys]
        again = records.take(tx, 0, [id for id in ids if id not in self.kept])
        kept = [self.kept.pop(id) for id in ids if id in self.kept]
        return sorted(kept + again, key=lambda row: row.id)


@dataclass(frozen=True, slots=True)
class _Slice:
    """Clusters that are settled together, with their feature sets and what came of them."""

    nodes: dict[int, Node]
    settled: Settled
    first_time: list[tuple[int | None, RecordKey]]


def load_first(
    tx: Transaction,
    models: Mapping[Entity, Model],
    rules: SurvivorshipRules,
    at: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[int, Receipts]:
    """Resolve all pending records of a store in which none is resolved.

    Returns their number, and what became of them by run. `progress` is told now and then how
    many are done.
    """
    described = {entity: _Described(Encoder(entity)) for entity in models}
    count = _describe(tx, models, described)
    total: Receipts = {}
    done = 0
    for entity, model in models.items():
        of_entity = described.pop(entity)
        _store_keys(tx, of_entity)
        slices = []
        for part in _settled(tx, model, rules, of_entity, at):
            slices.append(part)
            done += len(part.first_time)
            progress(done)
        for part in slices:
            for run_id, receipt in _reviewed(tx, entity, part, at).items():
                total[run_id] = total.get(run_id, Receipt()) + receipt
    return count, total


def _describe(
    tx: Transaction, models: Mapping[Entity, Model], described: Mapping[Entity, _Described]
) -> int:
    """Store the feature set of every pending record; removed ones are resolved by that."""
    ids: dict[str, int] = {}
    after = count = 0
    while page := records.take(tx, PAGE, after=after):
        after, count = page[-1].id, count + len(page)
        removed = ((row, Resolved(row.id, None, None)) for row in page if row.removed)
        records.mark_resolved(tx, removed)
        told = [(row, *described_as(row.record)) for row in page if not row.removed]
        new = {value.digest: (value, body) for _, value, body in told if value.digest not in ids}
        ids |= blocks.add_sets(tx, {d: (v.entity.value, body) for d, (v, body) in new.items()})
        for digest, (value, _) in new.items():
            of_entity = described[value.entity]
            for key in keys_of(value, models[value.entity]):
                of_entity.keys.append(key)
                of_entity.bearers.append(ids[digest])
        for row, value, _ in told:
            described[value.entity].add(row, ids[value.digest], value)
    return count


def _store_keys(tx: Transaction, described: _Described) -> None:
    """Store all block keys in their order, which fills the index without gaps."""
    keys = np.asarray(described.keys, np.int64)
    bearers = np.asarray(described.bearers, np.int64)
    order = np.lexsort((bearers, keys))
    for start in range(0, len(order), _WRITTEN_AT_ONCE):
        some = order[start : start + _WRITTEN_AT_ONCE]
        block_keys.add(tx, zip(keys[some].tolist(), bearers[some].tolist(), strict=True))


def _store_links(tx: Transaction, table: BulkTable, set_of: Numbers) -> None:
    found = table.find_links()
    a, b = set_of[found.a], set_of[found.b]
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((high, low))
    for start in range(0, len(order), _WRITTEN_AT_ONCE):
        some = order[start : start + _WRITTEN_AT_ONCE]
        weights = found.weights[some].tolist()
        shown = probabilities(weights, table.model)
        edges = map(SetLink, low[some].tolist(), high[some].tolist(), weights, shown)
        links.add(tx, edges, table.model.version)


def _settled(
    tx: Transaction,
    model: Model,
    rules: SurvivorshipRules,
    described: _Described,
    at: datetime,
) -> Iterator[_Slice]:
    """Store the links and, slice by slice, the golden records of one entity."""
    table = BulkTable(described.encoder.encoded(), model)
    names, node_of = table.encoded.keys, table.encoded.node_of
    sets = np.asarray([described.set_of[names[r]] for r in table.encoded.first.tolist()], np.int64)
    _store_links(tx, table, sets)
    labels = table.clusters(decisions.in_force(tx))
    groups = sorted(groups_of(labels), key=lambda group: founding_id(model.entity, names[group[0]]))
    rest = iter(groups)
    while some := [*islice(rest, PAGE)]:
        clusters = [tuple(names[record] for record in group.tolist()) for group in some]
        keys = [key for cluster in clusters for key in cluster]
        taken = described.taken(tx, keys)
        set_of = {row.id: described.set_of[row.record.key] for row in taken}
        values = {
            int(sets[node]): table.encoded.unsealed(int(table.encoded.first[node]))
            for node in np.unique(node_of[np.concatenate(some)]).tolist()
        }
        settled = settle(
            tx,
            model.entity,
            clusters,
            {
                row.record.key: Membership(row.id, row.record.key, set_of[row.id], None)
                for row in taken
            },
            intake=_as_intake(tx, taken, set_of),
            features={row.record.key: values[set_of[row.id]] for row in taken},
            rules=rules,
            at=at,
            pins=partial(standing_pins, rules),
        )
        borne: defaultdict[int, list[RecordKey]] = defaultdict(list)
        for key in sorted(keys):
            borne[described.set_of[key]].append(key)
        nodes = {id: Node(NOTHING, tuple(of_set)) for id, of_set in borne.items()}
        yield _Slice(nodes, settled, [(row.run_id, row.record.key) for row in taken])


def _as_intake(
    tx: Transaction, taken: Sequence[PendingRecord], set_of: Mapping[int, int]
) -> Intake:
    """Records whose feature sets, block keys and links are stored already."""
    nothing: frozenset[int] = frozenset()
    return Intake(taken, set_of, Members(tx, taken, set_of), {}, nothing, nothing, nothing, {})


def _reviewed(tx: Transaction, entity: Entity, part: _Slice, at: datetime) -> Receipts:
    """Open the review tasks of a slice; returns what became of its records."""
    graph = Graph(tx)
    graph.read(part.nodes)
    keys = {key for node in part.nodes.values() for key in node.records}
    decided = Decided(tx).about(keys)
    contested = review_settled(
        tx,
        entity,
        part.settled,
        part.nodes,
        graph=graph,
        members=Members(tx, (), {}),
        decisions=decided,
        at=at,
    )
    return receipts(part.first_time, part.settled, contested)
