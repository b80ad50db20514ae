"""What `daifuku dedupe` costs on a CSV of people of a demo world, and how well it does.

`python -m tests.bench.dedupe [--json] [--records N] [--seed S] [--csv PATH --truth PATH]
[--model PATH]`: the command in a process of its own, from the file to its golden records and links.
`--csv` takes another file, such as what `python -m tests.bench.crm --csv PATH` writes; its truth is
a CSV of row ids and entities. Memory is the most that the command and its workers held at one time
together.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from daifuku.records import Entity, MappedRecord
from demo.world.mapped import mapped_records
from demo.world.world import generate
from identity.measure.evaluate import evaluate

_TEXTS = (
    *("name", "family_name", "given_name", "name_kana", "family_kana", "given_kana"),
    *("display_name", "birth_date", "organization", "department", "job_title"),
)
_LISTS = ("email", "phone", "address", "customer_number")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.5


def write_people(path: Path, truth: Path, records: int, seed: int) -> None:
    """The first people of a world as a CSV, in the order in which it tells them."""
    with (
        path.open("w", newline="", encoding="utf-8") as file,
        truth.open("w", newline="", encoding="utf-8") as told,
    ):
        rows, real = csv.writer(file), csv.writer(told)
        rows.writerow(("id", "source", *_TEXTS, *_LISTS))
        real.writerow(("id", "entity_id"))
        for number, (record, entity) in enumerate(_people(records, seed)):
            numbers = {i.scheme: i.value for i in record.identifiers}
            rows.writerow(
                (
                    *(number, record.key.source),
                    *(getattr(record, name) or "" for name in _TEXTS),
                    *(next(iter(held), "") for held in (record.emails, record.phones)),
                    record.addresses[0].one_line() if record.addresses else "",
                    numbers.get("erp_customer", ""),
                )
            )
            real.writerow((number, entity))


def _people(records: int, seed: int) -> Iterator[tuple[MappedRecord, str]]:
    left = records
    for record, entity in mapped_records(generate(seed, scale=2 * records + 100)):
        if record.entity is Entity.PERSON:
            yield record, entity
            left -= 1
            if not left:
                return


def run(path: Path, truth: Path, folder: Path, model: Path | None = None) -> dict[str, Any]:
    """Figures of the command on a file, by a model over its columns if one is given."""
    golden, links = folder / "golden.csv", folder / "links.csv"
    columns = path.open(encoding="utf-8").readline().replace('"', "").strip().split(",")
    named = [("--id", column) for column in columns if column.lower() == "id"] + [
        ("--source", c) for c in columns if c.lower() == "source"
    ]
    program = [sys.executable, "-c", "from api.cli.main import run; run()"]
    command = [*program, "dedupe", str(path), "-o", str(golden)]
    command += ["--links", str(links), "--json", *(word for pair in named for word in pair)]
    command += ["--model", str(model)] if model else []
    begun, before = time.perf_counter(), os.times()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        peak = _Peak(process.pid)
        answer, _ = process.communicate()
        peak.stop()
    if process.returncode:
        raise SystemExit("The command failed.")
    wall, after = time.perf_counter() - begun, os.times()
    with truth.open(encoding="utf-8", newline="") as file:
        real = {
            row["id" if "id" in row else "ID"]: row["entity_id"] for row in csv.DictReader(file)
        }
    clusters: dict[str, list[str]] = {}
    with links.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            clusters.setdefault(row["golden_id"], []).append(row["record_id"])
    found = evaluate(clusters.values(), real)
    return {
        "rows": orjson.loads(answer)["rows"],
        "wall_s": round(wall, 1),
        "cpu_s": round(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system,
            1,
        ),
        "memory_mb": round(peak.most / 1e6),
        **{name: round(share, 4) for name, share in asdict(found).items()},
        "f1": round(found.f1, 4),
        "bcubed_f1": round(found.bcubed_f1, 4),
    }


class _Peak(threading.Thread):
    """The most memory that a process and its children held at one time, in bytes."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._pid = pid
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(_EVERY):
            self.most = max(self.most, _memory(self._pid))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _memory(pid: int) -> int:
    try:
        held = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (OSError, IndexError):
        return 0
    return held + sum(map(_memory, map(int, children)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, truth = options.csv, options.truth
        if path is None or truth is None:
            path, truth = folder / "people.csv", folder / "truth.csv"
            write_people(path, truth, options.records, options.seed)
        result = run(path, truth, folder, options.model)
    if options.json:
        print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    print(
        f"{result['rows']} rows  {result['wall_s']} s  {result['cpu_s']} CPU-s  "
        f"{result['memory_mb']} MB  P {result['precision']:.4f} R {result['recall']:.4f} "
        f"F1 {result['f1']:.4f} B-cubed {result['bcubed_f1']:.4f}"
    )


if __name__ == "__main__":
    main()
