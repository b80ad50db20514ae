"""A compiled mapping: what the loader makes and the engine runs. All of it is immutable."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from daifuku.records.mapped import Entity
from mapping.references import Reference
from mapping.scope import Getter, Scope, Test
from mapping.values import Elements

FieldReader = Callable[[Scope], Any]
"""Reads one canonical field in its final type; None where it is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """How one party is made. With `elements` it is made per element, named by `element_id`."""

    entity: Callable[[Scope], Entity]
    fields: tuple[tuple[str, FieldReader], ...]
    part: str = ""
    when: Test | None = None
    elements: Elements | None = None
    element_id: Getter | None = None
    relations: tuple[tuple[str, Reference], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRule:
    """How one interaction is made; `elements` and `element_id` as for a record."""

    of: Reference
    fields: tuple[tuple[str, FieldReader], ...]
    part: str = ""
    when: Test | None = None
    elements: Elements | None = None
    element_id: Getter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRule:
    """How the records of a stream are mapped. `ignore` keeps them as evidence only.

    `may_be_empty` accepts source records that give neither a record nor an interaction.
    """

    records: tuple[RecordRule, ...] = ()
    interactions: tuple[InteractionRule, ...] = ()
    ignore: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, checked and ready to apply. `digest` changes whenever its text does.

    The stream `*` stands for every stream that is not named.
    """

    connector: str
    streams: MappingProxyType[str, StreamRule]
    digest: str

    def rule_for(self, stream: str) -> StreamRule | None:
        """The stream's rule, None where the mapping does not speak of it."""
        return self.streams.get(stream) or self.streams.get("*")
