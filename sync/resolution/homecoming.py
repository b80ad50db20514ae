"""When a golden record falls apart, what was merged into it gets its own id back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from daifuku.records import RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import history

Former = Mapping[str, Mapping[RecordKey, str]]
"""Per golden record that took others in: the id that each record had before the merge, the
survivor's own too. Records that came later are absent."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The ids that records had before something that is taken back, and the ids it concerned."""

    concerned: frozenset[str]
    had: Mapping[RecordKey, str]


def recalled(
    clusters: Sequence[Sequence[RecordKey]], previous: Mapping[RecordKey, str], memory: Memory
) -> dict[RecordKey, str]:
    """The id for which each record speaks when something is taken back: the one it had before.

    Only records that still have an id it concerned go back. Beside them those that came to
    such an id later do not speak.
    """
    speaks = dict(previous)
    for cluster in clusters:
        moved = [key for key in cluster if previous.get(key) in memory.concerned]
        back = {key: memory.had[key] for key in moved if key in memory.had}
        if back:
            for key in moved:
                speaks.pop(key)
            speaks.update(back)
    return speaks


def falling_apart(
    clusters: Sequence[Sequence[RecordKey]], previous: Mapping[RecordKey, str]
) -> set[str]:
    """The golden records, `previous`, whose records are now in more than one cluster."""
    home: dict[str, int] = {}
    parted: set[str] = set()
    for index, cluster in enumerate(clusters):
        for key in cluster:
            if key in previous and home.setdefault(previous[key], index) != index:
                parted.add(previous[key])
    return parted


def former_ids(tx: Transaction, golden_ids: Iterable[str]) -> Former:
    """What these golden records were made of; those that took nothing in are absent."""
    retired: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for survivor, id, body in history.merged_into(tx, golden_ids):
        retired[survivor][id] = body
    merges = history.last_merges(tx, {id for of in retired.values() for id in of})
    found: dict[str, dict[RecordKey, str]] = {}
    for survivor, of in retired.items():
        first = min(
            (merges[id].sequence for id in of if id in merges and merges[id].into == survivor),
            default=0,
        )
        had: dict[RecordKey, str] = {}
        for id in sorted(of, key=lambda id: (merges[id].sequence if id in merges else 0, id)):
            had.update((key, id) for key in _records(of[id]))
        before = history.body_before(tx, survivor, first)
        had.update((key, survivor) for key in (_records(before) if before else ()))
        found[survivor] = had
    return found


def homes(
    clusters: Sequence[Sequence[RecordKey]], previous: Mapping[RecordKey, str], former: Former
) -> dict[RecordKey, str]:
    """The id for which each record speaks when its cluster is named.

    It is the one it had, `previous`. In a part that a golden record leaves behind, without any
    of the records it had before it took others in, it is the one it had before that, and
    records that came later do not speak. A golden record that lost all its own keeps its id
    where most of its records are.
    """
    speaks = dict(previous)
    for survivor, had in former.items():
        parts = _parts_of(clusters, previous, survivor)
        own = [part for part in parts if any(had.get(key) == survivor for key in part)]
        if not own and parts:
            own = [min(parts, key=lambda part: (-len(part), part))]
        for part in parts:
            if part not in own and any(key in had for key in part):
                for key in part:
                    speaks.pop(key)
                speaks.update((key, had[key]) for key in part if key in had)
    return speaks


def heirs(former: Former, golden_of: Mapping[RecordKey, str]) -> dict[str, str]:
    """The golden record that has most of a retired id's records now, by retired id."""
    votes: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for survivor, had in former.items():
        for key, id in had.items():
            if key in golden_of and id != survivor:
                votes[id][golden_of[key]] += 1
    return {
        id: min(of, key=lambda golden_id: (-of[golden_id], golden_id))
        for id, of in votes.items()
        if id not in of
    }


def _parts_of(
    clusters: Sequence[Sequence[RecordKey]], previous: Mapping[RecordKey, str], golden_id: str
) -> list[list[RecordKey]]:
    """What each cluster has of that golden record's records, where it has any."""
    parts = ([key for key in cluster if previous.get(key) == golden_id] for cluster in clusters)
    return [sorted(part) for part in parts if part]


def _records(body: bytes) -> list[RecordKey]:
    return [RecordKey(**key) for key in orjson.loads(body)["records"]]
