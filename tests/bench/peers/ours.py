"""Our side: the set's model beside the benchmark, fitted to the table without labels."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from identity.model.load import load_model
from identity.tabular.prepared import prepare
from identity.tabular.resolve import resolve_prepared
from identity.training import train_prepared
from tests.bench.peers.side import Labels, run

MODELS = Path("tests/bench/models")


def cluster(table: pa.Table, name: str) -> list[Labels]:
    model = load_model(MODELS / f"{name}.yaml")
    ready = prepare(table, model)
    labels = resolve_prepared(ready, train_prepared(ready, model)).labels
    return [np.asarray(labels, np.int64)]


if __name__ == "__main__":
    run(cluster)
