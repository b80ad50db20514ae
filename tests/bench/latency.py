"""What one changed record costs: from landed to golden record committed, beside Splink.

`python -m tests.bench.latency [--json] [--records N] [--seed N] [--store sqlite|postgres]`: our
store is filled, then records change one by one and by the thousand. Splink scores a changed
record against the stored ones by `predict_between`; it makes no clusters and keeps nothing.
With `--keep FOLDER` the records and the filled SQLite store stay there for the next run.
"""

import argparse
import contextlib
import tempfile
from pathlib import Path
from typing import Any

import orjson

from tests.bench.crm.write import write_table
from tests.bench.sides import measure


def run(
    records: int, seed: int, stores: list[str], *, peer: bool, keep: Path | None = None
) -> dict[str, Any]:
    """Figures of each side. What is in the folder `keep` is of these records and this seed."""
    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(exist_ok=True)
        if not (folder / "customers.parquet").exists():
            write_table(folder / "customers.parquet", records, seed)
        rows = {kind: measure("tests.bench.latencies.ours", folder, kind) for kind in stores}
        if peer:
            rows["splink"] = measure("tests.bench.latencies.splink", folder)
    return {"records": records, "seed": seed, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--store", choices=("sqlite", "postgres"))
    parser.add_argument("--alone", action="store_true", help="leave Splink out")
    parser.add_argument("--keep", type=Path, help="a folder for the records and the filled store")
    options = parser.parse_args()
    stores = [options.store] if options.store else ["sqlite", "postgres"]
    result = run(options.records, options.seed, stores, peer=not options.alone, keep=options.keep)
    if options.json:
        print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    print(f"{result['records']} records stored, seed {result['seed']}")
    for side, row in result["rows"].items():
        print(
            f"{side:10} one record: p50 {row['p50_ms']} ms, p99 {row['p99_ms']} ms,"
            f" {row['cpu_ms']} ms CPU; by the thousand: {row['batch_records_s']} records/s,"
            f" {row['batch_cpu_us']} us CPU"
        )


if __name__ == "__main__":
    main()
