"""A table as columns of numbers: equal values have equal numbers, a text is kept once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from identity.kernel.arrays import Texts

Ids = npt.NDArray[np.int32]

ABSENT = -1
"""The number of a missing value."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column: `ids[row]` numbers the row's text in `texts` (large_string), or is ABSENT."""

    ids: Ids
    texts: pa.LargeStringArray

    @cached_property
    def points(self) -> Texts:
        """The texts as code points."""
        return Texts.of(self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of a table, in the order of their names. All have one length."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int

    def __getitem__(self, name: str) -> Column:
        return self.columns[self.names.index(name)]

    def numbers(self) -> dict[str, int]:
        """Where each name stands."""
        return {name: number for number, name in enumerate(self.names)}


def encode(values: pa.Array | pa.ChunkedArray) -> Column:
    """A column of texts; the empty text and null are missing. Texts are numbered as they come."""
    chunks = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = chunks if pa.types.is_dictionary(chunks.type) else chunks.dictionary_encode()
    texts = coded.dictionary.cast(pa.large_string())
    column = Column(_integers(coded.indices), texts)
    if pc.index(texts, "").as_py() < 0:
        return column
    return mapped(column, pc.if_else(pc.equal(texts, ""), None, texts))


def mapped(column: Column, texts: pa.Array) -> Column:
    """The column with each of its texts replaced by the one at the same place, null being none."""
    coded = texts.cast(pa.large_string()).dictionary_encode()
    numbers = np.append(_integers(coded.indices), np.int32(ABSENT))
    return Column(numbers[column.ids], coded.dictionary)


def united(columns: Sequence[Column]) -> list[Column]:
    """The columns with common numbers: equal texts have equal ids in all of them."""
    both = pa.concat_arrays([column.texts for column in columns]).dictionary_encode()
    numbers = _integers(both.indices)
    places, start = [], 0
    for column in columns:
        own = np.append(numbers[start : start + len(column.texts)], np.int32(ABSENT))
        places.append(Column(own[column.ids], both.dictionary))
        start += len(column.texts)
    return places


def unite(columns: Mapping[str, Column], pairs: Iterable[tuple[str, str]]) -> dict[str, Column]:
    """`columns`, those that `pairs` tie together having common numbers."""
    group = {name: {name} for name in columns}
    for a, b in pairs:
        joined = group[a] | group[b]
        for name in joined:
            group[name] = joined
    result = dict(columns)
    for names in {id(names): sorted(names) for names in group.values()}.values():
        if len(names) > 1:
            result.update(zip(names, united([columns[name] for name in names]), strict=True))
    return result


def _integers(indices: pa.Array) -> Ids:
    return np.asarray(pc.fill_null(indices.cast(pa.int32()), ABSENT), np.int32)
