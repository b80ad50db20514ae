"""Keeps one open review task for each two golden records that may be one."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from daifuku.records import Decision, Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import links, reviews
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.links import SetLink
from daifuku.storage.repositories.resolution.reviews import OpenTask


def task_id(golden_a: str, golden_b: str) -> str:
    """The id of the task on two golden records: the same question is never asked twice."""
    text = "\x1f".join(sorted((golden_a, golden_b)))
    return f"r_{hashlib.blake2b(text.encode(), digest_size=10).hexdigest()}"


def update(
    tx: Transaction,
    entity: Entity,
    members: Iterable[Membership],
    *,
    concerned: Iterable[str],
    different: Iterable[Decision],
    at: datetime,
) -> frozenset[str]:
    """Open and close tasks so that they are the possible matches of the golden records `concerned`.

    `members` are the records of the feature sets that links of those golden records reach,
    as they now belong. Returns the golden records that have an open task.
    """
    touched = set(concerned)
    rows = list(members)
    wanted = {
        task.id: task
        for task in _tasks(tx, entity, rows, _kept_apart(rows, different))
        if task.golden_a in touched or task.golden_b in touched
    }
    open_now = reviews.open_tasks(tx, touched)
    changed = [task for id, task in wanted.items() if open_now.get(id) != task]
    reviews.save(tx, changed, at)
    reviews.close(tx, sorted(set(open_now) - set(wanted)), at)
    return frozenset(id for task in wanted.values() for id in (task.golden_a, task.golden_b))


def _tasks(
    tx: Transaction, entity: Entity, rows: list[Membership], apart: set[tuple[str, str]]
) -> list[OpenTask]:
    """For each two golden records with a link between them, the task on their best link."""
    holders: dict[int, dict[str, Membership]] = {}
    for row in sorted(rows, key=lambda row: row.key, reverse=True):
        if row.feature_set_id is not None and row.golden_id is not None:
            holders.setdefault(row.feature_set_id, {})[row.golden_id] = row
    best: dict[tuple[str, str], tuple[SetLink, Membership, Membership]] = {}
    for edge in sorted(links.touching(tx, holders), key=_strongest_first):
        for a in holders.get(edge.a, {}).values():
            for b in holders.get(edge.b, {}).values():
                first, second = sorted((a, b), key=lambda row: row.golden_id or "")
                pair = (first.golden_id or "", second.golden_id or "")
                if pair[0] != pair[1] and pair not in apart:
                    best.setdefault(pair, (edge, first, second))
    return [
        OpenTask(task_id(a, b), entity, a, b, row_a.record_id, row_b.record_id, edge.probability)
        for (a, b), (edge, row_a, row_b) in best.items()
    ]


def _strongest_first(edge: SetLink) -> tuple[float, int, int]:
    return (-edge.weight, edge.a, edge.b)


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
