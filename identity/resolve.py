"""Resolution: which records are one. The bulk pass, and the pure pieces it is made of.

Everything works on **digests**: records whose features are equal are one node, so that a
thousand mails of one sender cost as much as one. A node has its features and the keys of its
records.

What an incremental resolver stores, per entity and model version:

- per record: its digest;
- per digest: `features.to_json`, and its `block_keys`;
- the `DigestLink`s of at least `Model.possible_weight`: between digests that share an active
  key, and of each digest with itself.

What follows from what, in order:

1. A key is active while at most `caps(model)[rule]` digests bear it.
2. Two digests are candidates while they share an active key: `links_between` scores them.
   A key that goes inactive takes those links with it that no other active key supports; one
   that becomes active again brings its pairs back.
3. A component is what links of at least `Model.match_weight` and `same` decisions hold
   together. `cluster_component` clusters it, from its nodes and the decisions on its records.
4. `possible_matches` are the links of at least `Model.possible_weight` between clusters.

An edge is a function of two records and the model, a cluster one of its component: one by one,
in batches and in bulk give the same. `identity/incremental.py` does all this in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from daifuku.records import Cluster, Decision, Entity, Link, MappedRecord, PairScore, RecordKey
from identity.bulk import BulkTable, Numbers, groups_of
from identity.component import DigestLink, Node, Records, link_of
from identity.encoded import Encoder
from identity.features import Features, features, with_key
from identity.model.load import shipped_models
from identity.model.types import Model
from identity.scoring.few import Values, values_of, weight_of
from identity.scoring.score import score_pair
from identity.scoring.table import Table
from identity.scoring.weights import probability

Pair = tuple[Features, Features]

_FEW = 500
"""Pairs up to which comparing them one by one is quicker than in columns."""
_CLUSTERS_PER_LINK = 5
"""Clusters at one end of a link that are offered for review; more would be the same question."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Links (matches between records), possible matches (best first) and clusters (sorted).

    Every record is in exactly one cluster. A possible match names one pair of records for
    each two clusters that a steward should look at.
    """

    links: tuple[Link, ...]
    possible: tuple[PairScore, ...]
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True, order=True)
class PossibleMatch:
    """Two records of different clusters that may be one, and the match weight that says so."""

    a: RecordKey
    b: RecordKey
    weight: float


def resolve(
    records: Iterable[MappedRecord | Features],
    models: Mapping[Entity, Model] | None = None,
    decisions: Sequence[Decision] = (),
    *,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Resolution:
    """Resolve all records at once. Keys must be unique; the order does not matter.

    Records are read once and not kept. `on_progress` is called with their number now and then.
    """
    models = models or shipped_models()
    encoders = {entity: Encoder(entity) for entity in models}
    for number, record in enumerate(records, 1):
        seen = record if isinstance(record, Features) else features(record)
        encoders[seen.entity].append(seen)
        if number % 1000 == 0:
            on_progress(number)
    results = [
        _resolve_entity(BulkTable(encoder.encoded(), models[entity]), decisions)
        for entity, encoder in sorted(encoders.items())
    ]
    return Resolution(
        links=tuple(link for result in results for link in result.links),
        possible=tuple(
            sorted(
                (score for result in results for score in result.possible),
                key=lambda score: (-score.weight, score.pair),
            )
        ),
        clusters=tuple(cluster for result in results for cluster in result.clusters),
    )


def links_between(pairs: Iterable[Pair], model: Model) -> tuple[DigestLink, ...]:
    """The links among these pairs, those below the possible weight left out, sorted.

    Pass each pair of digests that shares an active key, and each new digest with itself.
    """
    asked = list(pairs)
    found = _few_links(asked, model) if len(asked) < _FEW else _many_links(asked, model)
    return tuple(sorted(found))


def _few_links(pairs: Sequence[Pair], model: Model) -> Iterator[DigestLink]:
    read: dict[str, Values] = {}
    for a, b in pairs:
        for side in (a, b):
            if side.digest not in read:
                read[side.digest] = values_of(side, model)
        weight = weight_of(read[a.digest], read[b.digest], model, model.possible_weight)
        if weight is not None:
            yield link_of(a.digest, b.digest, weight)


def _many_links(pairs: Sequence[Pair], model: Model) -> Iterator[DigestLink]:
    sides = {side.digest: side for pair in pairs for side in pair}
    table, digests = Table(model, sides.values()), list(sides)
    rows = {digest: row for row, digest in enumerate(digests)}
    a, b = np.asarray([(rows[a.digest], rows[b.digest]) for a, b in pairs], np.int64).T
    weights = table.weights(a, b)
    for place in np.flatnonzero(weights >= model.possible_weight).tolist():
        yield link_of(digests[a[place]], digests[b[place]], float(weights[place]))


def possible_matches(
    links: Iterable[DigestLink],
    nodes: Mapping[str, Node],
    cluster_of: Mapping[RecordKey, RecordKey],
    decisions: Iterable[Decision] = (),
) -> tuple[PossibleMatch, ...]:
    """The strongest link between each two clusters, best first.

    `cluster_of` gives each record's cluster by any name, such as its first member. Clusters that a
    decision holds apart are not asked about again.
    """
    apart = {
        frozenset((cluster_of[d.a], cluster_of[d.b]))
        for d in decisions
        if not d.same and d.a in cluster_of and d.b in cluster_of
    }
    found: dict[frozenset[RecordKey], PossibleMatch] = {}
    for link in links:
        for a, b in _ends(nodes[link.a].records, nodes[link.b].records, cluster_of):
            clusters = frozenset((cluster_of[a], cluster_of[b]))
            if len(clusters) == 2 and clusters not in apart:
                match = PossibleMatch(min(a, b), max(a, b), link.weight)
                found[clusters] = min(match, found.get(clusters, match), key=_best_first)
    return tuple(sorted(found.values(), key=_best_first))


def _best_first(match: PossibleMatch) -> tuple[float, RecordKey, RecordKey]:
    return -match.weight, match.a, match.b


def _ends(
    left: Records, right: Records, cluster_of: Mapping[RecordKey, RecordKey]
) -> Iterator[tuple[RecordKey, RecordKey]]:
    """One record per cluster at either end of a link, in all combinations."""
    sides = []
    for records in (left, right):
        firsts: dict[RecordKey, RecordKey] = {}
        for key in records:
            if len(firsts) < _CLUSTERS_PER_LINK:
                firsts.setdefault(cluster_of[key], key)
        sides.append(firsts.values())
    return ((a, b) for a in sides[0] for b in sides[1])


def _resolve_entity(table: BulkTable, decisions: Sequence[Decision]) -> Resolution:
    labels = table.clusters(decisions)
    keys = table.encoded.keys
    return Resolution(
        links=tuple(sorted(_record_links(table))),
        possible=tuple(
            score_pair(
                with_key(table.features(a), match.a),
                with_key(table.features(b), match.b),
                table.model,
            )
            for match, a, b in possible_of(table, labels, decisions)
        ),
        clusters=tuple(
            Cluster(table.model.entity, tuple(keys[record] for record in group.tolist()))
            for group in groups_of(labels)
        ),
    )


def possible_of(
    table: BulkTable, labels: Numbers, decisions: Sequence[Decision] = ()
) -> list[tuple[PossibleMatch, int, int]]:
    """The possible matches of a bulk pass whose clusters are `labels`, each with its two nodes."""
    encoded = table.encoded
    links = table.open_links(labels)
    ends = np.unique(np.concatenate((links.a, links.b))).tolist()
    nodes = {node: table.node(node) for node in ends}
    home = {key: number for number, node in nodes.items() for key in node.records}
    named = {key for decision in decisions for key in (decision.a, decision.b)}
    numbers = [record for node in ends for record in table.records(node).tolist()]
    numbers += [record for record, key in enumerate(encoded.keys) if key in named] if named else []
    found = possible_matches(
        table.digest_links(links),
        {node.digest: node for node in nodes.values()},
        {encoded.keys[record]: encoded.keys[labels[record]] for record in numbers},
        decisions,
    )
    return [(match, home[match.a], home[match.b]) for match in found]


def count_possible(table: BulkTable, labels: Numbers) -> int:
    """How many possible matches `possible_of` finds where there are no decisions."""
    links, torn = table.open_links(labels), table.torn(labels)
    label = labels[table.encoded.first]
    whole = ~(torn[links.a] | torn[links.b])
    low = np.minimum(label[links.a], label[links.b])[whole]
    high = np.maximum(label[links.a], label[links.b])[whole]
    pairs = set(np.unique((low << 32) | high).tolist())
    rest = links.where(~whole)
    for a, b in zip(rest.a.tolist(), rest.b.tolist(), strict=True):
        sides = [
            list(dict.fromkeys(labels[table.records(node)].tolist()))[:_CLUSTERS_PER_LINK]
            for node in (a, b)
        ]
        pairs |= {(min(i, j) << 32) | max(i, j) for i in sides[0] for j in sides[1] if i != j}
    return len(pairs)


def _record_links(table: BulkTable) -> Iterator[Link]:
    """Links as they hold between records: first to first, and each equal record to the first."""
    keys, first, matches = table.encoded.keys, table.encoded.first, table.matches
    columns = (matches.a.tolist(), matches.b.tolist(), matches.weights.tolist())
    for a, b, weight in zip(*columns, strict=True):
        i = keys[first[a]]
        others = [keys[first[b]]] if a != b else [keys[r] for r in table.records(a)[1:].tolist()]
        for j in others:
            yield Link(
                min(i, j), max(i, j), weight, probability(weight, table.model), table.model.version
            )
