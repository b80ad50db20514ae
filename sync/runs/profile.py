"""The fields a stream's records have: noticed when they are added, go away or change their type.

What is at the top of a record is counted in every record, what is one level below it and the
types of all in a sample. Pure; the store keeps it as JSON.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from daifuku.records.source import Payload
from sync.runs.fields import WITNESSES, Seen, add_kinds, count_all, objects_in

SAMPLE = 50
"""Records of a batch that are looked into."""
MOST_FIELDS = 400
MOST_WITHIN = 40
"""An object with more different keys is a table of its own: its keys are no fields."""

Path = tuple[str, ...]
"""A field at the top, or one of the objects in it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is new about a field; `before` and `after` are JSON types.

    A field that is gone was in `had` records, and not in the last `without`. Where the mapping
    `uses` it, what comes now would be mapped without it.
    """

    kind: Literal["added", "gone", "retyped"]
    field: str
    before: str | None = None
    after: str | None = None
    uses: bool = False
    had: int = 0
    without: int = 0

    @property
    def pauses(self) -> bool:
        """Whether the stream must wait until its owner has looked."""
        return self.kind == "gone" and self.uses


@dataclass(slots=True)
class Profile:
    """The fields of one stream, and the digest of the mapping whose use of them is known.

    It is `settled` after the first pass that came to its end: what was seen until then is how
    the stream is, and no change of it.
    """

    mapping: str
    settled: bool = False
    fields: dict[str, Seen] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    """Fields whose objects have keys of all kinds."""

    @classmethod
    def load(cls, body: bytes | None, mapping: str) -> "Profile":
        """The stored profile; what another mapping than `mapping` used is forgotten."""
        if body is None:
            return cls(mapping)
        held = orjson.loads(body)
        fields = {name: Seen.load(values) for name, values in held["fields"].items()}
        profile = cls(mapping, held["settled"], fields, held["tables"])
        if held["mapping"] != mapping:
            for _, one in profile.paths():
                one.used = False
        return profile

    def dump(self) -> bytes:
        return orjson.dumps(self)

    def paths(self) -> Iterator[tuple[Path, Seen]]:
        """Every field, those within others too."""
        for name, one in self.fields.items():
            yield (name,), one
            for inner, seen in one.within.items():
                yield (name, inner), seen

    def settle(self) -> None:
        """A pass over the stream came to its end."""
        if not self.settled:
            self.settled = True
            for one in self.fields.values():
                one.settle()

    def settle_once_known(self) -> None:
        """Settle without the end of a pass, once there were enough records to judge by."""
        if any(one.of + one.missing >= WITNESSES for one in self.fields.values()):
            self.settle()

    def observe(self, records: Sequence[Payload], used: Collection[Path] = ()) -> list[Change]:
        """Take in a batch of records in their order; returns what is new about the stream.

        `used` are fields the mapping reads from records such as these. A field that is gone is
        told once, and one that is not used is forgotten.
        """
        if not records:
            return []
        changes = [Change("added", name) for name in count_all(self.fields, records, MOST_FIELDS)]
        sample = records[:: max(1, len(records) // SAMPLE)][:SAMPLE]
        for name, one in self.fields.items():
            values = [record[name] for record in sample if name in record]
            changes += self._look_into(name, one, values)
        for path, one in self.paths():
            one.used = one.used or path in used
        if not self.settled:
            changes.clear()
        else:
            changes += self._gone()
        return self._typed(changes)

    def forget(self, path: str) -> None:
        """Expect the field no longer."""
        for names, _ in [*self.paths()]:
            if shown(names) == path:
                holder = self.fields if len(names) == 1 else self.fields[names[0]].within
                holder.pop(names[-1], None)

    def _look_into(self, name: str, one: Seen, values: Sequence[Any]) -> list[Change]:
        changes: list[Change] = []
        before = " or ".join(one.kinds)
        fresh = add_kinds(one, values)
        if fresh:
            changes.append(Change("retyped", name, before, fresh))
        if name in self.tables or not {"object", "list"}.intersection(one.kinds):
            return changes
        objects = [found for value in values if (found := objects_in(value))]
        changes += self._look_within(name, one, objects)
        return changes

    def _look_within(
        self, name: str, one: Seen, objects: Sequence[Mapping[str, Any]]
    ) -> list[Change]:
        known = bool(one.within)
        fresh = count_all(one.within, objects, MOST_WITHIN + 1) if objects else []
        if len(one.within) > MOST_WITHIN:
            one.within.clear()
            self.tables.append(name)
            return []
        changes = [Change("added", f"{name}.{inner}") for inner in fresh if known]
        for inner, seen in one.within.items():
            before = " or ".join(seen.kinds)
            kind = add_kinds(seen, [each[inner] for each in objects if inner in each])
            if kind:
                changes.append(Change("retyped", f"{name}.{inner}", before, kind))
        return changes

    def _gone(self) -> list[Change]:
        found = [(path, one) for path, one in self.paths() if one.is_gone]
        for path, one in found:
            if not one.used:
                self.forget(shown(path))
        return [
            Change(
                "gone", shown(path), " or ".join(one.kinds), None, one.used, one.seen, one.missing
            )
            for path, one in found
        ]

    def _typed(self, changes: Sequence[Change]) -> list[Change]:
        """The changes, those that were added with their types."""
        kinds = {shown(path): " or ".join(one.kinds) for path, one in self.paths()}
        return [
            Change("added", one.field, after=kinds.get(one.field)) if one.kind == "added" else one
            for one in changes
        ]


def shown(path: Path) -> str:
    """`address.city`, as people read it."""
    return ".".join(path)
