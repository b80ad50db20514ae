"""Many records of one entity in columns: each part of their features once, and its number by row.

A part is a field of `Features`. Rows that agree in every part are one node, as records of equal
digest are.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from daifuku.records import Entity, RecordKey
from identity.features import NO_COMPANY, NO_NAME, Features, sealed

EMPTY: Mapping[str, Hashable] = {
    "name": NO_NAME,
    "alias": NO_NAME,
    "company": NO_COMPANY,
    "birth_date": "",
    "gender": "",
    "corporate_number": "",
    "website": "",
    "emails": (),
    "phones": (),
    "addresses": (),
    "identifiers": (),
}
"""The parts of features, and what each is where nothing is known."""

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
T = TypeVar("T")

_NOBODY = RecordKey("", "", "")
_MIXERS = np.random.default_rng(20).integers(1, 2**63, size=len(EMPTY), dtype=np.uint64) * 2 + 1


@dataclass(slots=True)
class Part:
    """The distinct values of one part, 0 being the empty one, and the number of each row's."""

    values: list[Any]
    rows: Numbers


@dataclass(frozen=True, eq=False)
class Encoded:
    """Records of one entity, in the order of their keys."""

    entity: Entity
    keys: Sequence[RecordKey]
    parts: Mapping[str, Part]

    @cached_property
    def node_of(self) -> Numbers:
        """The node of each record; nodes are numbered by their first records."""
        first, node = _first_of(self._codes)
        place = np.empty(len(first), np.int64)
        place[np.argsort(first, kind="stable")] = np.arange(len(first))
        return place[node]

    @cached_property
    def first(self) -> Numbers:
        """The first record of each node."""
        return np.sort(_first_of(self._codes)[0])

    @cached_property
    def _codes(self) -> npt.NDArray[np.uint64]:
        """A number for each row, equal where all parts are: 64 bits, spread at random."""
        codes = np.zeros(len(self.keys), np.uint64)
        for mixer, part in zip(_MIXERS, self.parts.values(), strict=True):
            codes += mixed(part.rows.astype(np.uint64) * mixer)
        return codes

    def column(
        self, reads: Sequence[str], value: Callable[[Features], T]
    ) -> tuple[list[T], Numbers]:
        """What `value` reads off the features: each distinct answer's, and its place by node.

        `reads` names the parts it looks at; it is asked once for each combination of them.
        """
        held = [self.parts[name] for name in reads]
        rows = held[0].rows[self.first].astype(np.int64)
        if len(held) == 1:
            return list(map(value, _seen(self.entity, reads[0], held[0].values))), rows
        for part in held[1:]:
            rows = rows * len(part.values) + part.rows[self.first]
        codes, numbers = np.unique(rows, return_inverse=True)
        answers = [value(self._only(self._taken_apart(code, reads))) for code in codes.tolist()]
        return answers, numbers.astype(np.int64)

    def features(self, record: int) -> Features:
        """The features of a record."""
        return sealed(self.unsealed(record))

    def unsealed(self, record: int) -> Features:
        """The features of a record without their digest, for those who do not ask for it."""
        parts = {name: part.values[part.rows[record]] for name, part in self.parts.items()}
        return Features(key=self.keys[record], entity=self.entity, **parts)

    def _taken_apart(self, code: int, reads: Sequence[str]) -> dict[str, Any]:
        values = {}
        for name in reversed(reads):
            part = self.parts[name]
            code, number = divmod(code, len(part.values))
            values[name] = part.values[number]
        return values

    def _only(self, parts: dict[str, Any]) -> Features:
        return Features(key=_NOBODY, entity=self.entity, **parts)


class _Seen:
    """Stands for features of which one part alone is looked at: making whole ones takes longer than
    what is asked of them."""

    __slots__ = ("entity", *EMPTY)


def _seen(entity: Entity, part: str, values: Sequence[Any]) -> Iterator[Features]:
    seen = _Seen()
    for name, empty in {"entity": entity, **EMPTY}.items():
        setattr(seen, name, empty)
    for value in values:
        setattr(seen, part, value)
        yield cast(Features, seen)


def mixed(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Codes spread over 64 bits: the finaliser of splitmix64 (Steele, Lea and Flood, 2014)."""
    codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return codes ^ (codes >> np.uint64(31))


def _first_of(
    codes: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first, inverse.astype(np.int64)


@dataclass(slots=True)
class Encoder:
    """Encodes features one by one."""

    entity: Entity
    _keys: list[RecordKey] = field(default_factory=list)
    _numbers: dict[str, dict[Any, int]] = field(
        default_factory=lambda: {name: {empty: 0} for name, empty in EMPTY.items()}
    )
    _rows: list[tuple[int, ...]] = field(default_factory=list)

    def append(self, features: Features) -> None:
        """Add a record."""
        self._keys.append(features.key)
        self._rows.append(
            tuple(
                numbers.setdefault(value, len(numbers)) if value else 0
                for numbers, value in zip(self._numbers.values(), _parts(features), strict=True)
            )
        )

    def encoded(self) -> Encoded:
        """All records that were added; their keys must be unique."""
        order = sorted(range(len(self._keys)), key=lambda row: _sortable(self._keys[row]))
        rows = np.asarray(self._rows, np.int64).reshape(-1, len(EMPTY))[order]
        parts = {
            name: Part(list(numbers), rows[:, place].copy())
            for place, (name, numbers) in enumerate(self._numbers.items())
        }
        return Encoded(self.entity, [self._keys[row] for row in order], parts)


_parts = attrgetter(*EMPTY)
_sortable = attrgetter("source", "stream", "external_id", "part")
