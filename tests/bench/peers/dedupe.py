"""dedupe: active learning on 200 pairs whose answers are taken from the truth, then clusters.

It is the only side that is told labels. It learns for minutes even without the predicates that need
an index (with them it takes more than ten gigabytes), so it runs when asked to (`--peers`) and on
febrl3 alone.
"""

import random
import sys
from pathlib import Path

import dedupe
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.peers.side import Labels, run

LABELS = 200
FIELDS = (
    "given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state",
    "date_of_birth", "soc_sec_id",
)  # fmt: skip


def cluster(table: pa.Table, _: str) -> list[Labels]:
    random.seed(1)
    np.random.seed(1)
    people = dict(enumerate(table.select(FIELDS).to_pylist()))
    answers = pq.read_table(Path(sys.argv[1]) / "people.parquet")["entity_id"].to_pylist()
    number = {id(record): key for key, record in people.items()}
    matcher = dedupe.Dedupe(
        [dedupe.variables.String(field, has_missing=True) for field in FIELDS], num_cores=2
    )
    matcher.prepare_training(people, sample_size=5000)
    by_value = {tuple(record.items()): key for key, record in people.items()}
    for _ in range(LABELS):
        pair = matcher.uncertain_pairs()[0]
        one, other = (answers[number.get(id(r), by_value[tuple(r.items())])] for r in pair)
        kinds = {"match": [], "distinct": []}
        kinds["match" if one == other else "distinct"].append(pair)
        matcher.mark_pairs(kinds)
    matcher.train(index_predicates=False)
    labels = -1 - np.arange(len(people))
    for cluster_number, (members, _) in enumerate(matcher.partition(people, 0.5)):
        labels[list(members)] = cluster_number
    return [labels]


if __name__ == "__main__":
    run(cluster)
