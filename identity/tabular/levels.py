"""Which level each comparison of a pair of rows reaches."""

import numpy as np
import numpy.typing as npt

from identity.kernel import jaro_winkler, levenshtein, osa
from identity.kernel.arrays import Flags, Ints, Texts
from identity.model.conditions import Check, Op
from identity.tabular.columns import Columns
from identity.tabular.program import MISSING, Ladder, Program

LevelNumbers = npt.NDArray[np.uint8]


def levels(program: Program, columns: Columns, a: Ints, b: Ints) -> LevelNumbers:
    """One row per comparison: the level of each pair (a[i], b[i]), MISSING for nothing there."""
    looker = _Looker(columns)
    found = np.empty((len(program.ladders), len(a)), np.uint8)
    for number, ladder in enumerate(program.ladders):
        found[number] = looker.climb(ladder, a, b)
    return found


class _Looker:
    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._texts: dict[str, Texts] = {}

    def climb(self, ladder: Ladder, a: Ints, b: Ints) -> LevelNumbers:
        found = np.full(len(a), MISSING, np.uint8)
        left = np.arange(len(a))
        for rung in ladder:
            holds = np.full(len(left), not rung.when)
            for clause in rung.when:
                open_ = np.flatnonzero(~holds)
                for check in clause:
                    rows = left[open_]
                    open_ = open_[self._holds(check, a[rows], b[rows])]
                holds[open_] = True
            found[left[holds]] = rung.number
            left = left[~holds]
        return found

    def _holds(self, check: Check, a: Ints, b: Ints) -> Flags:
        x, y = self._columns[check.column].ids, self._columns[check.other].ids
        xa, xb, ya, yb = x[a], x[b], y[a], y[b]
        match check.op:
            case Op.EQUAL:
                holds = ((xa >= 0) & (xa == yb)) | ((xb >= 0) & (xb == ya))
            case Op.EXCHANGED:
                holds = (xa >= 0) & (xa == yb) & (xb >= 0) & (xb == ya)
            case Op.MISSING_EITHER:
                holds = (xa < 0) | (xb < 0)
            case Op.MISSING_BOTH:
                holds = ((xa < 0) & (yb < 0)) | ((xb < 0) & (ya < 0))
            case _:
                holds = self._like(check, xa, xb)
        return np.asarray(holds)

    def _like(self, check: Check, a: Ints, b: Ints) -> Flags:
        holds = (a >= 0) & (a == b)
        open_ = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
        if check.column not in self._texts:
            self._texts[check.column] = Texts.of(self._columns[check.column].texts)
        texts = self._texts[check.column]
        left, right = a[open_], b[open_]
        if check.op is Op.JARO_WINKLER:
            holds[open_] = jaro_winkler(texts, left, right, check.threshold)
        elif check.op is Op.LEVENSHTEIN:
            holds[open_] = levenshtein(texts, left, right, int(check.threshold))
        else:
            holds[open_] = osa(texts, left, right, int(check.threshold))
        return np.asarray(holds)
