"""Sets of ids, written small enough to be part of a stream's state."""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property


class IdSet:
    """An immutable set of row ids. As text it is ranges, `1-53,55`: rows are mostly dense."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._ids = frozenset(ids)

    @classmethod
    def parse(cls, text: str) -> "IdSet":
        """The set that `text` wrote down.

        Raises:
            ValueError: it is no list of ranges.
        """
        ids: set[int] = set()
        for part in filter(None, text.split(",")):
            first, _, last = part.partition("-")
            ids.update(range(int(first), int(last or first) + 1))
        return cls(ids)

    @cached_property
    def text(self) -> str:
        runs: list[list[int]] = []
        for id_ in self:
            if runs and id_ == runs[-1][1] + 1:
                runs[-1][1] = id_
            else:
                runs.append([id_, id_])
        return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._ids

    def __sub__(self, other: "IdSet") -> "IdSet":
        return IdSet(self._ids - other._ids)

    def without(self, ids: Collection[int]) -> "IdSet":
        """This set less `ids`; itself where none of them is in it."""
        return self if self._ids.isdisjoint(ids) else IdSet(self._ids.difference(ids))

    def joined(self, ids: Collection[int]) -> "IdSet":
        """This set with `ids`; itself, text and all, where they are in it already."""
        return self if self._ids.issuperset(ids) else IdSet(self._ids.union(ids))
