"""Refuses decisions that cannot all hold: the same through third records, and yet different."""

from collections import deque
from collections.abc import Iterable, Sequence

from daifuku.errors import ContradictionError
from daifuku.records import RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions
from daifuku.storage.repositories.resolution.decisions import Word


def refuse_contradictions(tx: Transaction, touched: Iterable[RecordKey], *, latest: int) -> None:
    """Make sure that the words in force on these records can all hold, the `latest` decision's too.

    Raises:
        ContradictionError: they cannot; it names the earlier decisions in conflict.
    """
    found = contradiction(_around(tx, touched))
    if found:
        earlier = sorted(set(found) - {latest})
        names = ", ".join(map(str, earlier)) or "this one itself"
        raise ContradictionError(
            f"This cannot hold together with what was decided before: decision {names}."
            if len(earlier) == 1
            else f"This cannot hold together with what was decided before: decisions {names}.",
            hint="`daifuku decisions` shows them; undo one first.",
        )


def contradiction(words: Sequence[Word]) -> list[int]:
    """The decisions by which two records are the same and different; empty if there are none.

    Of several such cases the first different pair by key, with the shortest chain of `same`.
    """
    near: dict[RecordKey, list[tuple[RecordKey, int]]] = {}
    for said in sorted((said for said in words if said.same), key=_order):
        near.setdefault(said.a, []).append((said.b, said.decision_id))
        near.setdefault(said.b, []).append((said.a, said.decision_id))
    for said in sorted((said for said in words if not said.same), key=_order):
        chain = _chain(near, said.a, said.b)
        if chain:
            return [*chain, said.decision_id]
    return []


def _chain(
    near: dict[RecordKey, list[tuple[RecordKey, int]]], start: RecordKey, end: RecordKey
) -> list[int]:
    """The decisions on a shortest way from one record to another; empty if there is none."""
    ways: dict[RecordKey, list[int]] = {start: []}
    waiting = deque([start])
    while waiting and end not in ways:
        record = waiting.popleft()
        for other, decision_id in near.get(record, ()):
            if other not in ways:
                ways[other] = [*ways[record], decision_id]
                waiting.append(other)
    return ways.get(end, [])


def _around(tx: Transaction, start: Iterable[RecordKey]) -> list[Word]:
    """Every word in force on the records that `same` words tie to these."""
    frontier, seen = set(start), set[RecordKey]()
    found: dict[tuple[RecordKey, RecordKey], Word] = {}
    while frontier:
        seen |= frontier
        words = decisions.words_on(tx, frontier)
        found.update(((said.a, said.b), said) for said in words)
        frontier = {key for said in words if said.same for key in (said.a, said.b)} - seen
    return list(found.values())


def _order(said: Word) -> tuple[RecordKey, RecordKey]:
    return said.a, said.b
