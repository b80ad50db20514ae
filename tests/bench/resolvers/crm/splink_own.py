"""Splink's own best: trained without labels, the best of some thresholds picked with the truth.

`python -m ...splink_own FOLDER plain|expert`. Its cost is that of reading, training, predicting and
of clustering at one threshold; what tries the other thresholds is not charged.
"""

import sys
from pathlib import Path

import pyarrow.parquet as pq

from tests.bench.resolvers.crm.engine import cluster, labels, open_linker, train
from tests.bench.resolvers.crm.settings import VETO, settings
from tests.bench.resolvers.figures import Cost, label_quality, peak_mb, report

THRESHOLDS = (0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def main(folder: Path, variant: str) -> None:
    expert = variant == "expert"
    with Cost() as cost:
        linker, api = open_linker(folder, settings(expert=expert))
        train(linker)
        predictions = linker.inference.predict(threshold_match_probability=0.5)
        if expert:
            api._con.execute(
                f"create table kept as select * from {predictions.physical_name} where not ({VETO})"
            )
            predictions = api.register("kept")
    results = []
    for threshold in THRESHOLDS:
        with Cost() as one:
            found = labels(api, cluster(linker, predictions, threshold))
        results.append((threshold, found, one))
    memory = peak_mb()
    truth = pq.read_table(folder / "people.parquet", columns=["entity_id"])["entity_id"].to_numpy()
    scored = [(label_quality(found, truth), place) for place, (_, found, _) in enumerate(results)]
    best, place = max(scored, key=lambda row: row[0]["f1"])
    threshold, _, clustering = results[place]
    report(
        wall_s=round(cost.wall + clustering.wall, 2),
        cpu_s=round(cost.cpu + clustering.cpu, 2),
        rss_mb=round(memory),
        threshold=threshold,
        **best,
        best_bcubed_f1=max(figures["bcubed_f1"] for figures, _ in scored),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
