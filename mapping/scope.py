"""Where a value is read from: the record, and the element of it that the mapping is looking at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from daifuku.records.source import SourceRecord


@dataclass(frozen=True, slots=True)
class Scope:
    """`node` is the object paths start at; `outer` the scope around it inside an `each`."""

    node: Any
    record: SourceRecord
    outer: "Scope | None" = None

    def within(self, node: Any) -> "Scope":
        return Scope(node, self.record, self)


Getter = Callable[[Scope], Any]
"""A compiled value: reads it from a scope; absent is None. May raise Unmappable."""

Test = Callable[[Scope], bool]
"""A compiled condition."""
