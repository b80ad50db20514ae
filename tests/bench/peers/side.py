"""What every side of the published comparison does around its own work."""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.bench.resolvers.figures import Cost, label_quality, peak_mb, report

Labels = npt.NDArray[np.int64]


def run(cluster: Callable[[pa.Table, str], Labels]) -> None:
    """`python -m SIDE FOLDER SET`: cluster people.parquet and print what it cost and gave.

    `cluster` gets the table without its truth and the name of the set, and returns a label for
    each row.
    """
    warnings.simplefilter("ignore")
    folder, name = Path(sys.argv[1]), sys.argv[2]
    with Cost() as cost:
        table = pq.read_table(folder / "people.parquet")
        labels = cluster(table.drop_columns(["entity_id"]), name)
    memory = peak_mb()
    report(
        wall_s=round(cost.wall, 2),
        cpu_s=round(cost.cpu, 2),
        rss_mb=round(memory),
        **label_quality(labels, truth(table)),
    )


def truth(table: pa.Table) -> Labels:
    """The real entity of each row, numbered."""
    coded = table["entity_id"].combine_chunks().dictionary_encode()
    return np.asarray(coded.indices, np.int64)


def joined(count: int, first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]) -> Labels:
    """Connected components of pairs of row numbers, as labels."""
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)
