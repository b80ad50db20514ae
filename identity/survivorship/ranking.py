"""Which of a field's values is best: the criteria, and which of them decided."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from daifuku.records import MappedRecord
from identity.features import Features
from identity.survivorship.sayings import FieldSpec, Value

RECORD_KEY = "record_key"
"""What decided where no criterion and no time told two values apart: the smaller record key, and
within a record the order it has them in."""


class Sayer(NamedTuple):
    """A record, with what every criterion asks of it: `place` is its own by key among those of
    its cluster, `at` when it was observed, in seconds. Its features may be `known`."""

    record: MappedRecord
    source: str
    place: int
    trust: int
    at: float
    known: Features | None = None


Said = tuple[Value, Sayer]
"""A value and the record that says it."""

Group = list[Said]
"""What says the same once normalised, its best saying first."""


class Place(NamedTuple):
    """A value's place among those of its field: `why` it is not the first, empty for the first.

    `even` where its sources stand as high as the first one's, so that only time or chance
    decided between them.
    """

    group: Group
    why: str = ""
    even: bool = False


def standing(sayer: Sayer) -> tuple[int, float, int]:
    """What sorts those of best standing first: trusted sources, then the last, then by key."""
    return (sayer.trust, -sayer.at, sayer.place)


def grouped(said: list[Said], spec: FieldSpec) -> list[Group]:
    """What was said, given by those of best standing first, grouped by what it means."""
    if _is_one(said):
        return [said]
    groups: dict[Hashable, Group] = {}
    joined = spec.joined({value.key for value, _ in said}) if spec.joined else {}
    for item in sorted(said, key=_place):
        key = item[0].key
        if joined:
            key = joined.get(key, key)
        groups.setdefault(key, []).append(item)
    return [_best_said_first(group) for group in groups.values()]


def _is_one(said: list[Said]) -> bool:
    """Whether all say the same and write it alike, as they do of most fields of most clusters."""
    if len(said) == 1:
        return True
    first = said[0][0]
    _, key, text, size, *_ = first
    return all(
        value is first or (value.key == key and value.text == text and value.size == size)
        for value, _ in said
    )


def _place(item: Said) -> int:
    return item[1].place


def ranked(
    groups: list[Group], criteria: Sequence[str], spec: FieldSpec, *, fact: bool = False
) -> list[Place]:
    """The groups, best first; time and then the record key settle what no criterion does.

    Places are `even` only for a `fact`.
    """
    if len(groups) == 1:
        return [Place(groups[0])]
    former = set[int]()
    if spec.gave_way is not None:
        former = {id(group) for group in groups if _is_former(group, groups, spec.gave_way)}
    rows: list[_Row] = []
    for group in groups:
        answers = [
            id(group) in former if name == "current" else _ASK[name](group) for name in criteria
        ]
        rows.append(((*answers, _MOST_RECENT(group), group[0][1].place), group))
    rows.sort(key=_answers)
    first, *rest = rows
    names = (*criteria, "most_recent", RECORD_KEY)
    return [Place(first[1]), *[_after(first, other, names, fact) for other in rest]]


_Row = tuple[tuple[Any, ...], Group]


def _answers(row: _Row) -> tuple[Any, ...]:
    return row[0]


def _after(first: _Row, other: _Row, names: Sequence[str], fact: bool) -> Place:
    (best, winner), (worse, loser) = first, other
    why = RECORD_KEY
    for name, a, b in zip(names, best, worse, strict=True):
        if a != b:
            why = name
            break
    if not fact or (why not in _CHANCE and why != "most_frequent"):
        return Place(loser, why)
    for_it = {by.source for _, by in winner}
    against = {by.source for _, by in loser}
    settled = why == "most_frequent" and len(for_it) > len(against)
    return Place(loser, why, even=not settled and not against <= for_it)


def _best_said_first(group: Group) -> Group:
    """Trusted sources first, then what says most, then the usual writing, then the last."""
    if len(group) == 1:
        return group
    if len({value.text for value, _ in group}) == 1:
        return sorted(group, key=_written_alike)
    records = Counter([value.text for value, _ in group])
    sources = Counter([text for text, _ in {(value.text, by.source) for value, by in group}])

    def place(item: Said) -> tuple[Any, ...]:
        value, by = item
        usual = (-sources[value.text], -records[value.text])
        return (by.trust, -value.size, *usual, -by.at, by.place)

    return sorted(group, key=place)


def _written_alike(item: Said) -> tuple[Any, ...]:
    value, by = item
    return (by.trust, -value.size, -by.at, by.place)


def _is_former(group: Group, groups: Sequence[Group], gave_way: Callable[[Any, Any], bool]) -> bool:
    """Whether this value was last said before one came up that it may have given way to."""
    name, last = group[0][0].value, max([by.at for _, by in group])
    return any(
        last < min([by.at for _, by in other]) and gave_way(name, other[0][0].value)
        for other in groups
    )


def _most_frequent(group: Group) -> Any:
    if len(group) == 1:
        return -1, -1
    return -len({by.source for _, by in group}), -len(group)


def _least(of: Callable[[Said], Any]) -> Callable[[Group], Any]:
    """A criterion that goes by the best of those who say a value."""
    return lambda group: of(group[0]) if len(group) == 1 else min(map(of, group))


_MOST_RECENT = _least(lambda said: -said[1].at)
_ASK: Mapping[str, Callable[[Group], Any]] = {
    "source_trust": _least(lambda said: said[1].trust),
    "verified": _least(lambda said: not said[0].verified),
    "complete": _least(lambda said: not said[0].complete),
    "own": _least(lambda said: said[0].own),
    "native_script": _least(lambda said: said[0].native),
    "most_frequent": _most_frequent,
    "most_recent": _MOST_RECENT,
    "longest": _least(lambda said: -said[0].size),
}
_CHANCE = frozenset({"most_recent", "longest", RECORD_KEY})
"""What tells two values apart and nothing of how far their sources can be relied upon."""
