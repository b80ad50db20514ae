"""Splink with the set-ups of its own tutorials; its threshold is the best of six by the truth."""

import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from splink import DuckDBAPI, Linker

from tests.bench.peers.side import Labels, truth
from tests.bench.peers.splink_setups import SETUPS, Setup
from tests.bench.resolvers.figures import Cost, label_quality, peak_mb, report

THRESHOLDS = (0.2, 0.5, 0.8, 0.95, 0.99, 0.999)


def _linker(table: pa.Table, setup: Setup) -> tuple[Linker, DuckDBAPI]:
    connection = duckdb.connect()
    connection.register("given", table)
    api = DuckDBAPI(connection=connection)
    frames = []
    for number, rows in enumerate(setup.tables):
        connection.execute(f"create table part{number} as select {setup.select} from given {rows}")
        frames.append(api.register(f"part{number}"))
    return Linker(frames if len(frames) > 1 else frames[0], setup.settings), api


def _train(linker: Linker, setup: Setup) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(setup.certain, recall=setup.recall)
    training.estimate_u_using_random_sampling(max_pairs=setup.random_pairs, seed=2)
    for rule in setup.trained_on:
        training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )


def _labels(api: DuckDBAPI, clusters: Any, key: str) -> dict[str, int]:
    found = api._con.execute(f"select {key}, cluster_id from {clusters.physical_name}").fetchall()
    numbers: dict[str, int] = {}
    return {row: numbers.setdefault(cluster, len(numbers)) for row, cluster in found}


def main(folder: Path, name: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable()
    setup = SETUPS[name]
    with Cost() as cost:
        table = pq.read_table(folder / "people.parquet")
        linker, api = _linker(table.drop_columns(["entity_id"]), setup)
        _train(linker, setup)
        predictions = linker.inference.predict(threshold_match_probability=0.01)
    results = []
    for threshold in THRESHOLDS:
        with Cost() as one:
            clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
                predictions, threshold_match_probability=threshold
            )
            found = _labels(api, clusters, setup.key)
        results.append((threshold, found, one))
    memory, real = peak_mb(), truth(table)
    keys = table[setup.key].to_pylist()
    labelled: list[Labels] = [np.asarray([found[k] for k in keys]) for _, found, _ in results]
    scored = [(label_quality(labels, real), place) for place, labels in enumerate(labelled)]
    best, place = max(scored, key=lambda row: row[0]["f1"])
    threshold, _, clustering = results[place]
    report(
        wall_s=round(cost.wall + clustering.wall, 2),
        cpu_s=round(cost.cpu + clustering.cpu, 2),
        rss_mb=round(memory),
        threshold=threshold,
        **best,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
