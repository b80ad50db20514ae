"""What happened to a golden record, when, and by whose word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from daifuku.errors import NotFoundError
from daifuku.records import ChangeKind, Entity, RecordedDecision
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions, history
from daifuku.storage.repositories.resolution.history import StoredEvent


class Happening(StrEnum):
    """A kind of entry in a history."""

    CREATED = "created"
    CHANGED = "changed"
    TOOK_IN = "took_in"
    MERGED_INTO = "merged_into"
    SPLIT_OFF = "split_off"
    RESTORED = "restored"
    DELETED = "deleted"
    ERASED = "erased"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. `others` are the golden records it happened with.

    `entity` is the golden record's own, `fields` are the values that changed, as (before, after)
    by name, `gained` and `lost` the records. `decision` is the steward's that brought it about,
    if one did.
    """

    at: datetime
    what: Happening
    entity: Entity = Entity.PERSON
    version: int | None = None
    others: tuple[str, ...] = ()
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    gained: Sequence[Mapping[str, str]] = ()
    lost: Sequence[Mapping[str, str]] = ()
    decision: RecordedDecision | None = None


_PLAIN = {
    ChangeKind.UPDATED: Happening.CHANGED,
    ChangeKind.SPLIT: Happening.SPLIT_OFF,
    ChangeKind.DELETED: Happening.DELETED,
    ChangeKind.ERASED: Happening.ERASED,
}


def history_of(tx: Transaction, golden_id: str) -> list[Entry]:
    """The history of a golden record, retired ones too, the oldest entry first.

    Raises:
        NotFoundError: there never was one of that id.
    """
    events = history.of(tx, golden_id)
    if not events:
        raise NotFoundError(f"There never was a golden record {golden_id[:64]!r}.")
    taken = {one.id: one for one in decisions.latest(tx, golden_id=golden_id, limit=10_000)}
    entries: list[tuple[int, Entry]] = []
    said: Mapping[str, Any] = {}
    for event in events:
        decision = taken.get(event.decision_id or 0)
        entries.append((event.sequence, _entry(tx, golden_id, event, said, decision)))
        if event.golden_id == golden_id:
            said = orjson.loads(event.body) if event.body else {}
    shown = {event.decision_id for event in events}
    quiet = [one for id, one in taken.items() if id not in shown]
    entries += [(0, Entry(at=one.at, what=Happening.DECIDED, decision=one)) for one in quiet]
    return [entry for _, entry in sorted(entries, key=lambda pair: (pair[1].at, pair[0]))]


def _entry(
    tx: Transaction,
    golden_id: str,
    event: StoredEvent,
    before: Mapping[str, Any],
    decision: RecordedDecision | None,
) -> Entry:
    if event.golden_id != golden_id:
        return Entry(
            at=event.at, what=Happening.TOOK_IN, others=(event.golden_id,), decision=decision
        )
    after = orjson.loads(event.body) if event.body else {}
    known, now = before.get("records", []), after.get("records", [])
    return Entry(
        at=event.at,
        what=_happening(event),
        entity=event.entity,
        version=event.version,
        others=_others(tx, event, known, now),
        fields=_changed(before, after) if after else {},
        gained=[key for key in now if key not in known],
        lost=[key for key in known if key not in now],
        decision=decision,
    )


def _happening(event: StoredEvent) -> Happening:
    if event.kind is ChangeKind.CREATED:
        return Happening.CREATED if event.version == 1 else Happening.RESTORED
    if event.kind is ChangeKind.MERGED:
        return Happening.MERGED_INTO
    return _PLAIN[event.kind]


def _others(
    tx: Transaction, event: StoredEvent, known: Sequence[Any], now: Sequence[Any]
) -> tuple[str, ...]:
    if event.into is not None:
        return (event.into,)
    if event.kind is not ChangeKind.SPLIT:
        return ()
    lost = [key for key in known if key not in now]
    return tuple(
        sorted(
            other.golden_id
            for other in history.of_batch(tx, event)
            if other.golden_id != event.golden_id
            and other.body is not None
            and any(key in lost for key in orjson.loads(other.body)["records"])
        )
    )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    old, new = before.get("fields", {}), after.get("fields", {})
    return {
        name: (old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }
