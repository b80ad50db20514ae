"""Keeps the review tasks of the golden records that a batch concerns, and no others.

A task is one question: may these two golden records be one, or which of two values holds. It
is asked once, closes itself when later evidence settles it, and comes back only where there is
something new to judge by.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from daifuku.records import (
    Decision,
    Entity,
    RecordKey,
    ReviewKind,
    ReviewState,
    ReviewTask,
    Settlement,
    Verdict,
)
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import reviews
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.links import SetLink
from identity.survivorship.conflicts import FieldConflict
from sync.resolution.questions import conflict_tasks, match_tasks
from sync.resolution.ranking import ranked

Contested = Mapping[str, Sequence[FieldConflict]]
"""The conflicts of golden records just written, by id; those without any are there too."""


def update(
    tx: Transaction,
    entity: Entity,
    members: Iterable[Membership],
    edges: Iterable[SetLink],
    *,
    concerned: Iterable[str],
    different: Iterable[Decision],
    at: datetime,
    contested: Contested | None = None,
) -> frozenset[str]:
    """Open and close tasks so that they are the questions about the golden records `concerned`.

    `edges` are the links of those golden records' feature sets, `members` the records of the
    feature sets they reach, as they now belong. Returns the golden records that are held for
    an answer.
    """
    touched, written = set(concerned), contested or {}
    rows = list(members)
    apart = _kept_apart(rows, different)
    asked = [
        *(t for t in match_tasks(entity, rows, edges, apart) if {t.golden_a, t.golden_b} & touched),
        *conflict_tasks(entity, rows, written),
    ]
    wanted = {task.id: task for task in asked}
    standing = reviews.open_of(tx, touched)
    before = {**standing, **reviews.load(tx, wanted.keys() - standing.keys())}
    fresh = [task for id, task in wanted.items() if _is_news(task, before.get(id))]
    if fresh:
        reviews.save(tx, [_opened(task, before.get(task.id), at) for task in ranked(tx, fresh)])
    settled = [
        task
        for id, task in standing.items()
        if id not in wanted and not _unwritten(task, written, touched)
    ]
    if settled:
        reviews.settle(tx, _settlements(tx, settled, apart), at)
    return _held(wanted.values(), before, {task.id for task in fresh})


def _is_news(task: ReviewTask, before: ReviewTask | None) -> bool:
    """Whether to ask: anew, or again because there is something new to judge by."""
    if before is None or before.evidence != task.evidence:
        return True
    return before.state is ReviewState.CLOSED and before.outcome != Verdict.CANNOT_TELL


def _opened(task: ReviewTask, before: ReviewTask | None, at: datetime) -> ReviewTask:
    return replace(task, created_at=(before and before.created_at) or at)


def _unwritten(task: ReviewTask, written: Contested, touched: Set[str]) -> bool:
    """Whether it is about values of a golden record that stayed as it was."""
    return (
        task.kind is ReviewKind.CONFLICT
        and task.golden_a in touched
        and task.golden_a not in written
    )


def _held(
    wanted: Iterable[ReviewTask], before: Mapping[str, ReviewTask], fresh: Set[str]
) -> frozenset[str]:
    """The golden records whose possible matches are unanswered."""
    return frozenset(
        id
        for task in wanted
        if task.kind is ReviewKind.MATCH
        and (task.id in fresh or before[task.id].state is not ReviewState.CLOSED)
        for id in (task.golden_a, task.golden_b)
    )


def _settlements(
    tx: Transaction, tasks: Sequence[ReviewTask], apart: Set[tuple[str, str]]
) -> list[tuple[str, Settlement]]:
    homes = reviews.homes(tx, {id for task in tasks for id in (task.golden_a, task.golden_b)})
    return [(task.id, _settlement(task, homes, apart)) for task in tasks]


def _settlement(
    task: ReviewTask, homes: Mapping[str, str | None], apart: Set[tuple[str, str]]
) -> Settlement:
    a, b = homes.get(task.golden_a), homes.get(task.golden_b)
    if a is None or b is None:
        return Settlement.GONE
    if task.kind is ReviewKind.MATCH and a == b:
        return Settlement.JOINED
    if (a, b) != (task.golden_a, task.golden_b):
        return Settlement.MOVED
    return Settlement.DECIDED if (a, b) in apart else Settlement.FADED


def _kept_apart(rows: list[Membership], different: Iterable[Decision]) -> set[tuple[str, str]]:
    """The pairs of golden records on which a steward has already said that they differ."""
    golden_of: Mapping[RecordKey, str] = {
        row.key: row.golden_id for row in rows if row.golden_id is not None
    }
    pairs = (
        sorted((golden_of[decision.a], golden_of[decision.b]))
        for decision in different
        if not decision.same and decision.a in golden_of and decision.b in golden_of
    )
    return {(a, b) for a, b in pairs}
