"""What a record says of a field: its values, and how fields are read off records."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from daifuku.records import MappedRecord
from identity.features import Features

KEPT = 16_384
"""Sayings kept read, per field: the records of one party repeat each other."""


class Value(NamedTuple):
    """One value as a record says it, ready to be shown.

    `key` is equal for equal values; `text` is how it is written; `size` is how much it says.
    `verified` where it can be checked and holds, `complete` where no part is missing. `own` ranks
    an e-mail or phone by how much it is the party's, `native` a script, 0 being the best.
    """

    value: Any
    key: Hashable
    text: str = ""
    size: int = 0
    verified: bool = False
    complete: bool = False
    own: int = 0
    native: int = 0


Values = Sequence[Value]


class Sayings(dict[Any, Values]):
    """What the last sayings of a field were read as."""

    def keep(self, saying: Any, values: Values) -> Values:
        """Remember what a saying was read as, and return that."""
        if len(self) >= KEPT:
            self.clear()
        self[saying] = values
        return values


class Read(Protocol):
    """What a record says of a field. What its features hold, where they are `known`, is not
    normalised once more."""

    def __call__(self, record: MappedRecord, known: Features | None = None, /) -> Values: ...


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a field is read off a record; with `many`, all values survive, best first.

    `reads` names the fields of the record that `read` looks at beside its entity. `joined` tells
    which keys of a cluster mean the same although they differ; `gave_way` whether a value may have
    been followed by another.
    """

    read: Read
    reads: tuple[str, ...]
    many: bool = False
    joined: Callable[[Iterable[Any]], Mapping[Hashable, Hashable]] | None = None
    gave_way: Callable[[Any, Any], bool] | None = None
