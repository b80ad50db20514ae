"""What a stream reads: a Tryton model, the fields of it, and the models around it."""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Any

Domain = tuple[Any, ...]
"""A Tryton search domain, JSON-compatible: https://docs.tryton.org/latest/server/topics/domain.html"""


STAMPS = ("create_date", "write_date")
"""The times that every Tryton row carries; the second from its first change on."""


@dataclass(frozen=True, slots=True)
class Link:
    """A model whose rows, those within `domain`, point by `field` to the record they belong to.

    The field is a Many2One or a Reference; of a Reference only those to the plan's model count.
    """

    model: str
    field: str
    domain: Domain = ()

    @property
    def name(self) -> str:
        return f"{self.model}.{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """A stream of the records of `model` with `fields`, dotted through relations.

    `parts` are the models whose rows are nested in a record: Tryton does not mark a record as
    changed when only they change. With `members` the stream holds only the records that a row
    of these models points to. Each record gets `changed_at`, the latest time of itself and of
    its relations `timed`.
    """

    stream: str
    model: str
    fields: tuple[str, ...]
    domain: Domain = ()
    parts: tuple[Link, ...] = ()
    members: tuple[Link, ...] = ()
    timed: tuple[str, ...] = ()
    deactivable: bool = False

    @property
    def all_fields(self) -> tuple[str, ...]:
        """`fields`, with the times that `changed_at` needs."""
        held = ("", *(f"{relation}." for relation in self.timed))
        return (*self.fields, *(f"{prefix}{stamp}" for prefix in held for stamp in STAMPS))

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is listed for this stream."""
        around = (link.model for link in self.parts + self.members)
        return tuple(dict.fromkeys((self.model, *around)))

    def without(self, absent: Set[str]) -> "StreamPlan | None":
        """The plan for a server that lacks these models; None if nothing of it remains."""
        members = tuple(link for link in self.members if link.model not in absent)
        if self.model in absent or (self.members and not members):
            return None
        parts = tuple(link for link in self.parts if link.model not in absent)
        return replace(self, parts=parts, members=members)
