"""`python -m demo.world --seed 1 --scale 200`: look at a world before anything is built on it."""

import argparse
import time
from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from daifuku.records import MappedRecord
from demo.world.mapped import mapped_records
from demo.world.world import World, generate


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.world", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=int, default=200)
    parser.add_argument("--entities", type=int, default=4, help="how many to show record by record")
    arguments = parser.parse_args()
    world, console = generate(arguments.seed, arguments.scale), Console()
    console.print(_volumes(world))
    groups: dict[str, list[MappedRecord]] = {}
    for record, truth in mapped_records(world):
        groups.setdefault(truth, []).append(record)
    largest = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    for truth, records in largest[: arguments.entities]:
        console.print(_records(truth, records))
    console.print(f"{len(groups)} entities, {sum(map(len, groups.values()))} mapped records")


def _volumes(world: World) -> Table:
    started = time.perf_counter()
    counts = Counter((document.source, document.kind) for document in world.documents())
    table = Table("source", "stream", "records", title=f"seed {world.seed}")
    for (source, kind), count in sorted(counts.items()):
        table.add_row(source, kind, str(count))
    total, seconds = sum(counts.values()), time.perf_counter() - started
    table.caption = f"{total} records in {seconds:.1f} s"
    return table


def _records(truth: str, records: Iterable[MappedRecord]) -> Table:
    table = Table("record", "name", "kana", "born", "e-mail", "phone", "address", title=truth)
    for record in records:
        names = (record.family_name, record.given_name)
        kana = record.name_kana or " ".join(
            part for part in (record.family_kana, record.given_kana) if part
        )
        table.add_row(
            f"{record.key.source}/{record.key.stream}",
            record.name or record.display_name or " ".join(name for name in names if name),
            kana,
            record.birth_date,
            " ".join(record.emails),
            " ".join(record.phones),
            " ".join(address.one_line() for address in record.addresses),
        )
    return table


if __name__ == "__main__":
    main()
