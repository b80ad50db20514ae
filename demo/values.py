"""How true the values of golden records are: each surviving value against the world's facts.

`values_of` measures what `resolve` and `survive` make of the world's own records, `values_in` the
golden records of a store that has synced the world's sources.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from daifuku.records import Entity, MappedRecord
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from demo.facts import Facts, facts, folded
from demo.measure import golden_records
from demo.world import World, truth
from demo.world.mapped import mapped_records
from identity import normalize
from identity.resolve import resolve
from identity.survivorship.survive import survive
from sync.resolution.bodies import plain

_UNTIDY = re.compile(r"[\u3000\uff01-\uff5d\uff61-\uff9f〒]|  |(?:様|さま|御中|さん)\Z")
_WHOLE_OF = {
    "family_name": "name",
    "given_name": "name",
    "family_kana": "name_kana",
    "given_kana": "name_kana",
}
_SHOWN = ("name", "family_name", "given_name", "name_kana", "family_kana", "given_kana")


@dataclass(frozen=True, slots=True)
class Known:
    """A golden record: its values as plain JSON, its records, the party it truly stands for."""

    entity: Entity
    values: Mapping[str, Any]
    records: Sequence[MappedRecord]
    party: str


@dataclass(slots=True)
class FieldFigures:
    """Counts of golden records. `known`: a record of it says what is true; `true`: so does the
    golden record (of a field that holds several values, the first); `shown`: it says something."""

    known: int = 0
    true: int = 0
    shown: int = 0

    @property
    def kept(self) -> float:
        """The share of true values that survive."""
        return self.true / self.known if self.known else 1.0

    @property
    def right(self) -> float:
        """The share of surviving values that are true."""
        return self.true / self.shown if self.shown else 1.0


@dataclass(slots=True)
class ValueFigures:
    """By entity and field; `untidy` counts golden records that show a name or address with
    honorifics, wide letters or half-width kana; `golden_records` counts all."""

    fields: dict[tuple[Entity, str], FieldFigures] = field(default_factory=dict)
    golden_records: Counter[Entity] = field(default_factory=Counter)
    untidy: Counter[Entity] = field(default_factory=Counter)

    def take(self, found: Known, of: Facts) -> None:
        """Count one golden record."""
        self.golden_records[found.entity] += 1
        self.untidy[found.entity] += any(_UNTIDY.search(text) for text in _texts(found.values))
        for name, right in of.items():
            figures = self.fields.setdefault((found.entity, name), FieldFigures())
            shown = _first(found.values.get(name))
            figures.shown += shown is not None
            true = shown is not None and folded(name, shown) in right
            figures.true += true
            figures.known += true or _is_known(found, of, name)


def _is_known(found: Known, of: Facts, name: str) -> bool:
    """Whether a record says what is true; who says a whole name says its parts."""
    whole = _WHOLE_OF.get(name)
    return any(
        folded(name, said) in of[name] for record in found.records for said in said_of(record, name)
    ) or (whole is not None and _is_known(found, of, whole))


def values_of(world: World) -> ValueFigures:
    """What `resolve` and `survive` make of the world's own records."""
    told = list(mapped_records(world))
    party = {record.key: truth_id for record, truth_id in told}
    records = {record.key: record for record, _ in told}
    found = resolve(records.values())
    return _figures(
        world,
        (
            Known(
                cluster.entity,
                {
                    name: plain(held.value)
                    for name, held in survive([records[k] for k in cluster.members]).items()
                },
                [records[key] for key in cluster.members],
                _most(party[key] for key in cluster.members),
            )
            for cluster in found.clusters
        ),
    )


def values_in(store: Store, world: World) -> ValueFigures:
    """What the golden records of a store say, which has synced the world's sources."""
    whole = truth(world)

    def known() -> Iterator[Known]:
        for profile in golden_records(store):
            with store.read() as tx:
                records = [stored.record for stored in profiles.members(tx, profile.id)]
            parties = [whole.truth_of(record.key, record) or "" for record in records]
            values = orjson.loads(profile.body)["fields"]
            yield Known(profile.entity, values, records, _most(parties))

    return _figures(world, known())


def said_of(record: MappedRecord, name: str) -> Iterator[Any]:
    """What a record says of a field of the golden record, as it says it."""
    if record.entity is Entity.PERSON and name in _SHOWN:
        yield from _names(record, name)
        return
    if name == "name" and record.name:  # who says the short legal form says the full one
        yield normalize.official_name(record.name)
        return
    value = getattr(record, name)
    if isinstance(value, tuple):
        yield from value
    elif value:
        yield value


def _names(record: MappedRecord, name: str) -> Iterator[str]:
    value = getattr(record, name)
    if value:
        yield value
    parts = {
        "name": (record.family_name, record.given_name),
        "name_kana": (record.family_kana, record.given_kana),
    }.get(name)
    if parts and all(parts):
        yield "".join(filter(None, parts))


def _figures(world: World, found: Iterable[Known]) -> ValueFigures:
    figures, known = ValueFigures(), facts(world)
    for golden in found:
        if golden.party in known:
            figures.take(golden, known[golden.party])
    return figures


def _most(parties: Iterable[str]) -> str:
    counted = Counter(parties)
    return min(counted, key=lambda party: (-counted[party], party))


def _first(value: Any) -> Any:
    return (value[0] if value else None) if isinstance(value, list | tuple) else value


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    yield from (values[name] for name in _SHOWN if name in values)
    for address in values.get("addresses", ()):
        yield from address.values()
