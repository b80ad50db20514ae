"""The fields of records, one by one: how often each comes, in which types, and when it stops."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WITNESSES = 50
"""A field is gone once so many records had it before, and so many in a row have it no more."""
STEADY = 0.98
"""A field that fewer of the records have is sparse: that it is missing says nothing."""
_NEARLY_STEADY = 0.9

_KINDS: Mapping[type, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    dict: "object",
    list: "list",
}


@dataclass(slots=True)
class Seen:
    """A field: `seen` in so many `of` the records since its first; `missing` in so many since
    its last, and in `gap` in a row at most before that. `used` by the mapping. `within` are the
    fields of the objects it holds, counted in a sample of them."""

    kinds: list[str] = field(default_factory=list)
    seen: int = 0
    of: int = 0
    missing: int = 0
    gap: int = 0
    used: bool = False
    within: "dict[str, Seen]" = field(default_factory=dict)

    @classmethod
    def load(cls, held: Mapping[str, Any]) -> "Seen":
        within = {name: cls.load(inner) for name, inner in held["within"].items()}
        return cls(**{**held, "within": within})

    @property
    def is_gone(self) -> bool:
        """Whether it was always there and is not any more, for longer than ever before."""
        steady = self.of >= WITNESSES and self.seen >= self.of * STEADY
        return steady and self.missing >= max(WITNESSES, 2 * self.gap)

    def count(self, name: str, there: int, records: Sequence[Mapping[str, Any]]) -> None:
        """Take in that `there` of these records have it; in which order matters near the edge."""
        if there == 0:
            self.missing += len(records)
            return
        gaps = (0, 0, 0)
        if there < len(records) and self.seen >= self.of * _NEARLY_STEADY:
            gaps = _gaps([name in record for record in records])
        leading, longest, trailing = gaps
        self.gap = max(self.gap, self.missing + leading, longest)
        self.of += self.missing + len(records) - trailing
        self.seen += there
        self.missing = trailing

    def settle(self) -> None:
        """That it is missing at the end of the first pass is how the stream is."""
        self.gap = max(self.gap, self.missing)
        self.of += self.missing
        self.missing = 0
        for inner in self.within.values():
            inner.settle()


def count_all(
    fields: dict[str, Seen], records: Sequence[Mapping[str, Any]], most: int
) -> list[str]:
    """Count each field in the records; returns the names of those that came for the first time.

    Beyond so many at `most` no further ones are taken up.
    """
    present = _presence(records)
    for name, one in fields.items():
        one.count(name, present.get(name, 0), records)
    fresh = [name for name in present if name not in fields][: max(0, most - len(fields))]
    for name in fresh:
        fields[name] = one = Seen()
        one.count(name, present[name], records)
    return fresh


def add_kinds(one: Seen, values: Sequence[Any]) -> str | None:
    """Note the JSON types of these values; returns one that is new beside others, if any."""
    fresh = None
    for value in values:
        kind = _KINDS.get(type(value))
        if kind is not None and kind not in one.kinds:
            fresh = kind if one.kinds else fresh
            one.kinds.append(kind)
    return fresh


def objects_in(value: Any) -> Mapping[str, Any] | None:
    """The object a value is, or the first one of a list of them."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else None


def _presence(records: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """How many records have each key, counted by the tuples of keys: few of them differ."""
    present: Counter[str] = Counter()
    for keys, count in Counter(map(tuple, records)).items():
        for key in keys:
            present[key] += count
    return present


def _gaps(flags: Sequence[bool]) -> tuple[int, int, int]:
    """How many in a row are false at the start, at most in between, and at the end."""
    places = [place for place, there in enumerate(flags) if there]
    inner = max((b - a - 1 for a, b in itertools.pairwise(places)), default=0)
    return places[0], inner, len(flags) - 1 - places[-1]
