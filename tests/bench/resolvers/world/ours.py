"""Our side: canonical records to clusters with the shipped model."""

import pickle
import sys
from pathlib import Path

from identity.features import features
from identity.resolve import resolve
from tests.bench.resolvers.figures import cpu_seconds, peak_mb, quality, report


def main(folder: Path) -> None:
    records = pickle.loads((folder / "records.pickle").read_bytes())
    begun = cpu_seconds()
    known = [features(record) for record in records]
    normalised = cpu_seconds()
    clusters = resolve(known).clusters
    done, memory = cpu_seconds(), peak_mb()
    number = {record.key: index for index, record in enumerate(records)}
    truth = pickle.loads((folder / "truth.pickle").read_bytes())
    numbered = [[number[key] for key in cluster.members] for cluster in clusters]
    report(
        cpu_s=round(done - begun, 2),
        normalise_cpu_s=round(normalised - begun, 2),
        rss_mb=round(memory),
        **quality(numbered, truth),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
