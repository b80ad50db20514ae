"""GoldenMatch with the probabilistic configuration that it finds by itself, without labels."""

import goldenmatch
import numpy as np
import pyarrow as pa

from tests.bench.peers.side import Labels, run


def cluster(table: pa.Table, _: str) -> list[Labels]:
    people = table.drop_columns(
        [n for n in ("unique_id", "rec_id", "file") if n in table.schema.names]
    )
    config = goldenmatch.auto_configure_probabilistic_df(people)
    found = goldenmatch.dedupe_df(
        people, config=config, confidence_required=False, allow_red_config=True
    )
    labels = -1 - np.arange(table.num_rows)
    for number, group in found.clusters.items():
        labels[list(group["members"])] = number
    return [labels]


if __name__ == "__main__":
    run(cluster)
