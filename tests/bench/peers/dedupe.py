"""dedupe: learns from 400 labelled pairs, then blocks, scores and clusters all records.

It is the only side that is told labels: half of them matches, all from a sample of whole entities.
Its training keeps each pair of records that each predicate covers, more than ten gigabytes for five
thousand records, so it trains on a sample of 1,300 and with no predicate that needs an index. The
threshold of its clusters is picked by the truth.
"""

import io
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dedupe
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.peers.side import Labels, run

SAMPLED = 1_300
LABELS = 200
"""Labelled pairs of each kind, at most."""
RECALL = {"historical": 0.9, "febrl3": 1.0, "febrl4": 1.0}
"""Of the labelled matches, the share that its blocks must find, 1 being its default. On
`historical` that takes more pairs than can be scored in 25 minutes."""
THRESHOLDS = (0.3, 0.5, 0.7, 0.9, 0.95, 0.98, 0.99)

FIELDS = {
    "historical": ("first_name", "surname", "dob", "birth_place", "postcode_fake", "occupation"),
    "febrl3": (
        "given_name", "surname", "address_1", "suburb", "postcode", "date_of_birth", "soc_sec_id",
    ),
}  # fmt: skip
FIELDS["febrl4"] = FIELDS["febrl3"]

Record = dict[str, Any]


def cluster(table: pa.Table, name: str) -> list[Labels]:
    random.seed(1)
    np.random.seed(1)
    people: dict[int, Record] = dict(enumerate(table.select(FIELDS[name]).to_pylist()))
    sample = _sample(pq.read_table(Path(sys.argv[1]) / "people.parquet")["entity_id"].to_pylist())
    labelled = {row: {**people[row], "entity": entity} for row, entity in sample.items()}
    pairs = dedupe.training_data_dedupe(labelled, "entity", training_size=LABELS)
    matcher = dedupe.Dedupe(
        [dedupe.variables.String(field, has_missing=True) for field in FIELDS[name]], num_cores=1
    )
    with io.StringIO() as answers:
        told = {kind: random.sample(some, min(LABELS, len(some))) for kind, some in pairs.items()}
        dedupe.write_training(told, answers)
        answers.seek(0)
        matcher.prepare_training(labelled, training_file=answers, sample_size=1_000)
    matcher.train(recall=RECALL[name], index_predicates=False)
    scores = matcher.score(matcher.pairs(people))
    return [_labels([*matcher.cluster(scores, limit)], len(people)) for limit in THRESHOLDS]


def _sample(entities: Sequence[str]) -> dict[int, str]:
    """The rows of entities drawn at random until there are enough of them."""
    drawn = sorted({*entities})
    random.shuffle(drawn)
    rows: dict[str, list[int]] = {}
    for row, entity in enumerate(entities):
        rows.setdefault(entity, []).append(row)
    chosen: dict[int, str] = {}
    for entity in drawn:
        if len(chosen) < SAMPLED:
            chosen |= dict.fromkeys(rows[entity], entity)
    return chosen


def _labels(clusters: Sequence[tuple[Sequence[int], Any]], count: int) -> Labels:
    labels = -1 - np.arange(count)
    for number, (members, _) in enumerate(clusters):
        labels[list(members)] = number
    return labels


if __name__ == "__main__":
    run(cluster)
