"""Splink on DuckDB over the CRM table: the linker, its training, and labels from its clusters."""

import logging
import warnings
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tests.bench.resolvers.crm.settings import CERTAIN, TRAINED_ON

_RANDOM_PAIRS = 1e6
"""Enough: ten times as many train for longer and end with the same figures."""


def open_linker(folder: Path, model: SettingsCreator | Path) -> tuple[Linker, DuckDBAPI]:
    """A linker over people.parquet; `model` is one to train, or the file of a trained one."""
    warnings.simplefilter("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute(
        f"create table people as select * exclude (entity_id, source)"
        f" from '{folder / 'people.parquet'}'"
    )
    api = DuckDBAPI(connection=connection)
    settings = str(model) if isinstance(model, Path) else model
    return Linker(api.register("people"), settings), api


def train(linker: Linker) -> None:
    """Fit prior, u and m without labels."""
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in CERTAIN], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=1)
    for rule in TRAINED_ON:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=True
        )


def cluster(linker: Linker, predictions: Any, threshold: float) -> Any:
    """Connected components of the predictions at or above a probability, as Splink's frame."""
    return linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=threshold
    )


def labels(api: DuckDBAPI, clusters: Any) -> npt.NDArray[np.int64]:
    """The cluster of each record, in the order of unique_id."""
    found = api._con.execute(
        f"select cluster_id from {clusters.physical_name} order by unique_id"
    ).fetchnumpy()
    return np.asarray(found["cluster_id"], np.int64)
