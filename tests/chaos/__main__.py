"""`./run chaos [--seconds S] [--seed N] [--scale N] [--store postgresql|sqlite|both]`.

Eight sources change while they are synced, and what syncs them is killed again and again: three
workers, a scheduler and the broker on PostgreSQL, the one process on SQLite. Then the store is
compared with one that nothing happened to. Exits with 1 if they differ.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from daifuku.storage.engine import open_store
from daifuku.storage.upgrade import upgrade
from tests.chaos.landscape import running
from tests.chaos.storm import weather
from tests.chaos.verdict import faults, totals
from tests.support.servers import postgres_server

STORES = ("postgresql", "sqlite")


def chaos(kind: str, *, seconds: float, seed: int, scale: int) -> list[str]:
    """What a storm over a hub on that kind of store left wrong; it prints what it did."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/hub.sqlite"
        if kind == "postgresql":
            url = stack.enter_context(postgres_server())
        upgrade(url)
        store = open_store(url)
        stack.callback(store.close)
        landscape = stack.enter_context(running(folder, seed, scale))
        story = weather(store, landscape, folder, seconds=seconds, seed=seed)
        print(f"{kind}, seed {seed}: {seconds:g} s")
        print("  killed:", ", ".join(f"{n} x {name}" for name, n in story.kills.items()))
        print(f"  sources: {story.changes} changes, {story.waves} waves of deliveries")
        print("  hub:", ", ".join(f"{count} {name}" for name, count in totals(store).items()))
        print(f"  longest wait for a dead worker's job: {story.longest_dead:.1f} s after its lease")
        print(f"  longest wait of a due job: {story.longest_due:.1f} s")
        return faults(store, landscape, folder, story)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=int, default=300)
    parser.add_argument("--store", choices=[*STORES, "both"], default="both")
    options = parser.parse_args()
    kinds = STORES if options.store == "both" else (options.store,)
    found = []
    for kind in kinds:
        wrong = chaos(kind, seconds=options.seconds, seed=options.seed, scale=options.scale)
        for fault in wrong:
            print(f"  ✗ {fault}"[:600])
        if not wrong:
            print("  ✓ the store equals an undisturbed one, every job was done once")
        found += wrong
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
