"""How near two texts are, by RapidFuzz, which compares code points."""

from collections.abc import Callable

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein
from rapidfuzz.process import cpdist

from identity.kernel.arrays import Flags, Ints, Texts


def jaro_winkler(texts: Texts, a: Ints, b: Ints, at_least: float) -> Flags:
    """Whether the similarity (0 to 1, prefix weight 0.1) of texts a[i] and b[i] is enough."""

    def near(left: list[str], right: list[str]) -> Flags:
        found = cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float64)
        return np.asarray(found >= at_least)

    return _by_distinct_pair(texts, a, b, near)


def levenshtein(texts: Texts, a: Ints, b: Ints, at_most: int) -> Flags:
    """Whether texts a[i] and b[i] are at most so many insertions, deletions and substitutions
    apart."""
    return _by_distinct_pair(texts, a, b, _within(Levenshtein.distance, at_most))


def osa(texts: Texts, a: Ints, b: Ints, at_most: int) -> Flags:
    """`levenshtein`, two neighbours exchanged being one edit, if not edited again (optimal
    string alignment)."""
    return _by_distinct_pair(texts, a, b, _within(OSA.distance, at_most))


def _within(distance: Callable[..., int], at_most: int) -> Callable[[list[str], list[str]], Flags]:
    def near(left: list[str], right: list[str]) -> Flags:
        found = cpdist(left, right, scorer=distance, score_cutoff=max(at_most, 0), dtype=np.int64)
        return np.asarray(found <= at_most)

    return near


def _by_distinct_pair(
    texts: Texts, a: Ints, b: Ints, near: Callable[[list[str], list[str]], Flags]
) -> Flags:
    codes, where = np.unique(a * np.int64(len(texts)) + b, return_inverse=True)
    if not len(codes):
        return np.empty(0, np.bool_)
    strings, left, right = texts.strings, codes // len(texts), codes % len(texts)
    found = near([strings[i] for i in left.tolist()], [strings[i] for i in right.tolist()])
    return np.asarray(found.ravel()[where])
