"""What became of golden records by a decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daifuku.records import ChangeKind, RecordedDecision
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import history


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The golden records that resulted, as JSON by id, and how their ids came and went.

    `created` ids are new; `restored` ones had been retired; `retired` ones lead to a survivor,
    or to nobody. `changed` ones say something else now. What is in none of these stayed as it
    was.
    """

    golden_records: Mapping[str, bytes]
    created: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    retired: Mapping[str, str | None]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A decision and its effect. `preview`: nothing was kept. `repeated`: it held already."""

    decision: RecordedDecision
    effect: Effect
    preview: bool = False
    repeated: bool = False


def effect(tx: Transaction, about: Iterable[str | None], *, after: int) -> Effect:
    """What happened past the event `after`, and to these golden records."""
    events = history.since(tx, after)
    last = {event.golden_id: event for event in events}
    concerned = {id for id in about if id is not None} | last.keys()
    found = (profiles.find(tx, id) for id in sorted(concerned))
    bodies = {one.id: one.body for one in found if one is not None and one.state == "active"}
    begun = {id: event for id, event in last.items() if event.kind is ChangeKind.CREATED}
    ended = (ChangeKind.MERGED, ChangeKind.DELETED, ChangeKind.ERASED)
    retired = {id: event.into for id, event in last.items() if event.kind in ended}
    return Effect(
        golden_records=bodies,
        created=tuple(sorted(id for id, event in begun.items() if event.version == 1)),
        restored=tuple(sorted(id for id, event in begun.items() if event.version > 1)),
        retired=dict(sorted(retired.items())),
        changed=tuple(sorted(last.keys() - begun.keys() - retired.keys())),
    )
