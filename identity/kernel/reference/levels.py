"""Which level each comparison of a pair of rows reaches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import Flags, Ints, Levels, Texts
from identity.kernel.reference.texts import jaro_winkler, levenshtein, osa
from identity.model.conditions import Op
from identity.tabular.program import MISSING, Program

Near = Callable[[Texts, Ints, Ints, float], Flags]
_NEAR: Mapping[int, Near] = {
    Op.JARO_WINKLER: jaro_winkler,
    Op.LEVENSHTEIN: lambda texts, a, b, bound: levenshtein(texts, a, b, int(bound)),
    Op.OSA: lambda texts, a, b, bound: osa(texts, a, b, int(bound)),
}
_PAIRS_AT_ONCE = 1_000_000


def levels(
    program: Program, ids: Sequence[Ints], texts: Mapping[int, Texts], a: Ints, b: Ints
) -> npt.NDArray[np.uint8]:
    """One row per comparison: the level of each pair of rows (a[i], b[i]), 255 for missing.

    `ids[c][row]` numbers the row's value in column c, -1 for missing; `texts` are those of the
    columns that the program looks into.
    """
    rows = _Rows(program, ids, texts)
    found = np.full((len(program.comparisons) - 1, len(a)), MISSING, np.uint8)
    for start in range(0, len(a), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        for number, reached in enumerate(found[:, part]):
            _climb(rows, number, a[part], b[part], reached)
    return found


def _climb(rows: "_Rows", comparison: int, a: Ints, b: Ints, reached: Levels) -> None:
    """Writes into `reached` the levels of one comparison."""
    left = np.arange(len(a))
    for rung in range(*rows.program.comparisons[comparison : comparison + 2]):
        holds = rows.hold_rung(rung, a[left], b[left])
        reached[left[holds]] = rows.program.numbers[rung]
        left = left[~holds]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What a program asks of pairs of rows."""

    program: Program
    ids: Sequence[Ints]
    texts: Mapping[int, Texts]

    def hold_rung(self, rung: int, a: Ints, b: Ints) -> Flags:
        clauses = range(*self.program.rungs[rung : rung + 2])
        holds = np.full(len(a), not clauses)
        for clause in clauses:
            rest = np.flatnonzero(~holds)
            for check in range(*self.program.clauses[clause : clause + 2]):
                rest = rest[self.hold(check, a[rest], b[rest])]
            holds[rest] = True
        return holds

    def hold(self, check: int, a: Ints, b: Ints) -> Flags:
        x, y = self.ids[self.program.first[check]], self.ids[self.program.second[check]]
        xa, xb, ya, yb = x[a], x[b], y[a], y[b]
        match int(self.program.ops[check]):
            case Op.EQUAL:
                holds = ((xa >= 0) & (xa == yb)) | ((xb >= 0) & (xb == ya))
            case Op.EXCHANGED:
                holds = (xa >= 0) & (xa == yb) & (xb >= 0) & (xb == ya)
            case Op.MISSING_EITHER:
                holds = (xa < 0) | (xb < 0)
            case Op.MISSING_BOTH:
                holds = ((xa < 0) & (yb < 0)) | ((xb < 0) & (ya < 0))
            case op:
                holds = (xa >= 0) & (xa == xb)
                rest = np.flatnonzero((xa >= 0) & (xb >= 0) & ~holds)
                texts = self.texts[int(self.program.first[check])]
                bound = float(self.program.thresholds[check])
                holds[rest] = _NEAR[op](texts, xa[rest], xb[rest], bound)
        return np.asarray(holds)
