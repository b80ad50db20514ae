"""Splink's side: normalised columns to clusters, trained without labels."""

import logging
import pickle
import sys
import warnings
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tests.bench.resolvers.figures import cpu_seconds, peak_mb, quality, report

THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99)

RULES = [
    block_on("email"),
    block_on("phone"),
    block_on("identifier"),
    block_on("family", "given"),
    block_on("family_key", "given_key"),
    block_on("family_key", "birth_date"),
    block_on("given_key", "birth_date"),
    block_on("family_key", "town"),
    block_on("address"),
    block_on("family_key", "postal_code"),
]


def settings() -> SettingsCreator:
    """The comparisons a careful user would choose for these columns."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=RULES,
        comparisons=[
            cl.JaroWinklerAtThresholds("family", [0.88]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("given", [0.88]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("given_key"),
            cl.LevenshteinAtThresholds("birth_date", [1, 2]),
            cl.LevenshteinAtThresholds("email", [1]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.9]),
            cl.ExactMatch("identifier").configure(term_frequency_adjustments=True),
        ],
        max_iterations=20,
    )


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    begun = cpu_seconds()
    connection = duckdb.connect()
    connection.execute(f"create table people as select * from '{folder / 'columns.parquet'}'")
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("people"), settings())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("email", "given_key"), block_on("phone", "given_key"), block_on("identifier")],
        recall=0.7,
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email"), block_on("family", "given")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    predictions = linker.inference.predict(threshold_match_probability=0.1)
    results = []
    for threshold in THRESHOLDS:
        started = cpu_seconds()
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=threshold
        )
        results.append((threshold, found, cpu_seconds() - started))
    used = cpu_seconds() - begun - sum(cost for *_, cost in results[1:])
    memory = peak_mb()
    truth = pickle.loads((folder / "truth.pickle").read_bytes())
    scored = [(quality(_clusters(connection, found), truth), t) for t, found, _ in results]
    best, threshold = max(scored, key=lambda row: row[0]["f1"])
    report(cpu_s=round(used, 2), rss_mb=round(memory), threshold=threshold, **best)


def _clusters(connection: duckdb.DuckDBPyConnection, found: object) -> list[list[int]]:
    table = getattr(found, "physical_name")  # noqa: B009 - Splink's frame is untyped
    rows = connection.execute(f"select cluster_id, unique_id from {table}").fetchall()
    groups: dict[int, list[int]] = {}
    for cluster, number in rows:
        groups.setdefault(cluster, []).append(number)
    return list(groups.values())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
