"""Rows in, golden records and links out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.dedupe.rows import Line, Plan, Read, mapped_rows
from daifuku.records import Entity, GoldenField, Link, MappedRecord, RecordKey
from identity.resolve import resolve
from identity.survivorship.survive import survive
from sync.resolution.identities import founding_id


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden record of the table."""

    id: str
    entity: Entity
    members: tuple[RecordKey, ...]
    fields: Mapping[str, GoldenField]


@dataclass(frozen=True, slots=True)
class RowLink:
    """Which golden record a row belongs to. `probability` is that of its best link there, and 1
    for a row that stands alone."""

    record_id: str
    golden_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class Deduped:
    """The golden records, sorted by their first row, the link of every row, and how many pairs
    of golden records may be one."""

    goldens: tuple[Golden, ...]
    links: tuple[RowLink, ...]
    possible: int
    unreadable: Mapping[int, str]


def dedupe(
    plan: Plan, lines: Iterable[Line], *, on_row: Callable[[int], None] = lambda _: None
) -> Deduped:
    """Resolve all rows of a table. `on_row` is told how many have been read."""
    read = Read()
    kept: dict[RecordKey, MappedRecord] = {}

    def keeping() -> Iterator[MappedRecord]:
        for record in mapped_rows(plan, lines, read):
            kept[record.key] = record
            yield record

    resolution = resolve(keeping(), on_progress=on_row)
    goldens = tuple(
        Golden(
            founding_id(cluster.entity, cluster.members[0]),
            cluster.entity,
            cluster.members,
            survive([kept[key] for key in cluster.members]),
        )
        for cluster in resolution.clusters
    )
    links = _row_links(read, goldens, resolution.links)
    return Deduped(goldens, links, len(resolution.possible), read.unreadable)


def _row_links(read: Read, goldens: Iterable[Golden], links: Iterable[Link]) -> tuple[RowLink, ...]:
    home = {key: golden.id for golden in goldens for key in golden.members}
    best: dict[RecordKey, float] = {}
    for link in links:
        if home[link.a] == home[link.b]:
            for end in (link.a, link.b):
                best[end] = max(best.get(end, 0.0), link.probability)
    return tuple(
        RowLink(record_id, home[key], round(best.get(key, 1.0), 6))
        if (key := read.main.get(index)) is not None
        else RowLink(record_id, f"unreadable_{record_id}", 1.0)
        for index, record_id in enumerate(read.ids)
    )
