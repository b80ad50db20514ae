"""Stewards' decisions: written once, withdrawn by later ones, never deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from daifuku.errors import NotFoundError
from daifuku.records import Decision, DecisionKind, RecordedDecision, RecordKey
from daifuku.storage.bulk import insert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.by_key import select_by_key
from daifuku.storage.repositories.resolution.chunks import select_in
from daifuku.storage.tables import change_event, decided_pair, decision, decision_profile

_KEY = ("source", "stream", "external_id", "part")
_PAIR = (*(f"a_{name}" for name in _KEY), *(f"b_{name}" for name in _KEY))


@dataclass(frozen=True, slots=True)
class Word:
    """What a decision says of two records, `a` < `b`."""

    a: RecordKey
    b: RecordKey
    same: bool
    decision_id: int = 0


def word(a: RecordKey, b: RecordKey, *, same: bool) -> Word:
    """The word on two records, in either order."""
    return Word(min(a, b), max(a, b), same)


def add(
    tx: Transaction,
    kind: DecisionKind,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    words: Sequence[Word] = (),
    task_id: str | None = None,
    undoes: int | None = None,
) -> RecordedDecision:
    """Record a decision and what it says of pairs of records."""
    given = {"kind": kind, "by": by, "at": at, "reason": reason}
    new = insert(decision).values(**given, task_id=task_id, undoes=undoes)
    (id,) = tx.execute(new).inserted_primary_key or (0,)
    rows = [
        (id, place, *_names(word.a), *_names(word.b), word.same) for place, word in enumerate(words)
    ]
    insert_rows(tx, decided_pair, ("decision_id", "position", *_PAIR, "same"), rows)
    return RecordedDecision(
        id=int(id), kind=kind, by=by, at=at, reason=reason, task_id=task_id, undoes=undoes
    )


def withdrawn_by(tx: Transaction, ids: Iterable[int]) -> list[int]:
    """The decisions that these ones withdraw, as long as they are in force themselves."""
    rows = select_in(tx, select(decision.c.id), decision.c.withdrawn_by, ids)
    return sorted(row.id for row in rows)


def set_withdrawn(tx: Transaction, ids: Iterable[int], by: int | None) -> None:
    """Withdraw these decisions by another one, or with None put them in force again."""
    for id in ids:
        tx.execute(update(decision).where(decision.c.id == id).values(withdrawn_by=by))


def conclude(tx: Transaction, id: int, golden_ids: Iterable[str], *, after: int) -> None:
    """Note which golden records a decision concerned; the events past `after` are its doing."""
    rows = [(id, golden_id) for golden_id in sorted(set(golden_ids))]
    insert_rows(tx, decision_profile, ("decision_id", "golden_id"), rows)
    columns = change_event.c
    tx.execute(update(change_event).where(columns.sequence > after).values(decision_id=id))


def last_event(tx: Transaction) -> int:
    """The sequence number of the last change event, 0 if there is none."""
    return int(tx.execute(select(func.max(change_event.c.sequence))).scalar() or 0)


def get(tx: Transaction, id: int) -> RecordedDecision:
    """The decision of that id.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(select(decision).where(decision.c.id == id)).first()
    if row is None:
        raise NotFoundError(f"There is no decision {id}.", hint="`daifuku decisions` shows them.")
    return _decision(row)


def load(tx: Transaction, ids: Iterable[int]) -> dict[int, RecordedDecision]:
    """These decisions, by id."""
    rows = select_in(tx, select(decision), decision.c.id, ids)
    return {row.id: _decision(row) for row in rows}


def latest(
    tx: Transaction, *, before: int | None = None, limit: int = 50, golden_id: str | None = None
) -> list[RecordedDecision]:
    """Decisions, newest first: all, or those that concerned one golden record."""
    query = select(decision).order_by(decision.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(decision.c.id < before)
    if golden_id is not None:
        named = decision_profile.c
        theirs = select(named.decision_id).where(named.golden_id == golden_id)
        query = query.where(decision.c.id.in_(theirs))
    return [_decision(row) for row in tx.execute(query)]


def profiles_of(tx: Transaction, ids: Iterable[int]) -> dict[int, list[str]]:
    """The golden records each of these decisions concerned, sorted."""
    columns = decision_profile.c
    found: dict[int, list[str]] = {}
    for row in select_in(tx, select(decision_profile), columns.decision_id, ids):
        found.setdefault(row.decision_id, []).append(row.golden_id)
    return {id: sorted(golden_ids) for id, golden_ids in found.items()}


def words_of(tx: Transaction, ids: Iterable[int]) -> list[Word]:
    """What these decisions said, in force or not, in their order."""
    rows = select_in(tx, select(decided_pair), decided_pair.c.decision_id, ids)
    return [_word(row) for row in sorted(rows, key=lambda row: (row.decision_id, row.position))]


def words_on(tx: Transaction, keys: Iterable[RecordKey]) -> list[Word]:
    """The last word in force on each pair of which one of these records is part."""
    wanted = set(keys)
    found = {
        (row.decision_id, row.position): row
        for side in ("a_", "b_")
        for row in select_by_key(tx, select(decided_pair), decided_pair, wanted, side)
    }
    standing = load(tx, {decision_id for decision_id, _ in found})
    return _last_words(
        _word(found[place]) for place in sorted(found) if standing[place[0]].withdrawn_by is None
    )


def in_force(tx: Transaction) -> list[Decision]:
    """The last word in force on each pair, as the engine takes it."""
    query = _in_force().order_by(decided_pair.c.decision_id, decided_pair.c.position)
    last = _last_words(_word(row) for row in tx.execute(query))
    return [Decision(word.a, word.b, word.same) for word in last]


def _in_force() -> Select[Any]:
    standing = select(decision.c.id).where(decision.c.withdrawn_by.is_(None))
    return select(decided_pair).where(decided_pair.c.decision_id.in_(standing))


def _last_words(words: Iterable[Word]) -> list[Word]:
    """Of words in the order of time, the last on each pair."""
    last: dict[tuple[RecordKey, RecordKey], Word] = {}
    for said in words:
        last.pop((said.a, said.b), None)
        last[said.a, said.b] = said
    return list(last.values())


def _names(key: RecordKey) -> tuple[str, str, str, str]:
    return key.source, key.stream, key.external_id, key.part


def _word(row: Row[Any]) -> Word:
    a = RecordKey(row.a_source, row.a_stream, row.a_external_id, row.a_part)
    b = RecordKey(row.b_source, row.b_stream, row.b_external_id, row.b_part)
    return Word(a, b, row.same, row.decision_id)


def _decision(row: Row[Any]) -> RecordedDecision:
    return RecordedDecision(
        id=row.id,
        kind=DecisionKind(row.kind),
        by=row.by,
        at=row.at,
        reason=row.reason,
        task_id=row.task_id,
        undoes=row.undoes,
        withdrawn_by=row.withdrawn_by,
    )
