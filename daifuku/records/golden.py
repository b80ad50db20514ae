"""The golden record: one unified, explained profile per real person or organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from daifuku.records.mapped import Entity
from daifuku.records.source import RecordKey


@dataclass(frozen=True, slots=True)
class LostValue:
    """A value that survivorship did not choose: the record that held it, when, and why it lost.

    `why` is the criterion that told it from the survivor. It is `contested` where sources of
    equal standing disagree on a fact: only time or chance decided.
    """

    value: Any
    source: RecordKey
    observed_at: datetime | None = None
    why: str = ""
    contested: bool = False


@dataclass(frozen=True, slots=True)
class GoldenField:
    """One surviving value with its lineage: the record it came from, when, and by which rule."""

    value: Any
    source: RecordKey
    observed_at: datetime
    rule: str
    losers: tuple[LostValue, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """The surviving values of a cluster. `version` grows by one with each change."""

    id: str
    entity: Entity
    version: int
    fields: Mapping[str, GoldenField]
    members: tuple[RecordKey, ...]


class ChangeKind(StrEnum):
    """What happened to a golden record, as downstream systems need to tell apart."""

    CREATED = "created"
    UPDATED = "updated"
    MERGED = "merged"
    SPLIT = "split"
    DELETED = "deleted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvent:
    """One entry of the ordered change feed. `into` names the survivor of a merge."""

    sequence: int
    golden_id: str
    entity: Entity
    kind: ChangeKind
    version: int
    at: datetime
    into: str | None = None
