"""Candidate pairs in bulk: all pairs of rows that share an active key, each once."""

import hashlib
from array import array
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from identity.blocking import BlockKey, caps
from identity.model.types import Model

Rows = npt.NDArray[np.int64]


class KeyIndex:
    """The block keys of rows, as 64-bit digests. Rows are numbered as they are appended."""

    def __init__(self, model: Model) -> None:
        self._caps = caps(model)
        self._rules = list(self._caps)
        self._keys, self._rows, self._limits = array("Q"), array("q"), array("i")
        self._starts = array("q", [0])

    def append(self, keys: Iterable[BlockKey]) -> None:
        """Add the keys of the next row."""
        row = len(self._starts) - 1
        for key in keys:
            self._keys.append(_digest(key))
            self._rows.append(row)
            self._limits.append(self._caps[key.rule])
        self._starts.append(len(self._keys))

    def pairs(self) -> tuple[Rows, Rows]:
        """The candidate pairs as two arrays of row numbers, first < second, in order."""
        count = len(self._starts) - 1
        codes = [low * count + high for low, high in self._blocks()]
        if not codes:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        unique = np.unique(np.concatenate(codes))
        return unique // count, unique % count

    def _blocks(self) -> Iterable[tuple[Rows, Rows]]:
        """All pairs within each active key; a pair may come more than once."""
        keys = np.frombuffer(self._keys, np.uint64) if self._keys else np.empty(0, np.uint64)
        rows = np.asarray(self._rows, np.int64)
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        limits = np.asarray(self._limits, np.int64)[order]
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)])
        sizes = np.diff(np.append(starts, len(keys)))
        active = (sizes > 1) & (sizes <= limits[starts])
        for size in np.unique(sizes[active]).tolist():
            first, second = np.triu_indices(size, 1)
            block = rows[starts[active & (sizes == size)][:, None] + np.arange(size)]
            yield block[:, first].ravel(), block[:, second].ravel()


def _digest(key: BlockKey) -> int:
    body = f"{key.rule}\x00{key.key}".encode()
    return int.from_bytes(hashlib.blake2b(body, digest_size=8).digest(), "little")
