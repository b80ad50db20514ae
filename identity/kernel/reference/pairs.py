"""Candidate pairs: all pairs of rows that share a key, each once."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from identity.kernel.arrays import NO_PAIRS, Ints, Keys, Pairs, Places

_LOW = np.uint64(0xFFFFFFFF)

Codes = npt.NDArray[np.uint64]
"""Pairs as single numbers, in the order of the pairs: the first above 32 bits of the second."""


def candidate_pairs(rules: Iterable[Keys]) -> Pairs:
    """The pairs of rows that share a key borne by 2 to `cap` rows, under any of the rules.

    Each comes once, its smaller row first, and they are sorted. Rules are read one by one.
    """
    found = [code for rule in rules for code in _codes(rule)]
    if not found:
        return NO_PAIRS
    codes = np.concatenate(found)
    del found
    codes.sort()
    codes = codes[np.concatenate(([True], codes[1:] != codes[:-1]))]
    return (codes >> np.uint64(32)).astype(np.int32), (codes & _LOW).astype(np.int32)


def pairs_within(starts: Places) -> Pairs:
    """All pairs within each block, block k being the items starts[k] .. starts[k + 1] - 1.

    Sorted, the smaller item first: what clustering asks the match weights of.
    """
    sizes = np.diff(starts)
    ahead = np.repeat(starts[1:], sizes) - np.arange(starts[0], starts[-1]) - 1
    first = np.repeat(np.arange(starts[0], starts[-1], dtype=np.int32), ahead)
    begins = np.cumsum(ahead) - ahead
    second = np.arange(len(first)) - np.repeat(begins, ahead) + first + 1
    return first, second.astype(np.int32)


def _codes(rule: Keys) -> Iterator[Codes]:
    order = np.argsort(rule.keys, kind="stable")
    keys, rows = rule.keys[order], rule.rows[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)])
    sizes = np.diff(np.append(starts, len(keys)))
    active = (sizes > 1) & (sizes <= rule.cap)
    for size in np.unique(sizes[active]).tolist():
        yield _codes_of_size(rows, starts[active & (sizes == size)], size)


def _codes_of_size(rows: Ints, starts: Places, size: int) -> Codes:
    """The pairs within blocks of one size, which begin in `rows` at `starts`."""
    block = np.sort(rows[starts[:, None] + np.arange(size)], axis=1).astype(np.uint64)
    first, second = np.triu_indices(size, 1)
    return ((block[:, first] << np.uint64(32)) | block[:, second]).ravel()
