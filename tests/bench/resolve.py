"""What finding out who is who costs, and how well it is done, beside Splink on DuckDB.

`./run bench resolve [--records N] [--seed S] [--model own|one|reference] [--json]`: CRM records of
five sources, each side in a process of its own, from reading the Parquet file to a cluster for
each record, training included. `own`: each side's best, ours with thresholds fixed in its file,
Splink with the threshold that the truth says is best. `one`: Splink's trained model on both sides.
`reference`: both again, ours without its native kernel. `--world` compares the shipped person
model with Splink on the demo world.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from tests.bench.crm.write import write_table
from tests.bench.resolvers.figures import agreement
from tests.bench.resolvers.world.compare import print_world, run_world
from tests.bench.sides import OURS, measure

Rows = dict[str, dict[str, Any]]

_SIDES = "tests.bench.resolvers.crm"
_REFERENCE = {**OURS, "DAIFUKU_KERNEL": "reference"}
NAMES = {
    "splink_plain": "Splink, plain set-up",
    "splink_expert": "Splink, expert's set-up",
    "splink": "Splink",
    "ours": "daifuku",
    "ours_reference": "daifuku without its native kernel",
}


def own(folder: Path) -> dict[str, Any]:
    """Each side with its best model; ratios to the Splink set-up with the better pair F1."""
    rows = {
        "splink_plain": measure(f"{_SIDES}.splink_own", folder, "plain"),
        "ours": measure(f"{_SIDES}.ours", folder, "own", environment=OURS),
        "splink_expert": measure(f"{_SIDES}.splink_own", folder, "expert"),
    }
    best = max(("splink_plain", "splink_expert"), key=lambda side: rows[side]["f1"])
    return {"rows": rows, "ratios": {f"{best} / ours": _ratios(rows[best], rows["ours"])}}


def one(folder: Path) -> dict[str, Any]:
    """Both sides with the model that Splink trained, ending with connected components."""
    _train_splink(folder)
    rows = {
        "splink": measure(f"{_SIDES}.splink_one", folder),
        "ours": measure(f"{_SIDES}.ours", folder, "one", environment=OURS),
    }
    partitions = (np.load(folder / f"one-{side}.npy") for side in ("ours", "splink"))
    return {
        "rows": rows,
        "ratios": {"splink / ours": _ratios(rows["splink"], rows["ours"])},
        "agreement": agreement(*partitions),
    }


def reference(folder: Path) -> dict[str, Any]:
    """Ours without its native kernel, with its own model and with Splink's."""
    _train_splink(folder)
    same = {
        "splink": measure(f"{_SIDES}.splink_one", folder),
        "ours_reference": measure(f"{_SIDES}.ours", folder, "one", environment=_REFERENCE),
    }
    best = {
        "splink_expert": measure(f"{_SIDES}.splink_own", folder, "expert"),
        "ours_reference": measure(f"{_SIDES}.ours", folder, "own", environment=_REFERENCE),
    }
    ratios = {
        "one model: splink / ours": _ratios(same["splink"], same["ours_reference"]),
        "own model: splink_expert / ours": _ratios(best["splink_expert"], best["ours_reference"]),
    }
    rows = {**{f"{side}, one model": row for side, row in same.items()}, **best}
    return {"rows": rows, "ratios": ratios}


def _train_splink(folder: Path) -> None:
    """Fit the model that both sides run, once a folder."""
    if not (folder / "one.json").exists():
        measure(f"{_SIDES}.splink_one", folder, "train")


KINDS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "own": own,
    "one": one,
    "reference": reference,
}


def _ratios(other: dict[str, Any], ours: dict[str, Any]) -> dict[str, float]:
    pairs = (("wall", "wall_s"), ("cpu", "cpu_s"), ("memory", "rss_mb"))
    return {name: round(other[key] / max(ours[key], 1e-9), 2) for name, key in pairs}


def print_result(kind: str, result: dict[str, Any]) -> None:
    print(f"{result['records']} CRM records, seed {result['seed']}, {kind}")
    for side, row in result["rows"].items():
        print(
            f"{NAMES.get(side, side):34} {row['wall_s']:7.2f} s {row['cpu_s']:7.2f} CPU-s "
            f"{row['rss_mb']:6.0f} MB  P {row['precision']:.4f} R {row['recall']:.4f} "
            f"F1 {row['f1']:.4f} B-cubed {row['bcubed_f1']:.4f}"
        )
    for name, ratios in result["ratios"].items():
        print(f"{name}: {ratios}")
    if "agreement" in result:
        print(f"agreement: {result['agreement']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--world", action="store_true")
    parser.add_argument("--records", type=int)
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--model", choices=[*KINDS])
    options = parser.parse_args()
    if options.world:
        result = run_world(options.records or 20_000, options.seed)
        print_world(result) if not options.json else _print_json(result)
        return
    records = options.records or 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "people.parquet", records, options.seed)
        results = {}
        for kind in [options.model] if options.model else list(KINDS):
            results[kind] = {
                "records": records,
                "seed": options.seed,
                **KINDS[kind](folder),
            }
            if not options.json:
                print_result(kind, results[kind])
    if options.json:
        _print_json(results)


def _print_json(result: dict[str, Any]) -> None:
    print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
