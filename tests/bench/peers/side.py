"""What every side of the published comparison does around its own work."""

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.resolvers.figures import Cost, label_quality, peak_mb, report

Labels = npt.NDArray[np.int64]


def run(cluster: Callable[[pa.Table, str], Sequence[Labels]]) -> None:
    """`python -m SIDE FOLDER SET`: cluster people.parquet and print what it cost and gave.

    `cluster` gets the table without its truth and the name of the set, and returns a label for
    each row; of several such answers the best by the truth is shown.
    """
    warnings.simplefilter("ignore")
    folder, name = Path(sys.argv[1]), sys.argv[2]
    with Cost() as cost:
        table = pq.read_table(folder / "people.parquet")
        answers = cluster(table.drop_columns(["entity_id"]), name)
    memory, real = peak_mb(), truth(table)
    report(
        wall_s=round(cost.wall, 2),
        cpu_s=round(cost.cpu, 2),
        rss_mb=round(memory),
        **max((label_quality(labels, real) for labels in answers), key=lambda found: found["f1"]),
    )


def truth(table: pa.Table) -> Labels:
    """The real entity of each row, numbered."""
    coded = table["entity_id"].combine_chunks().dictionary_encode()
    return np.asarray(coded.indices, np.int64)
