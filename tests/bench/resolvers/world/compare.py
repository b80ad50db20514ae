"""Our shipped person model beside Splink on the demo world's people.

Splink is given columns our normalisation made, whose cost is then shown but not charged to it;
its model is trained without labels and its threshold is the best of five picked with the truth.
"""

import tempfile
from pathlib import Path
from typing import Any

from tests.bench.resolvers.world.prepare import prepare
from tests.bench.sides import measure

SIDES = {"ours": "daifuku, shipped model", "splink": "Splink on DuckDB, trained without labels"}


def run_world(records: int, seed: int) -> dict[str, Any]:
    """Figures of each side, and how many times our CPU and memory Splink takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared = prepare(folder, records, seed)
        rows = {side: measure(f"tests.bench.resolvers.world.{side}", folder) for side in SIDES}
    ours, splink = rows["ours"], rows["splink"]
    ratios = {
        "cpu": round(splink["cpu_s"] / ours["cpu_s"], 2),
        "cpu_without_normalising": round(
            splink["cpu_s"] / max(ours["cpu_s"] - ours["normalise_cpu_s"], 1e-9), 2
        ),
        "memory": round(splink["rss_mb"] / ours["rss_mb"], 2),
    }
    return {"records": prepared, "seed": seed, "rows": rows, "ratios": ratios}


def print_world(result: dict[str, Any]) -> None:
    print(f"{result['records']} person records, seed {result['seed']}")
    for side, row in result["rows"].items():
        print(
            f"{SIDES[side]:45} {row['cpu_s']:7.2f} CPU-s {row['rss_mb']:6.0f} MB  "
            f"P {row['precision']:.4f} R {row['recall']:.4f} F1 {row['f1']:.4f} "
            f"B-cubed {row['bcubed_f1']:.4f}"
        )
    print(f"Splink / ours: {result['ratios']}")
