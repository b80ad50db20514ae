"""The benchmark's data and figures are what they are said to be."""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.crm.write import MATCHED, write_csv, write_table
from tests.bench.resolvers.figures import agreement, label_quality, quality

RECORDS, SEED = 3_000, 7


def test_a_seed_gives_the_same_records_again(tmp_path: Path) -> None:
    one, other, another = (tmp_path / name for name in ("one", "other", "another"))
    write_table(one, RECORDS, SEED)
    write_table(other, RECORDS, SEED)
    write_table(another, RECORDS, SEED + 1)
    assert pq.read_table(one) == pq.read_table(other)
    assert pq.read_table(one) != pq.read_table(another)


def test_a_person_has_about_three_records_in_five_sources(tmp_path: Path) -> None:
    write_table(tmp_path / "people", RECORDS, SEED)
    table = pq.read_table(tmp_path / "people")
    assert table.column_names == [*MATCHED, "unique_id", "entity_id", "source"]
    assert table["unique_id"].to_pylist() == list(range(RECORDS))
    assert len(table["source"].unique()) == 5
    assert 2.8 < RECORDS / len(table["entity_id"].unique()) < 2.9


def test_the_csv_tells_of_the_same_people_and_keeps_its_junk(tmp_path: Path) -> None:
    write_table(tmp_path / "people", RECORDS, SEED)
    write_csv(tmp_path / "people.csv", RECORDS, SEED)
    truth = pyarrow.csv.read_csv(tmp_path / "people.truth.csv")
    raw = pyarrow.csv.read_csv(tmp_path / "people.csv")
    table = pq.read_table(tmp_path / "people")
    assert truth["entity_id"].to_pylist() == table["entity_id"].to_pylist()
    assert pc.any(pc.equal(raw["Last name"], "unknown")).as_py()
    assert not pc.any(pc.equal(table["last"], "unknown")).as_py()


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=20)


@given(labels)
def test_quality_of_labels_is_that_of_their_clusters(pairs: list[tuple[int, int]]) -> None:
    found, truth = np.array(pairs).T
    clusters = [np.flatnonzero(found == label).tolist() for label in set(found.tolist())]
    expected = quality(clusters, [str(entity) for entity in truth])
    got = label_quality(found, truth)
    joined = any(len(cluster) > 1 for cluster in clusters)
    assert got["bcubed_f1"] == expected["bcubed_f1"]
    if joined and len(set(truth.tolist())) < len(truth):
        assert got["f1"] == expected["f1"]


@given(labels)
def test_a_partition_agrees_with_itself_whatever_its_labels(pairs: list[tuple[int, int]]) -> None:
    found = np.array(pairs)[:, 0]
    assert agreement(found, 9 - found)["records"] == 1.0


def test_agreement_counts_records_whose_clusters_are_identical() -> None:
    same = agreement(np.array([1, 1, 2, 2, 3]), np.array([5, 5, 6, 7, 8]))
    assert same["records"] == 0.6
