"""recordlinkage: blocking, Jaro-Winkler comparison and its unsupervised ECM classifier.

Matches are pairs of at least some probability, or with at least so many agreements, as its manual
shows both ways; which is best is told by the truth.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import recordlinkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.bench.peers.side import Labels, run

THRESHOLDS = (0.5, 0.9, 0.99, 0.999, 0.999999)

# By set: the blocks, the columns compared by likeness, and those compared for being equal.
SETUP = {
    "historical": (
        (["first_name", "surname"], ["surname", "dob"], ["first_name", "dob"],
         ["postcode_fake", "first_name"], ["postcode_fake", "surname"], ["dob", "birth_place"]),
        ("first_name", "surname", "dob", "postcode_fake"),
        ("birth_place", "occupation"),
    ),
    "febrl3": (
        (["soc_sec_id"], ["given_name"], ["surname"], ["date_of_birth"], ["postcode"]),
        ("given_name", "surname", "date_of_birth", "soc_sec_id", "address_1", "postcode"),
        ("street_number", "state"),
    ),
}  # fmt: skip
SETUP["febrl4"] = SETUP["febrl3"]


def cluster(table: pa.Table, name: str) -> list[Labels]:
    blocks, alike, equal = SETUP[name]
    people = table.to_pandas()
    index = recordlinkage.Index()
    for block in blocks:
        index.block(block)
    if name == "febrl4":
        first, second = people[people["file"] == "a"], people[people["file"] == "b"]
        pairs, sides = index.index(first, second), (first, second)
    else:
        pairs, sides = index.index(people), (people,)
    compare = recordlinkage.Compare()
    for column in alike:
        compare.string(column, column, method="jarowinkler", threshold=0.88)
    for column in equal:
        compare.exact(column, column)
    likely = recordlinkage.ECMClassifier(binarize=0.5)
    vectors = compare.compute(pairs, *sides)
    likely.fit(vectors)
    probability: pd.Series[float] = likely.prob(vectors)
    first, second = (np.asarray(probability.index.get_level_values(side)) for side in (0, 1))
    agreements = np.asarray(vectors.sum(axis=1))
    choices = [np.asarray(probability >= threshold) for threshold in THRESHOLDS]
    choices += [agreements >= least for least in range(2, vectors.shape[1] + 1)]
    return [joined(table.num_rows, first[kept], second[kept]) for kept in choices]


def joined(count: int, first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]) -> Labels:
    """Connected components of pairs of row numbers, as labels."""
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


if __name__ == "__main__":
    run(cluster)
