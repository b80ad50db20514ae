"""`python -m tests.bench.crm --csv PATH | --parquet PATH [--records N] [--seed S]`.

Writes CRM records of five sources, seeded, and prints where they went. `--csv` is what people see
in an export (its truth beside it), `--parquet` the prepared table of `./run bench resolve`.
"""

import argparse
from pathlib import Path

from tests.bench.crm.write import write_csv, write_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--csv", type=Path)
    kind.add_argument("--parquet", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write = write_csv if options.csv else write_table
    path = options.csv or options.parquet
    write(path, options.records, options.seed)
    print(path)


if __name__ == "__main__":
    main()
