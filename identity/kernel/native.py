"""The primitives by the native kernel: the same arguments and results as in `reference`."""

import ctypes
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import (
    NO_PAIRS,
    Flags,
    Ints,
    Keys,
    Levels,
    Pairs,
    Places,
    Relations,
    Texts,
    Weights,
)
from identity.kernel.library import threads
from identity.kernel.pointers import RelationsAt, all_at, at, columns_at, program_at
from identity.kernel.ties import Tied, Ties
from identity.tabular.program import Program

_JARO_WINKLER, _LEVENSHTEIN, _OSA = range(3)
_MOST_EDITS = 2**40
"""More than any two texts are apart; what is above it means the same."""


class Native:
    """The calls into a library that `library.load` loaded.

    Threads share the work where there are several; what comes out does not depend on it.
    """

    def __init__(self, library: ctypes.CDLL, threads: int = threads()) -> None:
        self._library = library
        self._threads = threads

    def candidate_pairs(self, rules: Iterable[Keys]) -> Pairs:
        """See `reference.pairs`."""
        library, count, rows = self._library, ctypes.c_int64(), 0
        pairs = library.daifuku_pairs_new()
        if not pairs:
            raise MemoryError
        try:
            for rule in rules:
                bearing = _checked(rule)
                rows = max(rows, int(bearing.rows.max(initial=-1)) + 1)
                _done(
                    library.daifuku_pairs_add(
                        pairs,
                        at(bearing.keys),
                        at(bearing.rows),
                        len(bearing.rows),
                        bearing.cap,
                        self._threads,
                    )
                )
            _done(library.daifuku_pairs_find(pairs, rows, ctypes.byref(count), self._threads))
            first, second = np.empty(count.value, np.int32), np.empty(count.value, np.int32)
            _done(library.daifuku_pairs_take(pairs, at(first), at(second), self._threads))
        finally:
            library.daifuku_pairs_free(pairs)
        return first, second

    def connected(self, count: int, first: Ints, second: Ints) -> Ints:
        """See `reference.components`."""
        first, second = (np.ascontiguousarray(side, np.int32) for side in (first, second))
        _in_range(count, first, second)
        labels = np.empty(count, np.int32)
        _done(self._library.daifuku_connected(count, at(first), at(second), len(first), at(labels)))
        return labels

    def contract_many(
        self,
        starts: Places,
        edges: Pairs,
        weights: Weights,
        same: Pairs = NO_PAIRS,
        apart: Pairs = NO_PAIRS,
    ) -> Ints:
        """See `reference.contraction`."""
        tied = Tied.of(starts, edges, weights, same, apart)
        labels = np.empty(tied.starts[-1], np.int32)
        _done(
            self._library.daifuku_contract(
                len(tied.starts) - 1,
                at(tied.starts),
                *_places(tied.edges),
                at(tied.edges.weights),
                *_places(tied.same),
                *_places(tied.apart),
                at(labels),
                self._threads,
            )
        )
        return labels

    def jaro_winkler(self, texts: Texts, a: Ints, b: Ints, at_least: float) -> Flags:
        """See `reference.texts`."""
        return self._near(_JARO_WINKLER, texts, a, b, at_least)

    def levenshtein(self, texts: Texts, a: Ints, b: Ints, at_most: int) -> Flags:
        """See `reference.texts`."""
        return self._near(_LEVENSHTEIN, texts, a, b, min(at_most, _MOST_EDITS))

    def osa(self, texts: Texts, a: Ints, b: Ints, at_most: int) -> Flags:
        """See `reference.texts`."""
        return self._near(_OSA, texts, a, b, min(at_most, _MOST_EDITS))

    def levels(
        self,
        program: Program,
        ids: Sequence[Ints],
        texts: Mapping[int, Texts],
        a: Ints,
        b: Ints,
    ) -> npt.NDArray[np.uint8]:
        """See `reference.levels`."""
        a, b = (np.ascontiguousarray(side, np.int32) for side in (a, b))
        rows = min(map(len, ids), default=0)
        _in_range(rows, a, b)
        columns, numbers = columns_at(ids, texts)
        flat, parts = program_at(program)
        found = np.empty((len(program.comparisons) - 1, len(a)), np.uint8)
        _done(
            self._library.daifuku_levels(
                ctypes.byref(flat),
                columns,
                len(numbers),
                rows,
                at(a),
                at(b),
                len(a),
                at(found),
                self._threads,
            )
        )
        del numbers, parts  # the library is done with them
        return found

    def patterns(self, levels: Sequence[Levels]) -> tuple[Ints, Ints]:
        """See `reference.patterns`."""
        columns = [np.ascontiguousarray(column).view(np.uint8) for column in levels]
        pairs, count = len(columns[0]), ctypes.c_int64()
        places, first = np.empty(pairs, np.int32), np.empty(pairs, np.int32)
        _done(
            self._library.daifuku_patterns(
                all_at(columns),
                len(columns),
                pairs,
                at(places),
                at(first),
                ctypes.byref(count),
            )
        )
        return first[: count.value].copy(), places

    def sums(self, places: Sequence[Ints], weights: Weights, count: int) -> Weights:
        """See `reference.sums`."""
        columns = [np.ascontiguousarray(column, np.int32) for column in places]
        weights = np.ascontiguousarray(weights, np.float64)
        rows, classes = weights.shape
        for column in columns:
            if len(column) != rows or column.min(initial=0) < 0 or column.max(initial=-1) >= count:
                raise ValueError(f"each weight needs a place in 0..{count - 1}")
        found = np.empty((count, classes))
        _done(
            self._library.daifuku_sums(
                all_at(columns), len(columns), at(weights), rows, classes, count, at(found)
            )
        )
        return found

    def doubts(
        self, levels: Sequence[Levels], rarities: Sequence[Weights | None], relations: Relations
    ) -> tuple[Weights, Weights]:
        """See `reference.relations`."""
        columns = [np.ascontiguousarray(column).view(np.uint8) for column in levels]
        terms = [None if r is None else np.ascontiguousarray(r, np.float64) for r in rarities]
        pairs = len(columns[0])
        share, seen, kept = (
            np.ascontiguousarray(part, np.float64)
            for part in (relations.share, relations.seen, relations.kept)
        )
        if seen.shape != (len(columns), 256, len(share)) or kept.shape != (len(terms), len(share)):
            raise ValueError("each comparison needs its levels, its rarities and its weights")
        table = RelationsAt(at(share), at(seen), at(kept), len(share))
        penalties, resemblances = np.empty(pairs), np.empty(pairs)
        _done(
            self._library.daifuku_doubts(
                ctypes.byref(table),
                len(columns),
                all_at(columns),
                all_at(terms),
                pairs,
                at(penalties),
                at(resemblances),
                self._threads,
            )
        )
        return penalties, resemblances

    def _near(self, measure: int, texts: Texts, a: Ints, b: Ints, bound: float) -> Flags:
        a, b = (np.ascontiguousarray(side, np.int32) for side in (a, b))
        _in_range(len(texts), a, b)
        holds = np.empty(len(a), np.bool_)
        _done(
            self._library.daifuku_near(
                measure,
                texts.chars.itemsize,
                at(texts.chars),
                at(texts.starts),
                at(a),
                at(b),
                len(a),
                bound,
                at(holds),
                self._threads,
            )
        )
        return holds


def _places(ties: Ties) -> tuple[int, int, int]:
    return at(ties.starts), at(ties.first), at(ties.second)


def _done(answer: int) -> None:
    if answer:
        raise MemoryError("the native kernel found no memory")


def _checked(rule: Keys) -> Keys:
    keys = np.ascontiguousarray(rule.keys, np.uint64)
    rows = np.ascontiguousarray(rule.rows, np.int32)
    if len(keys) != len(rows) or rows.min(initial=0) < 0:
        raise ValueError("each key needs the row that bears it, and rows are numbered from 0")
    return Keys(keys, rows, rule.cap)


def _in_range(count: int, first: Ints, second: Ints) -> None:
    if len(first) != len(second):
        raise ValueError("pairs need two items each")
    for side in (first, second):
        if side.min(initial=0) < 0 or side.max(initial=-1) >= count:
            raise ValueError(f"a pair names an item outside 0..{count - 1}")
