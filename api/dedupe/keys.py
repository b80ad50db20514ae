"""The keys of a table's rows in columns: a million objects that few ask for are not made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.dedupe.cells import Numbers
from api.dedupe.rows import STREAM
from daifuku.records import RecordKey


@dataclass(frozen=True, slots=True, eq=False)
class RowKeys(Sequence[RecordKey]):
    """The key of each row: `ids[i]` of source `sources[source_of[i]]`, or that in `apart`."""

    sources: Sequence[str]
    source_of: Numbers
    ids: Sequence[str]
    apart: Mapping[int, RecordKey] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, row: int) -> RecordKey: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[RecordKey]: ...
    def __getitem__(self, row: int | slice) -> RecordKey | Sequence[RecordKey]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        if row in self.apart:
            return self.apart[row]
        return RecordKey(self.sources[int(self.source_of[row])], STREAM, self.ids[row])

    def id_of(self, row: int) -> str:
        """What names a row in its source."""
        return self.apart[row].external_id if row in self.apart else self.ids[row]

    def ordered(self) -> Numbers:
        """The rows by key, without those apart."""
        rank = np.empty(len(self.sources), np.int32)
        rank[sorted(range(len(self.sources)), key=self.sources.__getitem__)] = np.arange(len(rank))
        try:
            table = pa.table(
                {"source": rank[self.source_of], "id": pa.array(self.ids, pa.string())}
            )
        except UnicodeEncodeError:  # an id with half a character in it
            order = np.asarray(sorted(range(len(self)), key=self.ids.__getitem__), np.int64)
            order = order[np.argsort(rank[self.source_of[order]], kind="stable")]
        else:
            keys = [("source", "ascending"), ("id", "ascending")]
            order = np.asarray(pc.sort_indices(table, keys), np.int64)
        return order[~np.isin(order, list(self.apart))] if self.apart else order

    def has_twice(self, ordered: Numbers) -> bool:
        """Whether a key stands there twice, the rows being in order."""
        before, after = ordered[:-1], ordered[1:]
        same = np.flatnonzero(self.source_of[before] == self.source_of[after]).tolist()
        ids, left, right = self.ids, before.tolist(), after.tolist()
        return any(ids[left[place]] == ids[right[place]] for place in same)


@dataclass(frozen=True, slots=True, eq=False)
class ChosenKeys(Sequence[RecordKey]):
    """The keys of some rows."""

    keys: Sequence[RecordKey]
    rows: Numbers

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> RecordKey: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[RecordKey]: ...
    def __getitem__(self, place: int | slice) -> RecordKey | Sequence[RecordKey]:
        if isinstance(place, slice):
            return ChosenKeys(self.keys, self.rows[place])
        return self.keys[int(self.rows[place])]
