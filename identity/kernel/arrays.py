"""What the kernel's primitives work on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8] | npt.NDArray[np.uint8]
"""Level numbers by pair; missing is 255, or -1 in signed bytes."""

Pairs = tuple[Ints, Ints]
"""Two arrays of one length: pair i is (first[i], second[i])."""

NO_PAIRS: Pairs = (np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """The keys of one blocking rule: row `rows[i]` bears `keys[i]`, no row the same key twice.

    A key counts while it is borne by at least two and at most `cap` rows.
    """

    keys: npt.NDArray[np.uint64]
    rows: Ints
    cap: int


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """The classes of a mixture that explain why two different entities look alike.

    `share[r]` is log2 of relation r's share in all pairs. `seen[k, level, r]` is what comparison
    k at that level says for it against strangers, 0 where it is missing (255) or says nothing;
    of a term's rarity there it has the part `kept[k, r]`. Bits, all but `share` on the grid of
    2**-20.
    """

    share: Weights
    seen: Weights
    kept: Weights


@dataclass(frozen=True, eq=False)
class Texts:
    """Distinct texts as code points: text i is `chars[starts[i]:starts[i + 1]]`.

    Every character of a column takes as many bytes as the largest needs: 1, 2 or 4.
    """

    chars: npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
    starts: Places

    @classmethod
    def of(cls, texts: Sequence[str] | pa.Array) -> "Texts":
        """The code points of strings, or of an Arrow array of strings without nulls."""
        if isinstance(texts, pa.Array):
            starts, data = _encoded(texts.cast(pa.large_string()))
            if data.max(initial=0) < 2**7:
                return cls(data, starts)
            sizes = np.asarray(pc.utf8_length(texts), np.int64)
            whole = str(data.data, "utf-8")
        else:
            sizes = np.fromiter(map(len, texts), np.int64, len(texts))
            whole = "".join(texts)
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        return cls(_narrowed(whole), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def strings(self) -> list[str]:
        """The texts themselves."""
        whole = self.chars.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        ends = self.starts.tolist()
        return [whole[a:b] for a, b in pairwise(ends)]


def _encoded(texts: pa.LargeStringArray) -> tuple[Places, npt.NDArray[np.uint8]]:
    """All texts in one, in UTF-8, and where each begins."""
    _, offsets, data = texts.buffers()
    if data is None:
        return np.zeros(len(texts) + 1, np.int64), np.empty(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return bounds - bounds[0], np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]


def _narrowed(
    whole: str,
) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]:
    points = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
    most = points.max(initial=0)
    if most < 2**8:
        return points.astype(np.uint8)
    return points.astype(np.uint16) if most < 2**16 else points.astype(np.uint32)
