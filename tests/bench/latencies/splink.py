"""Splink's side: one new record, and a thousand, against all that are there.

`python -m tests.bench.latencies.splink FOLDER`: a model trained without labels on the stored
records, term frequencies registered; then `linker.inference.predict_between` of changed records
and the stored ones. It returns scored pairs, no clusters, and keeps nothing.
"""

import logging
import sys
import time
import warnings
from pathlib import Path

import duckdb
import numpy as np
from splink import DuckDBAPI, Linker, block_on

from tests.bench.resolvers.crm.settings import CERTAIN, TRAINED_ON, settings
from tests.bench.resolvers.figures import cpu_seconds, peak_mb, report

SINGLES = 15
WARM = 3
FREQUENCIES = ("first", "last", "email", "phone", "dob", "cust_no", "company")


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute(f"create table people as from '{folder / 'customers.parquet'}'")
    ((stored,),) = connection.execute("select count(*) from people").fetchall()
    api = DuckDBAPI(connection=connection)
    people = api.register("people")
    linker = Linker(people, settings(expert=False))
    certain = [block_on(*rule) for rule in CERTAIN]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in TRAINED_ON:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    for column in FREQUENCIES:
        linker.table_management.compute_tf_table(column)
    walls, cpus = [], []
    for number in range(WARM + SINGLES):
        wall, cpu = _between(connection, api, linker, people, [number * 7919 % stored])
        walls.append(wall)
        cpus.append(cpu)
    thousand = [number * 31 % stored for number in range(1_000)]
    batch, batch_cpu = _between(connection, api, linker, people, thousand)
    report(
        records=stored,
        rss_mb=round(peak_mb()),
        p50_ms=round(float(np.percentile(walls[WARM:], 50)) * 1e3, 1),
        p99_ms=round(float(np.percentile(walls[WARM:], 99)) * 1e3, 1),
        cpu_ms=round(float(np.mean(cpus[WARM:])) * 1e3, 1),
        batch_records_s=round(len(thousand) / batch),
        batch_cpu_us=round(batch_cpu / len(thousand) * 1e6),
    )


def _between(
    connection: duckdb.DuckDBPyConnection,
    api: DuckDBAPI,
    linker: Linker,
    people: object,
    numbers: list[int],
) -> tuple[float, float]:
    """Wall and CPU seconds of scoring changed records against all stored ones."""
    connection.execute("drop table if exists changed")
    connection.execute(
        "create table changed as select * replace (-1 - unique_id as unique_id,"
        " '9' || substr(phone, 2) as phone) from people where unique_id in"
        " (select unnest(?))",
        [numbers],
    )
    new = api.register("changed")
    wall, cpu = time.perf_counter(), cpu_seconds()
    found = linker.inference.predict_between(people, new, threshold_match_weight=0)
    connection.execute(f"select count(*) from {found.physical_name}").fetchall()
    spent = time.perf_counter() - wall, cpu_seconds() - cpu
    found.drop_table_from_database_and_remove_from_cache()
    return spent


if __name__ == "__main__":
    main(Path(sys.argv[1]))
