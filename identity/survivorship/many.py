"""The surviving values of many clusters, without lineage: those that `survive` gives one by one.

What records say is held in columns, and each different saying is read once. Where all records of a
cluster that speak of a field say the same, which is so of most, nothing is left to be decided.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import compress
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from daifuku.records import Entity, MappedRecord, RecordKey
from identity.survivorship.fields import FIELDS
from identity.survivorship.names import PERSON_NAMES
from identity.survivorship.ranking import Place, Said, Sayer, grouped, ranked, standing
from identity.survivorship.rules import SurvivorshipRules, shipped_rules
from identity.survivorship.sayings import FieldSpec, Value

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Fields = Mapping[str, Any]
Show = Callable[[Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ABSENT = {item.name: item.default for item in fields(MappedRecord)} | {"observed_at": _EPOCH}
"""What a record has in a field it says nothing of."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What records say of one thing: record i says `values[rows[i]]`, None for nothing."""

    values: Sequence[Any]
    rows: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Clusters of one entity, none empty: how many records each has, and what those say by field,
    one after the other, in the order of their keys within a cluster."""

    entity: Entity
    sizes: Sequence[int]
    sources: Told
    told: Mapping[str, Told]


def survive_many(
    clusters: Clusters,
    wanted: Collection[str],
    show: Show,
    rules: SurvivorshipRules | None = None,
) -> dict[str, list[Any]]:
    """By golden field what `show` makes of each cluster's golden value, None where it has none.

    Of the fields those `wanted` are told, as far as a record speaks of them; a person's names all,
    if `name` is wanted.
    """
    rules = rules or shipped_rules()
    found: dict[str, list[Any]] = {}
    for field in rules.fields[clusters.entity]:
        spec = FIELDS[clusters.entity][field]
        if field in wanted and any(name in clusters.told for name in spec.reads):
            names = field == "name" and clusters.entity is Entity.PERSON
            parts = PERSON_NAMES if names else (field,)
            columns = [found.setdefault(part, []) for part in parts]
            for golden in _Survivors(clusters, field, rules, show).all():
                for part, column in zip(parts, columns, strict=True):
                    column.append(golden.get(part))
    return found


class _Survivors:
    """One field of many clusters."""

    def __init__(
        self, clusters: Clusters, field: str, rules: SurvivorshipRules, show: Show
    ) -> None:
        rule, spec = rules.fields[clusters.entity][field], FIELDS[clusters.entity][field]
        self._field, self._spec, self._rule, self._show = field, spec, rule, show
        self._names = field == "name" and clusters.entity is Entity.PERSON
        self._said, which = _sayings(clusters, spec)
        self._sources = clusters.sources
        self._trust = [rules.rank(source, rule) for source in clusters.sources.values]
        self._times = clusters.told.get("observed_at")
        heard = np.fromiter(map(bool, self._said), np.bool_, len(self._said))[which]
        ignored = [source in rule.ignore for source in clusters.sources.values]
        heard &= ~np.asarray(ignored, np.bool_)[clusters.sources.rows]
        self._which, self._heard = which, heard
        self._starts = np.concatenate(([0], np.cumsum(clusters.sizes)))
        self._alone: dict[int, Fields] = {}

    def all(self) -> Iterator[Fields]:
        """What each cluster shows."""
        starts, nobody = self._starts[:-1], len(self._said)
        least = np.minimum.reduceat(np.where(self._heard, self._which, nobody), starts)
        most = np.maximum.reduceat(np.where(self._heard, self._which, -1), starts)
        for place, (low, high) in enumerate(zip(least.tolist(), most.tolist(), strict=True)):
            if high < 0:
                yield {}
            elif low == high:
                yield self._of_one(low)
            else:
                yield self._of_several(place)

    def _of_one(self, saying: int) -> Fields:
        shown = self._alone.get(saying)
        if shown is None:
            values = self._said[saying]
            if len(values) == 1:
                shown = self._shown([Place([(values[0], _SOMEBODY)])])
            else:
                shown = self._ranked([(value, _SOMEBODY) for value in values])
            self._alone[saying] = shown
        return shown

    def _of_several(self, cluster: int) -> Fields:
        inside = slice(self._starts[cluster], self._starts[cluster + 1])
        sources = self._sources.rows[inside].tolist()
        said: list[Said] = []
        which = zip(self._which[inside].tolist(), sources, strict=True)
        heard = compress(enumerate(which), self._heard[inside].tolist())
        for place, (saying, source) in heard:
            at = self._at(int(self._starts[cluster]) + place) if self._times else 0.0
            sayer = Sayer(_RECORD, self._sources.values[source], place, self._trust[source], at)
            said += [(value, sayer) for value in self._said[saying]]
        said.sort(key=lambda item: standing(item[1]))
        return self._ranked(said)

    def _at(self, record: int) -> float:
        at = self._times.values[self._times.rows[record]] if self._times else None
        return float((at or _EPOCH).timestamp())

    def _ranked(self, said: list[Said]) -> Fields:
        return self._shown(ranked(grouped(said, self._spec), self._rule.criteria, self._spec))

    def _shown(self, places: Sequence[Place]) -> Fields:
        best = places[0].group
        if self._spec.many:
            kept = tuple([place.group[0][0].value for place in places[: self._rule.keep]])
            return {self._field: self._show(kept)}
        if not self._names:
            return {self._field: self._show(best[0][0].value)}
        golden: dict[str, Any] = {}
        for value, _ in best:
            for part, text in value.value.fields.items():
                golden.setdefault(part, text)
        return {part: self._show(text) for part, text in golden.items()}


_RECORD = MappedRecord(key=RecordKey("", "", ""), entity=Entity.PERSON, observed_at=_EPOCH)
_SOMEBODY = Sayer(_RECORD, "", 0, 0, 0.0)


def _sayings(clusters: Clusters, spec: FieldSpec) -> tuple[list[Sequence[Value]], Numbers]:
    """The different things said of a field, as values, and which of them each record says."""
    told = {name: clusters.told[name] for name in spec.reads if name in clusters.told}
    codes: Numbers = np.zeros(len(clusters.sources.rows), np.int64)
    for held in told.values():
        codes = np.unique(codes * len(held.values) + held.rows, return_inverse=True)[1]
    _, first = np.unique(codes, return_index=True)
    columns = [
        [held.values[number] for number in held.rows[first].tolist()] for held in told.values()
    ]
    record = SimpleNamespace(**_ABSENT | {"entity": clusters.entity})
    said: list[Sequence[Value]] = []
    for row in zip(*columns, strict=True):
        for name, value in zip(told, row, strict=True):
            setattr(record, name, _ABSENT[name] if value is None else value)
        said.append(tuple(spec.read(cast(MappedRecord, record))))
    return said, codes
