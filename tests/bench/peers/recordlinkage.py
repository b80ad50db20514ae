"""recordlinkage: blocking, Jaro-Winkler comparison and its unsupervised ECM classifier."""

import numpy as np
import pandas as pd
import pyarrow as pa
import recordlinkage

from tests.bench.peers.side import Labels, joined, run

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


def cluster(table: pa.Table, name: str) -> Labels:
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
    matches = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(compare.compute(pairs, *sides))
    frame: pd.MultiIndex = matches
    return joined(
        table.num_rows,
        np.asarray(frame.get_level_values(0)),
        np.asarray(frame.get_level_values(1)),
    )


if __name__ == "__main__":
    run(cluster)
