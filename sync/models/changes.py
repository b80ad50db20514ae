"""What becomes of golden records, told by comparing what is stored before and after."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from daifuku.storage.repositories.resolution.golden import StoredGolden
from daifuku.storage.repositories.shadows import StoredChange

ACTIVE = "active"


class Fate(StrEnum):
    """What happens to a golden record, the gravest of several."""

    MERGE = "merge"
    """It ends: another takes its records."""
    SPLIT = "split"
    """It loses records to others."""
    NEW = "new"
    """It begins, with records of others."""
    CHANGE = "change"
    """It gains records, or says something else."""


@dataclass(frozen=True, slots=True)
class Change:
    """One golden record. `others` are those its records go to or come from; `fields` holds the
    value before and after of each field that differs, as JSON, None where there is none."""

    golden_id: str
    fate: Fate
    others: tuple[str, ...]
    records_before: int
    records_after: int
    fields: Mapping[str, tuple[Any, Any]]

    def body(self) -> bytes:
        """The change as stored JSON; equal changes give equal bytes."""
        return orjson.dumps(
            {
                "others": self.others,
                "records": {"before": self.records_before, "after": self.records_after},
                "fields": {
                    name: {"before": before, "after": after}
                    for name, (before, after) in sorted(self.fields.items())
                },
            },
            option=orjson.OPT_SORT_KEYS,
        )


def compare(before: Mapping[str, StoredGolden], after: Mapping[str, StoredGolden]) -> list[Change]:
    """The changes between two states of the same golden records, the gravest first, then by id.

    Both are given by id; `before` lacks the ids that are new.
    """
    was, now = _said(before), _said(after)
    owner_before, owner_after = _owners(was), _owners(now)
    changes = []
    for id in sorted(was.keys() | now.keys()):
        old, new = was.get(id), now.get(id)
        own_before = _keys(old) if old else []
        own_after = _keys(new) if new else []
        went = {owner_after[key] for key in own_before if key in owner_after} - {id}
        came = {owner_before[key] for key in own_after if key in owner_before} - {id}
        fate = _fate(old is not None, new is not None, bool(went))
        others = went if fate in (Fate.MERGE, Fate.SPLIT) else came
        fields = _differences(old, new) if old and new else {}
        if fate is Fate.CHANGE and own_before == own_after and not fields:
            continue
        changes.append(
            Change(id, fate, tuple(sorted(others)), len(own_before), len(own_after), fields)
        )
    order = list(Fate)
    return sorted(changes, key=lambda change: (order.index(change.fate), change.golden_id))


def summary(changes: Iterable[Change]) -> dict[str, int]:
    """How many changes of each kind, and how many golden records would say something else."""
    held = list(changes)
    counts = Counter(change.fate for change in held)
    values = sum(bool(change.fields) for change in held)
    return {**{fate.value: counts[fate] for fate in Fate}, "values": values}


def digest(changes: Iterable[Change]) -> bytes:
    """Equal for equal changes."""
    seen = hashlib.blake2b(digest_size=16)
    for change in changes:
        seen.update(f"{change.golden_id}\0{change.fate}\0".encode() + change.body() + b"\n")
    return seen.digest()


def as_stored(changes: Sequence[Change]) -> list[StoredChange]:
    """The changes as the store keeps them, in their order."""
    return [
        StoredChange(position, change.golden_id, change.fate, change.body())
        for position, change in enumerate(changes)
    ]


def _fate(was: bool, is_now: bool, lost: bool) -> Fate:
    if not is_now:
        return Fate.MERGE
    if not was:
        return Fate.NEW
    return Fate.SPLIT if lost else Fate.CHANGE


def _said(stored: Mapping[str, StoredGolden]) -> dict[str, dict[str, Any]]:
    """What the golden records in use say."""
    return {id: orjson.loads(row.body) for id, row in stored.items() if row.state == ACTIVE}


def _keys(said: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (key["source"], key["stream"], key["external_id"], key.get("part", ""))
        for key in said["records"]
    ]


def _owners(said: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, ...], str]:
    owners: dict[tuple[str, ...], str] = {}
    for id, body in said.items():
        owners.update(dict.fromkeys(_keys(body), id))
    return owners


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    before, after = old["fields"], new["fields"]
    return {
        name: (before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }
