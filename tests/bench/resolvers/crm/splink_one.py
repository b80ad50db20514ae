"""Splink with a model that was trained before: predict and connected components, at one threshold.

`python -m ...splink_one FOLDER train` trains the plain set-up on people.parquet and writes
one.json; `python -m ...splink_one FOLDER` measures. Labels are kept beside the table.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from tests.bench.resolvers.crm.engine import cluster, labels, open_linker, train
from tests.bench.resolvers.crm.one_model import complete
from tests.bench.resolvers.crm.settings import settings
from tests.bench.resolvers.figures import Cost, label_quality, peak_mb, report

THRESHOLD = 0.99


def fit(folder: Path) -> None:
    linker, _ = open_linker(folder, settings(expert=False))
    train(linker)
    linker.misc.save_model_to_json(str(folder / "one.json"), overwrite=True)
    complete(folder / "one.json")
    report(trained=True)


def main(folder: Path) -> None:
    with Cost() as cost:
        linker, api = open_linker(folder, folder / "one.json")
        predictions = linker.inference.predict(threshold_match_probability=THRESHOLD)
        found = labels(api, cluster(linker, predictions, THRESHOLD))
    memory = peak_mb()
    truth = pq.read_table(folder / "people.parquet", columns=["entity_id"])["entity_id"].to_numpy()
    np.save(folder / "one-splink.npy", found)
    report(
        wall_s=round(cost.wall, 2),
        cpu_s=round(cost.cpu, 2),
        rss_mb=round(memory),
        **label_quality(found, truth),
    )


if __name__ == "__main__":
    fit(Path(sys.argv[1])) if sys.argv[2:] == ["train"] else main(Path(sys.argv[1]))
