"""Published data: ours beside Splink, recordlinkage, GoldenMatch and dedupe.

`./run bench published [--sets historical febrl3 febrl4] [--peers] [--json]`: each side in a process
of its own, from reading the table to a cluster for each record. Ours, GoldenMatch and recordlinkage
know no labels; Splink's threshold is the best of six by the truth; dedupe learns from 400 answers,
and on `historical` it takes so long that it runs there with `--peers` only.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import orjson

from tests.bench.peers.data import SETS, write_set
from tests.bench.sides import measure

SIDES = {
    "ours": "daifuku",
    "splink": "Splink",
    "goldenmatch": "GoldenMatch",
    "recordlinkage": "recordlinkage",
    "dedupe": "dedupe, 400 labels",
}


def run(name: str, *, slow: bool) -> dict[str, dict[str, Any]]:
    """Figures by side."""
    with tempfile.TemporaryDirectory() as folder:
        write_set(name, Path(folder))
        sides = [side for side in SIDES if side != "dedupe" or slow or name != "historical"]
        return {side: measure(f"tests.bench.peers.{side}", Path(folder), name) for side in sides}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = {}
    for name in options.sets:
        results[name] = rows = run(name, slow=options.peers)
        for side, row in rows.items() if not options.json else ():
            print(
                f"{name:11} {SIDES[side]:20} {row['wall_s']:7.2f} s {row['cpu_s']:7.2f} CPU-s "
                f"{row['rss_mb']:6.0f} MB  P {row['precision']:.4f} R {row['recall']:.4f} "
                f"F1 {row['f1']:.4f} B-cubed {row['bcubed_f1']:.4f}",
                flush=True,
            )
    if options.json:
        print(orjson.dumps(results, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
