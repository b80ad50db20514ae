"""The other side: dlt loads the table into DuckDB, SQL tidies it, Splink clusters it."""

import logging
import os
import pickle
import sys
import warnings
from pathlib import Path

import dlt
import duckdb
import splink.comparison_library as cl
from dlt.sources.sql_database import sql_table
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tests.bench.resolvers.figures import cpu_seconds, peak_mb, quality, report

TIDY = """
create table tidy as select
    cast(id as bigint) as unique_id,
    nullif(replace(replace(name, ' ', ''), '　', ''), '') as name,
    nullif(replace(replace(kana, ' ', ''), '　', ''), '') as kana,
    lower(trim(email)) as email,
    nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') as phone,
    nullif(regexp_replace(postal_code, '[^0-9]', '', 'g'), '') as postal_code,
    nullif(replace(replace(address, ' ', ''), '　', ''), '') as address,
    birth_date,
    customer_number
from crm.people
"""


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    os.environ |= {"DLT_DATA_DIR": str(folder / "dlt"), "RUNTIME__DLTHUB_TELEMETRY": "false"}
    begun = cpu_seconds()
    _load(folder)
    loaded = cpu_seconds()
    connection = duckdb.connect(str(folder / "people.duckdb"))
    connection.execute(TIDY)
    groups, threshold_cost = _resolve(connection)
    used, memory = cpu_seconds() - begun - threshold_cost, peak_mb()
    truth = pickle.loads((folder / "truth.pickle").read_bytes())
    best = max((quality(found, truth) for found in groups), key=lambda row: row["f1"])
    report(cpu_s=round(used, 2), sync_cpu_s=round(loaded - begun, 2), rss_mb=round(memory), **best)


def _load(folder: Path) -> None:
    table = sql_table(f"sqlite:///{folder / 'people.sqlite'}", table="people", chunk_size=10_000)
    pipeline = dlt.pipeline(
        "bench",
        destination=dlt.destinations.duckdb(str(folder / "people.duckdb")),
        dataset_name="crm",
        pipelines_dir=str(folder / "dlt"),
    )
    pipeline.run(table, loader_file_format="parquet")


def _resolve(connection: duckdb.DuckDBPyConnection) -> tuple[list[list[list[int]]], float]:
    """The clusters at each of a few thresholds, and the CPU that all but one of them took."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("customer_number"),
            block_on("name"),
            block_on("kana"),
            block_on("birth_date", "substr(name, 1, 1)"),
            block_on("address"),
            block_on("postal_code", "substr(name, 1, 2)"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(
                term_frequency_adjustments=True
            ),
            cl.JaroWinklerAtThresholds("kana", [0.92]),
            cl.LevenshteinAtThresholds("birth_date", [1, 2]),
            cl.LevenshteinAtThresholds("email", [1]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.92, 0.85]),
            cl.ExactMatch("customer_number").configure(term_frequency_adjustments=True),
        ],
        max_iterations=20,
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("tidy"), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email", "name"), block_on("phone", "name")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email"), block_on("name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predictions = linker.inference.predict(threshold_match_probability=0.1)
    groups, costs = [], []
    for threshold in (0.5, 0.8, 0.9, 0.95, 0.99):
        started = cpu_seconds()
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=threshold
        )
        rows = connection.execute(
            f"select cluster_id, list(unique_id) from {found.physical_name} group by 1"
        ).fetchall()
        groups.append([members for _, members in rows])
        costs.append(cpu_seconds() - started)
    return groups, sum(costs[1:])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
