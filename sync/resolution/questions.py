"""The questions that golden records leave open, each as the task that would ask it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set

import orjson

from daifuku.records import Entity, ReviewKind, ReviewTask
from daifuku.storage.repositories.resolution.golden import Membership
from daifuku.storage.repositories.resolution.links import SetLink
from identity.survivorship.conflicts import FieldConflict


def task_id(golden_a: str, golden_b: str, field: str = "") -> str:
    """The id of the question on two golden records, or on a field of one: it is asked once."""
    text = "\x1f".join((*sorted((golden_a, golden_b)), *([field] if field else [])))
    return f"r_{_digest(text.encode())}"


def match_tasks(
    entity: Entity,
    rows: Sequence[Membership],
    edges: Iterable[SetLink],
    apart: Set[tuple[str, str]],
) -> list[ReviewTask]:
    """For each two golden records that one of `edges` ties, the task on the best of them.

    `rows` are the records to look at, `apart` the pairs that a decision holds apart.
    """
    holders: dict[int, dict[str, Membership]] = {}
    for row in sorted(rows, key=lambda row: row.key, reverse=True):
        if row.feature_set_id is not None and row.golden_id is not None:
            holders.setdefault(row.feature_set_id, {})[row.golden_id] = row
    best: dict[tuple[str, str], ReviewTask] = {}
    for edge in sorted(edges, key=_strongest_first):
        for a in holders.get(edge.a, {}).values():
            for b in holders.get(edge.b, {}).values():
                first, second = sorted((a, b), key=lambda row: row.golden_id or "")
                pair = (first.golden_id or "", second.golden_id or "")
                if pair[0] != pair[1] and pair not in apart and pair not in best:
                    best[pair] = _match_task(entity, edge, first, second)
    return list(best.values())


def conflict_tasks(
    entity: Entity,
    rows: Iterable[Membership],
    contested: Mapping[str, Sequence[FieldConflict]],
) -> list[ReviewTask]:
    """For each field on which sources of equal standing disagree, the task to choose a value.

    Its two records say the surviving value and the first rival; its probability gives every
    value the same chance.
    """
    found = [(id, conflict) for id, of_golden in contested.items() for conflict in of_golden]
    if not found:
        return []
    record_ids = {row.key: row.record_id for row in rows}
    return [
        ReviewTask(
            id=task_id(golden_id, golden_id, conflict.field),
            kind=ReviewKind.CONFLICT,
            entity=entity,
            golden_a=golden_id,
            golden_b=golden_id,
            field=conflict.field,
            record_a=record_ids[conflict.source],
            record_b=record_ids[conflict.rivals[0].source],
            probability=1 / (1 + len(conflict.rivals)),
            evidence=_values(conflict),
        )
        for golden_id, conflict in found
        if conflict.source in record_ids and conflict.rivals[0].source in record_ids
    ]


def _match_task(entity: Entity, edge: SetLink, a: Membership, b: Membership) -> ReviewTask:
    golden_a, golden_b = a.golden_id or "", b.golden_id or ""
    return ReviewTask(
        id=task_id(golden_a, golden_b),
        kind=ReviewKind.MATCH,
        entity=entity,
        golden_a=golden_a,
        golden_b=golden_b,
        field="",
        record_a=a.record_id,
        record_b=b.record_id,
        probability=edge.probability,
        evidence=f"{a.record_id}~{b.record_id} {edge.weight!r}",
    )


def _values(conflict: FieldConflict) -> str:
    said = (conflict.value, *(rival.value for rival in conflict.rivals))
    return _digest(b"\x1f".join(sorted(orjson.dumps(value, default=str) for value in said)))


def _digest(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=10).hexdigest()


def _strongest_first(edge: SetLink) -> tuple[float, int, int]:
    return (-edge.weight, edge.a, edge.b)
