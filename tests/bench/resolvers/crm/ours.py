"""Our side on the CRM table: `python -m ...ours FOLDER own|one`.

`own` reads the table, fits tests/bench/models/crm.yaml to it without labels and clusters, with
thresholds fixed in that file. `one` takes Splink's trained model, translated, and ends like Splink:
connected components of the pairs at one threshold. Labels are kept beside the table.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from identity.kernel import implementation
from identity.model.load import load_model
from identity.tabular.prepared import prepare
from identity.tabular.resolve import components_at, resolve_prepared
from identity.training import train_prepared
from tests.bench.resolvers.crm.columns import MATCHED
from tests.bench.resolvers.crm.one_model import translate, with_frequencies
from tests.bench.resolvers.figures import Cost, label_quality, peak_mb, report

MODEL = Path("tests/bench/models/crm.yaml")


def _read(path: Path) -> pa.Table:
    """The table, its texts kept once. One thread decodes it for half the CPU that two need."""
    file = pq.ParquetFile(path, read_dictionary=MATCHED[1:], memory_map=True, pre_buffer=False)
    return file.read(columns=MATCHED, use_threads=False)


def main(folder: Path, kind: str) -> None:
    people = folder / "people.parquet"
    model = load_model(MODEL) if kind == "own" else translate(folder / "one.json")
    with Cost() as cost:
        ready = prepare(_read(people), model)
        if kind == "own":
            trained = train_prepared(ready, model)
            labels = resolve_prepared(ready, trained).labels
        else:
            trained = with_frequencies(model, ready)
            labels = components_at(ready, trained, trained.match_weight).labels
    memory = peak_mb()
    truth = pq.read_table(people, columns=["entity_id"])["entity_id"].to_numpy()
    np.save(folder / f"{kind}-ours.npy", labels)
    report(
        wall_s=round(cost.wall, 2),
        cpu_s=round(cost.cpu, 2),
        rss_mb=round(memory),
        kernel=implementation(),
        pairs=len(ready.first),
        **label_quality(labels, truth),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
