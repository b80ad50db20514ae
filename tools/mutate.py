"""Mutation testing of scoring and clustering: small faults are put into the code, one at a time,
and the tests must notice. See docs/mutation.md.

    python tools/mutate.py [--sample 40] [--seed 1] [FILE ...]

Each mutant runs in a fork of one process that has the libraries loaded; no file is changed.
"""

import argparse
import ast
import os
import random
import resource
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from mutations import ROOT, Mutant, Mutator, mutants

LIBRARIES = ("numpy", "pyarrow.compute", "rapidfuzz.process", "rapidfuzz.distance", "yaml")
LIBRARIES += ("pydantic", "orjson", "phonenumbers", "japanese_personal_name_dataset")

PATIENCE = 3
"""How many times the computing that the tests take without a fault a mutant may take, before it
counts as noticed: it made them run for ever."""

SCORING = ["tests/identity/scoring", "tests/identity/test_scoring.py"]
CLUSTERING = ["tests/identity/test_clustering.py", "tests/identity/test_chains.py"]
COMPONENT = ["tests/identity/test_component.py", "tests/identity/test_one_per_source.py"]
KERNEL = "tests/identity/kernel/test_"
TESTS: dict[str, list[str]] = {
    "identity/scoring/weights.py": SCORING,
    "identity/scoring/score.py": [
        *SCORING,
        "tests/identity/test_readings.py",
        "tests/identity/test_one_per_source.py",
    ],
    "identity/scoring/table.py": [*SCORING, "tests/identity/test_resolve.py"],
    "identity/scoring/affinity.py": SCORING,
    "identity/clustering.py": CLUSTERING,
    "identity/component.py": COMPONENT,
    "identity/kernel/ties.py": [KERNEL + "contraction.py"],
    "identity/kernel/reference/components.py": [KERNEL + "components.py"],
    "identity/kernel/reference/contraction.py": [KERNEL + "contraction.py"],
    "identity/kernel/reference/levels.py": [KERNEL + "levels.py"],
    "identity/kernel/reference/pairs.py": [KERNEL + "pairs.py"],
    "identity/kernel/reference/patterns.py": [KERNEL + "relations.py"],
    "identity/kernel/reference/relations.py": [KERNEL + "relations.py"],
    "identity/kernel/reference/texts.py": [KERNEL + "texts.py"],
}
"""The files that are mutated, and the tests that must notice."""


class Faulty(MetaPathFinder, SourceFileLoader):
    """Loads the mutant's module with its fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        self.name_, self.mutant = mutant.file[:-3].replace("/", "."), mutant
        SourceFileLoader.__init__(self, self.name_, str(ROOT / mutant.file))

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name_ else None

    def get_code(self, _: str) -> object:
        tree = Mutator(self.mutant.place).visit(ast.parse(Path(self.path).read_text("utf-8")))
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


def begun(mutant: Mutant, tests: list[str], seconds: int = 600) -> int:
    """Starts the tests against a mutant in a fork of this process; returns its id."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, Faulty(mutant))
    plain = [
        "--assert=plain",
        "--noconftest",
        "-n0",
        "-otimeout=0",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
    ]
    os._exit(min(int(pytest.main(["-x", "-q", *plain, *tests])), 99))


def survivors(chosen: list[Mutant], seconds: int, workers: int) -> Iterator[Mutant]:
    """The mutants that no test noticed."""
    running: dict[int, Mutant] = {}
    waiting = list(reversed(chosen))
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            running[begun(mutant, TESTS[mutant.file], seconds)] = mutant
        child, status = os.wait()
        if status == 0:
            yield running[child]
        del running[child]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=40, help="mutants of each file, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("files", nargs="*", default=list(TESTS))
    chosen = parser.parse_args()
    load_libraries()
    killed = total = 0
    for file in chosen.files:
        _, fault, used = os.wait4(begun(Mutant(file, -1, 0, "no fault"), TESTS[file]), 0)
        if fault:
            sys.exit(f"{file}: the tests fail without any fault: {' '.join(TESTS[file])}")
        seconds = 2 + int(PATIENCE * (used.ru_utime + used.ru_stime))
        all_ = mutants(file)
        some = random.Random(chosen.seed).sample(all_, min(chosen.sample, len(all_)))  # noqa: S311
        left = sorted(survivors(some, seconds, chosen.workers), key=lambda m: m.place)
        print(f"{file}: {len(some) - len(left)} of {len(some)} ({len(all_)} in all)", flush=True)
        for mutant in left:
            print(f"    line {mutant.line}: {mutant.what}", flush=True)
        killed, total = killed + len(some) - len(left), total + len(some)
    print(f"noticed: {killed} of {total} = {killed / max(total, 1):.1%}")


def load_libraries() -> None:
    """What every fork needs and no mutant is part of. Failing examples are not made smaller."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in LIBRARIES:
        import_module(name)
    generate = [Phase.explicit, Phase.generate]
    settings.register_profile(
        "mutants", phases=generate, derandomize=True, database=None, max_examples=60
    )
    settings.load_profile("mutants")


if __name__ == "__main__":
    main()
