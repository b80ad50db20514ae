"""Which golden ids records had before decisions that are taken back now."""

from collections.abc import Iterable

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions, history
from sync.resolution.homecoming import Memory
from sync.stewardship.parties import former_records


def memory(tx: Transaction, decision_ids: Iterable[int]) -> Memory | None:
    """The ids before the first of these decisions; None if they moved nothing."""
    by_id = decisions.profiles_of(tx, decision_ids)
    concerned = frozenset(golden_id for ids in by_id.values() for golden_id in ids)
    events = [event for id in concerned for event in history.of(tx, id)]
    theirs = [event.sequence for event in events if event.decision_id in by_id]
    if not theirs:
        return None
    had = {
        key: id
        for id in sorted(concerned)
        if history.was_active(events, id, min(theirs))
        for key in former_records(history.body_before(tx, id, min(theirs)) or b'{"records":[]}')
    }
    return Memory(concerned, had)
