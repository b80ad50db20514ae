"""Which golden id a cluster carries: ids are stable, and a retired one answers for ever.

Pure functions over the old membership and the new clusters.
"""

import hashlib
from base64 import b32encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from daifuku.records import Entity, RecordKey

_PREFIX = {Entity.PERSON: "p", Entity.ORGANIZATION: "o"}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What becomes of golden ids. `ids` has one per cluster, in the clusters' order.

    `retired` says of each id that no cluster carries any more which survivor took most of
    its records, None if none did. `parted` are the ids that lost records to another cluster.
    """

    ids: tuple[str, ...]
    retired: Mapping[str, str | None]
    parted: frozenset[str]


def founding_id(entity: Entity, founder: RecordKey, attempt: int = 0) -> str:
    """The id of a golden record founded by that record; another one for each attempt.

    It follows from the key alone, so that two installations fed alike agree on it.
    """
    text = "\x1f".join(
        (founder.source, founder.stream, founder.external_id, founder.part, str(attempt))
    )
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=10).digest()
    return f"{_PREFIX[entity]}_{b32encode(digest).decode().lower()}"


def assign_ids(
    entity: Entity,
    clusters: Sequence[Sequence[RecordKey]],
    previous: Mapping[RecordKey, str],
    taken: Set[str],
    homes: Mapping[RecordKey, str] | None = None,
) -> Assignment:
    """Give each cluster an id.

    The cluster that has most of an old id's records keeps the id; of equal ones the cluster
    with the smallest key. A cluster that several ids would name keeps the one with most
    records there, then the smallest id. One that none names gets a founding id that is not
    among `taken` (the ids of active golden records other than those of `previous`).
    `previous` may name records that no cluster has any more. `homes`, where given, is what
    records speak for instead of `previous`: retired ids come back by it.
    """
    speaks = previous if homes is None else homes
    overlaps = [
        (-shared, min(cluster), old, index)
        for index, cluster in enumerate(clusters if speaks else ())
        for old, shared in Counter([speaks[key] for key in cluster if key in speaks]).items()
    ]
    ids: dict[int, str] = {}
    used: set[str] = set()
    for _, _, old, index in sorted(overlaps, key=lambda row: (row[0], row[2], row[1])):
        if index not in ids and old not in used:
            ids[index] = old
            used.add(old)
    for index, cluster in enumerate(clusters):
        if index not in ids:
            ids[index] = _free_id(entity, min(cluster), taken, used)
            used.add(ids[index])
    ordered = tuple(ids[index] for index in range(len(clusters)))
    return Assignment(ordered, *_fates(clusters, ordered, previous))


def _free_id(entity: Entity, founder: RecordKey, taken: Set[str], used: Set[str]) -> str:
    attempt = 0
    while (id := founding_id(entity, founder, attempt)) in taken or id in used:
        attempt += 1
    return id


def _fates(
    clusters: Sequence[Sequence[RecordKey]], ids: Sequence[str], previous: Mapping[RecordKey, str]
) -> tuple[dict[str, str | None], frozenset[str]]:
    if not previous:
        return {}, frozenset()
    heirs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for cluster, new in zip(clusters, ids, strict=True):
        for key in cluster:
            if key in previous:
                heirs[previous[key]][new] += 1
    retired: dict[str, str | None] = {}
    for old in sorted(set(previous.values()) - set(ids)):
        most = heirs.get(old)
        retired[old] = min(most, key=lambda new: (-most[new], new)) if most else None
    parted = frozenset(old for old, of_old in heirs.items() if len(of_old) > 1)
    return retired, parted
