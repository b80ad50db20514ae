"""How well the hub did on a world: its clusters against the truth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from daifuku.records import Entity, RecordKey, ReviewKind, ReviewState
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.profiles import StoredProfile, StoredRecord
from daifuku.storage.repositories.resolution import reviews
from demo.world import Truth, World, evident_truth, truth
from identity.measure.evaluate import Evaluation, evaluate

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """What the store holds, and how true it is.

    `both` takes people and organisations together. `evident_recall` asks only for pairs that
    share evidence; `unknowable` counts the LINE followers of whom nobody could know who they are.
    docs/demo-world.md has the rule.
    """

    both: Evaluation
    by_entity: Mapping[Entity, Evaluation]
    evident_recall: float
    golden_records: Mapping[Entity, int]
    mapped_records: int
    unknowable: int
    without_truth: int
    review_tasks: int


@dataclass(slots=True)
class _Tally:
    clusters: list[tuple[RecordKey, ...]] = field(default_factory=list)
    truth: dict[RecordKey, str] = field(default_factory=dict)
    evident: dict[RecordKey, str] = field(default_factory=dict)

    def take(self, members: list[StoredRecord], whole: Truth, evident: Truth) -> int:
        """Add a cluster; returns how many of its records the world knows nothing of."""
        self.clusters.append(tuple(stored.record.key for stored in members))
        unknown = 0
        for stored in members:
            key = stored.record.key
            entity = whole.truth_of(key, stored.record)
            if entity is None:
                unknown += 1
                continue
            self.truth[key] = entity
            self.evident[key] = evident.truth_of(key, stored.record) or entity
        return unknown

    def __add__(self, other: "_Tally") -> "_Tally":
        return _Tally(
            self.clusters + other.clusters,
            self.truth | other.truth,
            self.evident | other.evident,
        )


def measure(store: Store, world: World) -> Measured:
    """Compare every golden record of the store with the truth of the world."""
    whole, evident = truth(world), evident_truth(world)
    tallies = {entity: _Tally() for entity in Entity}
    unknown = tasks = 0
    with store.read() as tx:
        for profile in golden_records(store):
            members = profiles.members(tx, profile.id)
            unknown += tallies[profile.entity].take(members, whole, evident)
        tasks = reviews.counts(tx, ReviewKind.MATCH)[ReviewState.OPEN]
    everything = tallies[Entity.PERSON] + tallies[Entity.ORGANIZATION]
    return Measured(
        both=evaluate(everything.clusters, everything.truth),
        by_entity={entity: evaluate(t.clusters, t.truth) for entity, t in tallies.items()},
        evident_recall=evaluate(everything.clusters, everything.evident).recall,
        golden_records={entity: len(t.clusters) for entity, t in tallies.items()},
        mapped_records=sum(map(len, everything.clusters)),
        unknowable=len({e for e in everything.truth.values() if e.startswith("line:")}),
        without_truth=unknown,
        review_tasks=tasks,
    )


def golden_records(store: Store) -> Iterator[StoredProfile]:
    """Every active golden record of the store, by id."""
    after = ""
    while True:
        with store.read() as tx:
            page = profiles.page(tx, after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


@dataclass(frozen=True, slots=True)
class Example:
    """A golden record and the records it was made of."""

    profile: StoredProfile
    members: tuple[StoredRecord, ...]


def examples(store: Store, count: int = 3) -> list[Example]:
    """The golden records that bring together most sources: persons, and one organisation last."""
    people: list[tuple[int, int, StoredProfile]] = []
    companies: list[tuple[int, int, StoredProfile]] = []
    for profile in golden_records(store):
        records = orjson.loads(profile.body)["records"]
        sources = len({record["source"] for record in records})
        group = people if profile.entity is Entity.PERSON else companies
        group.append((-sources, abs(len(records) - _EXAMPLE_SIZE), profile))
    chosen = sorted(people, key=_rank)[: count - 1] + sorted(companies, key=_rank)[:1]
    with store.read() as tx:
        return [Example(p, tuple(profiles.members(tx, p.id))) for _, _, p in chosen]


_EXAMPLE_SIZE = 6


def _rank(entry: tuple[int, int, StoredProfile]) -> tuple[int, int, str]:
    return entry[0], entry[1], entry[2].id
