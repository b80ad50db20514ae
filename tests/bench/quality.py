"""How well the shipped models find people and organisations in demo worlds they were not tuned on.

`python -m tests.bench.quality [--json] [--scale N] [--seeds A,B,...]`: in memory, from mapped
records to clusters, people and organisations each apart. An unlinked LINE follower of whom nobody
could know who they are is an entity of its own (docs/demo-world.md). The checksum covers every link
and cluster: a change that should change no result leaves it as it is.
"""

import argparse
import hashlib
import time
from dataclasses import asdict
from typing import Any

import orjson

from daifuku.records import Entity, RecordKey
from demo.world.mapped import mapped_records
from demo.world.world import generate
from identity.bulk import BulkTable, groups_of
from identity.encoded import Encoded, Encoder
from identity.features import features
from identity.measure.evaluate import evaluate
from identity.model.load import shipped_models
from identity.model.types import Model

UNSEEN = (2101, 2102, 2103, 2104, 2105)


def run(scale: int, seed: int) -> dict[str, Any]:
    """The figures of one world, by entity."""
    begun = time.process_time()
    models = shipped_models()
    encoders = {entity: Encoder(entity) for entity in models}
    truth: dict[Entity, dict[RecordKey, str]] = {entity: {} for entity in models}
    for record, real in mapped_records(generate(seed, scale=scale)):
        encoders[record.entity].append(features(record))
        truth[record.entity][record.key] = real
    figures = {
        entity.value: _figures(encoders[entity].encoded(), model, truth[entity])
        for entity, model in models.items()
    }
    return {"seed": seed, "cpu_s": round(time.process_time() - begun, 1), **figures}


def _figures(records: Encoded, model: Model, truth: dict[RecordKey, str]) -> dict[str, Any]:
    table = BulkTable(records, model)
    labels = table.clusters()
    clusters = ([records.keys[row] for row in group.tolist()] for group in groups_of(labels))
    links = table.links
    told = b"".join(array.tobytes() for array in (links.a, links.b, links.weights, labels))
    return {
        "records": len(records.keys),
        **{name: round(share, 4) for name, share in asdict(evaluate(clusters, truth)).items()},
        "checksum": hashlib.blake2b(told, digest_size=8).hexdigest(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=int, default=20_000)
    parser.add_argument("--seeds", default=",".join(map(str, UNSEEN)))
    options = parser.parse_args()
    worlds = []
    for seed in map(int, options.seeds.split(",")):
        worlds.append(run(options.scale, seed))
        if not options.json:
            _show(worlds[-1])
    if options.json:
        print(orjson.dumps(worlds, option=orjson.OPT_INDENT_2).decode())


def _show(world: dict[str, Any]) -> None:
    for entity in Entity:
        row = world[entity.value]
        print(
            f"seed {world['seed']}  {entity.value:12} {row['records']:7} records  "
            f"P {row['precision']:.4f}  R {row['recall']:.4f}  "
            f"B-cubed P {row['bcubed_precision']:.4f} R {row['bcubed_recall']:.4f}  "
            f"{row['checksum']}",
            flush=True,
        )


if __name__ == "__main__":
    main()
