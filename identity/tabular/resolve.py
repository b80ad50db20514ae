"""Resolving a table: from columns to clusters."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from identity.kernel import connected, contract_many
from identity.kernel.arrays import Ints
from identity.model.types import Model
from identity.scoring.affinity import affinities
from identity.scoring.weights import Weights
from identity.tabular.prepared import Prepared, prepare
from identity.tabular.scores import Scorer
from identity.tabular.within import Links, Part, Within

_PAIRS_AT_ONCE = 250_000
_STEP = 1.0
"""Bits by which the match weight is raised at a time where a component is too large."""


@dataclass(frozen=True, slots=True, eq=False)
class TableResolution:
    """A table's rows, resolved; all numbers are row numbers of the table.

    `labels[row]` is the first row, by key, of the row's cluster. The links are the candidate
    pairs of at least the possible weight, matches or not, with their match weights.
    """

    labels: Ints
    first: Ints
    second: Ints
    weights: Weights


def resolve_table(table: pa.Table, model: Model) -> TableResolution:
    """Resolve all rows at once under a trained model.

    Where the model names a `key` the order of the rows does not matter.

    Raises:
        ModelError: the table lacks a column the model names.
    """
    return resolve_prepared(prepare(table, model), model)


def resolve_prepared(ready: Prepared, model: Model) -> TableResolution:
    """`resolve_table`, of a table made ready."""
    scorer = Scorer(ready, model)
    links = score_candidates(ready, model, scorer)
    labels = cluster(ready.rows, links, model, scorer)
    return located(ready, labels, links)


def components_at(ready: Prepared, model: Model, weight: float) -> TableResolution:
    """Connected components of the links of at least that match weight, contradictions or not."""
    links = score_candidates(ready, model, Scorer(ready, model))
    strong = links.of_at_least(weight)
    return located(ready, connected(ready.rows, strong.first, strong.second), links)


def score_candidates(ready: Prepared, model: Model, scorer: Scorer) -> Links:
    """The candidate pairs of at least the possible weight."""
    parts = []
    for start in range(0, len(ready.first), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        first, second = ready.first[part], ready.second[part]
        reached = ready.levels[:, part]
        kept, weights, contrasts = scorer.of_at_least(model.possible_weight, first, second, reached)
        parts.append(Links(first[kept], second[kept], weights, contrasts))
    return Links(
        np.concatenate([p.first for p in parts] or [np.empty(0, np.int32)]),
        np.concatenate([p.second for p in parts] or [np.empty(0, np.int32)]),
        np.concatenate([p.weights for p in parts] or [np.empty(0)]),
        np.concatenate([p.contrasts for p in parts] or [np.empty(0)]),
    )


def cluster(rows: int, links: Links, model: Model, scorer: Scorer) -> Ints:
    """A label per row, the first row of its cluster. `links` are the pairs scored so far.

    Matches make components. Within each all pairs count, candidates or not; parts join,
    strongest evidence first, while the sum over their pairs speaks for it. A component of too
    many rows, equal ones counted once, is left to stronger and stronger links. Two records of a
    source that has each entity once do not meet through third ones, unless they match themselves.
    """
    matches = links.of_at_least(model.match_weight)
    labels = connected(rows, matches.first, matches.second)
    large = np.bincount(labels, minlength=rows)[labels] > model.clustering.max_size
    twin = scorer.twins(np.flatnonzero(large).astype(np.int32))
    inside = matches.where(large[matches.first]).between(twin)
    labels = np.where(large, _bounded(rows, inside, model), labels)
    for part in Within(labels, links).parts(_PAIRS_AT_ONCE):
        labels[part.members] = part.members[_contracted(part, links, model, scorer)]
    return labels[twin]


def _contracted(part: Part, links: Links, model: Model, scorer: Scorer) -> Ints:
    """A label per member: the place of the first one of its cluster."""
    a, b = part.places
    first, second = part.members[a], part.members[b]
    weights, contrasts = links.weights[part.link], links.contrasts[part.link]
    new = np.flatnonzero(part.link < 0)
    scores = scorer.compare(first[new], second[new])
    weights[new], contrasts[new] = scores.weights, scores.contrasts
    say = affinities(weights, contrasts, model)
    told = np.flatnonzero(say)
    once = scorer.same_source(first, second) > 0
    apart = np.flatnonzero(once & (weights < model.match_weight))
    return contract_many(part.starts, (a[told], b[told]), say[told], apart=(a[apart], b[apart]))


def _bounded(rows: int, links: Links, model: Model) -> Ints:
    """Components of at most `max_size` rows: larger ones keep their stronger links only."""
    labels = connected(rows, links.first, links.second)
    threshold = model.match_weight
    while True:
        large = np.bincount(labels, minlength=rows)[labels] > model.clustering.max_size
        inside = large[links.first]
        if not inside.any():
            return labels
        threshold += _STEP
        links = links.where(inside & (links.weights >= threshold))
        smaller = connected(rows, links.first, links.second)
        labels = np.where(large, smaller, labels)


def located(ready: Prepared, labels: Ints, links: Links) -> TableResolution:
    """Prepared rows as rows of the table."""
    place = ready.order.astype(np.int32)
    found = np.empty(len(labels), np.int32)
    found[place] = place[labels]
    return TableResolution(found, place[links.first], place[links.second], links.weights)
