"""How true the probabilities shown are: `./run bench calibration [--scale N] [--fit] [--json]`.

People and organisations of demo worlds whose seeds nothing was fitted to, with the shipped models;
and the table of historical figures, whose model and calibration are fitted to it without labels.
Each pair is counted as shown (a possible match or a match), and among all candidates. `--fit`
prints the section `calibration` for the shipped models, from the truth of other worlds.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow.parquet as pq

from daifuku.records import Entity, RecordKey
from demo.world.mapped import mapped_records
from demo.world.world import World
from identity.encoded import Encoded, Encoder
from identity.features import features
from identity.measure.quality import Calibrated, Candidates, measure
from identity.model.calibration import Calibration, expected_error, fit, reliability
from identity.model.load import load_model, shipped_model
from identity.tabular.prepared import prepare
from identity.tabular.resolve import resolve_prepared
from identity.training import train_prepared
from tests.bench.peers.data import write_set

FITTED = (7, 8, 9)
"""The worlds shipped calibrations come from; none of them is ever measured."""
UNSEEN = (101, 102, 103)
MODEL = Path(__file__).parent / "models" / "historical.yaml"


def world(seed: int, scale: int, entity: Entity) -> tuple[Encoded, dict[RecordKey, str]]:
    """The records of a world, and who each is."""
    encoder, truth = Encoder(entity), {}
    for record, real in mapped_records(World(seed, scale)):
        if record.entity is entity:
            encoder.append(features(record))
            truth[record.key] = real
    return encoder.encoded(), truth


def fitted(entity: Entity, scale: int) -> Calibration:
    """The calibration of the shipped model that the truth of FITTED gives."""
    weights, same = [], []
    for seed in FITTED:
        records, truth = world(seed, scale, entity)
        found = Candidates(records, shipped_model(entity))
        real = np.asarray([truth[records.keys[record]] for record in records.first.tolist()])
        weights.append(found.weights)
        same.append(real[found.a] == real[found.b])
    calibration = fit(np.concatenate(weights), np.concatenate(same).astype(np.float64))
    if calibration is None:
        raise SystemExit("These worlds are too small to learn from: take a larger --scale.")
    return calibration


def on_worlds(entity: Entity, scale: int) -> list[dict[str, Any]]:
    """The figures of each unseen world."""
    rows = []
    for seed in UNSEEN:
        records, truth = world(seed, scale, entity)
        quality = measure(Candidates(records, shipped_model(entity)), truth)
        rows.append({"data": f"{entity.value}, demo world {seed}", **figures(quality.calibrated)})
    return rows


def on_figures() -> dict[str, Any]:
    """The figures of the published table, trained and calibrated without labels."""
    with tempfile.TemporaryDirectory() as name:
        write_set("historical", Path(name))
        table = pq.read_table(Path(name) / "people.parquet")
    model = load_model(MODEL)
    ready = prepare(table, model)
    trained = train_prepared(ready, model)
    found = resolve_prepared(ready, replace(trained, possible=1e-9))
    together = found.labels[found.first] == found.labels[found.second]
    calibration = fit(found.weights, together.astype(np.float64))
    real = np.asarray(table["entity_id"].to_pylist())
    same = real[found.first] == real[found.second]
    said = calibration.of(found.weights) if calibration else 1 / (1 + np.exp2(-found.weights))
    shown = found.weights >= trained.possible_weight
    calibrated = Calibrated(reliability(said[shown], same[shown]), reliability(said, same))
    raw = reliability(1 / (1 + np.exp2(-found.weights[shown])), same[shown])
    return {
        "data": "historical figures, no labels",
        **figures(calibrated),
        "uncalibrated": round(expected_error(raw), 4),
    }


def figures(found: Calibrated) -> dict[str, Any]:
    return {
        "shown": round(found.shown_error, 4),
        "all": round(found.every_error, 4),
        "bins": [asdict(part) for part in found.shown],
    }


def print_rows(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        raw = f", plain odds {row['uncalibrated']:.4f}" if "uncalibrated" in row else ""
        print(f"{row['data']}: error {row['shown']:.4f} shown, {row['all']:.4f} of all{raw}")
        for part in row["bins"]:
            print(
                f"  {part['low']:.1f} to {part['high']:.1f}  {part['pairs']:>8} pairs"
                f"  said {part['said']:.3f}  true {part['true']:.3f}"
            )


def print_fit(scale: int) -> None:
    for entity in Entity:
        found = fitted(entity, scale)
        knots: Sequence[str] = [
            f"  {weight}: {share}"
            for weight, share in zip(found.weights, found.probabilities, strict=True)
        ]
        print(f"# {entity.value}.yaml", "calibration:", *knots, sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--scale", type=int, default=20_000)
    options = parser.parse_args()
    if options.fit:
        print_fit(options.scale)
        return
    rows = [row for entity in Entity for row in on_worlds(entity, options.scale)]
    rows.append(on_figures())
    if options.json:
        print(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    else:
        print_rows(rows)


if __name__ == "__main__":
    main()
