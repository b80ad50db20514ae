"""Golden records under other survivorship rules: the same records, other values."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daifuku.records import ChangeKind, Entity, GoldenField, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import golden, pins, records
from daifuku.storage.repositories.resolution.golden import NewEvent, StoredGolden
from identity.survivorship.conflicts import FieldConflict, conflicts
from identity.survivorship.rules import SurvivorshipRules
from identity.survivorship.survive import Pin, survive
from sync.models.changes import Change, compare
from sync.models.rebuild import Progress
from sync.resolution import bodies
from sync.resolution.pins import as_pin, standing_pins

_PAGE = 1_000

Fields = Mapping[str, GoldenField]


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """A golden record as the rules would have it."""

    fields: Fields
    content: bytes


def differing(tx: Transaction, rules: SurvivorshipRules, progress: Progress) -> list[str]:
    """The golden records in use that these rules make say something else, by id."""
    found: list[str] = []
    after, seen = "", 0
    while page := profiles.page(tx, after, _PAGE):
        after, seen = page[-1].id, seen + len(page)
        stored = {row.id: row.body for row in page}
        now = _survived(tx, rules, [*stored], pins_on(tx, [*stored]))
        found += [id for id in now if not bodies.same_content(stored[id], now[id].content)]
        progress("reading golden records", seen, None)
    return found


def rewrite(
    tx: Transaction, rules: SurvivorshipRules, ids: Sequence[str], at: datetime
) -> tuple[list[Change], dict[Entity, dict[str, list[FieldConflict]]]]:
    """Write those of these golden records in use that the rules make say something else.

    Returns what changed, and the conflicts of the golden records written, per entity.
    """
    changes: list[Change] = []
    contested: dict[Entity, dict[str, list[FieldConflict]]] = {entity: {} for entity in Entity}
    for piece in _pieces(ids):
        before = golden.load(tx, piece)
        now = _survived(tx, rules, piece, standing_pins(rules, tx, piece, {}))
        new = [id for id in piece if not bodies.same_content(before[id].body, now[id].content)]
        rows = [_row(before[id], now[id], at) for id in new]
        golden.rewrite(tx, rows, at)
        kind = ChangeKind.UPDATED
        golden.append_events(
            tx, [NewEvent(r.id, r.entity, kind, r.version, body=r.body) for r in rows], at
        )
        changes += compare({id: before[id] for id in new}, {row.id: row for row in rows})
        for row in rows:
            contested[row.entity][row.id] = list(conflicts(now[row.id].fields))
    return sorted(changes, key=lambda change: change.golden_id), contested


def _row(before: StoredGolden, now: _Rewritten, at: datetime) -> StoredGolden:
    version = before.version + 1
    body = bodies.body(before.id, before.entity, version, at, now.content)
    return StoredGolden(before.id, before.entity, version, body, before.state, before.created_at)


def _survived(
    tx: Transaction,
    rules: SurvivorshipRules,
    ids: Sequence[str],
    pinned: Mapping[str, Sequence[Pin]],
) -> dict[str, _Rewritten]:
    members: defaultdict[str, list[tuple[RecordKey, int]]] = defaultdict(list)
    for member in golden.members(tx, ids):
        members[member.golden_id or ""].append((member.key, member.record_id))
    mapped = records.load(tx, [row for of in members.values() for _, row in of])
    found = {}
    for id, of in members.items():
        keys = [key for key, _ in of]
        fields = survive([mapped[key] for key in keys], rules, pinned.get(id, ()))
        found[id] = _Rewritten(fields, bodies.content(fields, keys))
    return found


def pins_on(tx: Transaction, ids: Sequence[str]) -> dict[str, list[Pin]]:
    """The pins on these golden records, as they stand."""
    found: defaultdict[str, list[Pin]] = defaultdict(list)
    if pins.any_in_force(tx):
        for pin in pins.concerned(tx, {*ids}):
            found[pin.golden_id or ""].append(as_pin(pin))
    return found


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
