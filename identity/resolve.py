"""Resolution: which records are one. The bulk pass, and the pure pieces it is made of.

Everything works on **digests**: records whose features are equal are one node, so that a
thousand mails of one sender cost as much as one. A node has its `Features` and the keys of its
records.

What an incremental resolver stores, per entity and model version:

- per record: its digest;
- per digest: `features.to_json`, and its `block_keys`;
- `DigestLink`s: pairs of digests that share an active key and weigh at least
  `Model.possible_weight`.

What follows from what, in order:

1. A key is active while at most `caps(model)[rule]` digests bear it.
2. Two digests are candidates while they share an active key: `links_between` scores them.
   A key that goes inactive takes those links with it that no other active key supports; one
   that becomes active again brings its pairs back.
3. A component is what links of at least `Model.match_weight` and `same` decisions hold
   together. `cluster_component` clusters it, from its members' features and the decisions.
4. `possible_matches` are the links between different clusters.

An edge is a function of two records and the model, a cluster one of its component: one by one,
in batches and in bulk give the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daifuku.records import Cluster, Link, PairScore, RecordKey
from identity.features import Features
from identity.model.types import Model


@dataclass(frozen=True, slots=True, order=True)
class DigestLink:
    """The match weight of two digests, `a` < `b`."""

    a: str
    b: str
    weight: float


@dataclass(frozen=True, slots=True)
class Node:
    """The records whose features are equal: `features` of any one, and all their keys, sorted."""

    features: Features
    records: tuple[RecordKey, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Links (matches between records), possible matches (best first) and clusters (sorted).

    Every record is in exactly one cluster. A possible match names one pair of records for
    each two clusters that a steward should look at.
    """

    links: tuple[Link, ...]
    possible: tuple[PairScore, ...]
    clusters: tuple[Cluster, ...]
