"""The comparisons of a table model as flat arrays, which a loop over pairs can run through."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from identity.model.conditions import Check, Condition, Op
from identity.model.types import ComparisonSpec, Model

MISSING = 255
"""The level number of a comparison that has nothing to compare."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rung:
    """One level to be tried: its number among the levels, or MISSING, and when it is reached.

    No alternative at all means always: the last rung of a ladder.
    """

    number: int
    when: Condition


Ladder = tuple[Rung, ...]
"""The levels of one comparison, tried in this order; the first whose condition holds counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """All ladders of a model over numbered columns.

    Check `t` applies `ops[t]` (`Op`) to the columns `first[t]` and `second[t]` with
    `thresholds[t]`. Clause `c` holds when all checks `clauses[c]:clauses[c + 1]` hold; rung `r`
    when any clause `rungs[r]:rungs[r + 1]` holds, or when it has none; it then gives
    `numbers[r]`. Comparison `k` tries the rungs `comparisons[k]:comparisons[k + 1]` in order.
    """

    ladders: tuple[Ladder, ...]
    ops: Ints
    first: Ints
    second: Ints
    thresholds: npt.NDArray[np.float64]
    clauses: Ints
    rungs: Ints
    numbers: npt.NDArray[np.uint8]
    comparisons: Ints


def flatten(ladders: tuple[Ladder, ...], columns: dict[str, int]) -> Program:
    """The program of these ladders; `columns` numbers the columns that checks name."""
    rungs = [rung for ladder in ladders for rung in ladder]
    clauses = [clause for rung in rungs for clause in rung.when]
    checks: list[Check] = [check for clause in clauses for check in clause]
    return Program(
        ladders=ladders,
        ops=np.asarray([int(check.op) for check in checks], np.int32),
        first=np.asarray([columns[check.column] for check in checks], np.int32),
        second=np.asarray([columns[check.other] for check in checks], np.int32),
        thresholds=np.asarray([check.threshold for check in checks], np.float64),
        clauses=_starts(clauses),
        rungs=_starts([rung.when for rung in rungs]),
        numbers=np.asarray([rung.number for rung in rungs], np.uint8),
        comparisons=_starts(ladders),
    )


def program_of(model: Model) -> Program:
    """The comparisons of a table model as a program over its columns, in their order."""
    return flatten(
        tuple(_ladder(spec) for spec in model.comparisons),
        {column.name: number for number, column in enumerate(model.columns)},
    )


def _ladder(spec: ComparisonSpec) -> Ladder:
    levels = [Rung(number, level.when) for number, level in enumerate(spec.levels)]
    return (Rung(MISSING, spec.missing), *levels)


def crossed(program: Program) -> list[tuple[int, int]]:
    """The pairs of different columns whose values are compared: they need common numbers."""
    across = np.isin(program.ops, (Op.EQUAL, Op.EXCHANGED)) & (program.first != program.second)
    return list(zip(program.first[across].tolist(), program.second[across].tolist(), strict=True))


def _starts(groups: Any) -> Ints:
    return np.cumsum([0, *(len(group) for group in groups)]).astype(np.int32)
