"""Who a decision is about: golden records and source records as stewards name them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from daifuku.errors import ConflictError, NotFoundError, UserError
from daifuku.records import Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import golden, history, named
from daifuku.storage.repositories.resolution.decisions import Word, word

MAX_PAIRS = 400
"""Pairs up to which a word on two groups is said of each pair of their records."""
ANCHORS = 3
"""Beyond that it is said between every record and so many of the other group: it then holds
as long as one of those stays."""


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a decision: a golden record with all its records, sorted."""

    golden_id: str
    entity: Entity
    keys: tuple[RecordKey, ...]


def party(tx: Transaction, golden_id: str) -> Party:
    """The golden record of that id; a retired id stands for its survivor.

    Raises:
        NotFoundError: there is none.
    """
    found = profiles.find(tx, golden_id)
    if found is None or found.state != "active":
        raise NotFoundError(
            f"There is no golden record {golden_id[:64]!r}.", hint="Look it up first."
        )
    members = golden.members(tx, [found.id])
    return Party(found.id, found.entity, tuple(sorted(member.key for member in members)))


def parties(tx: Transaction, golden_ids: Iterable[str]) -> list[Party]:
    """These golden records, each once, the one with most records first.

    Raises:
        NotFoundError: one of them does not exist.
        UserError: they are persons and organisations.
    """
    found = {one.golden_id: one for one in (party(tx, id) for id in golden_ids)}
    if len({one.entity for one in found.values()}) > 1:
        raise UserError("A person and an organisation are never one golden record.")
    return sorted(found.values(), key=lambda one: (-len(one.keys), one.golden_id))


def records_named(tx: Transaction, *keys: RecordKey) -> list[named.NamedRecord]:
    """These records, in that order.

    Raises:
        NotFoundError: the store has never had one of them.
        UserError: one is named twice, or they are persons and organisations.
    """
    found = named.find(tx, keys)
    for key in keys:
        if key not in found:
            raise NotFoundError(
                f"There is no record {str(key)[:200]}.",
                hint="A record is named source/stream/id, or source/stream/id#part.",
            )
    if len(found) < len(keys):
        raise UserError("A record cannot be decided on with itself.", hint="Name two records.")
    if len({record.entity for record in found.values()}) > 1:
        raise UserError("A person and an organisation are never one golden record.")
    return [found[key] for key in keys]


def across(ours: Sequence[RecordKey], theirs: Sequence[RecordKey], *, same: bool) -> list[Word]:
    """The words that say of two groups of records that they are one, or are not."""
    if len(ours) * len(theirs) <= MAX_PAIRS:
        pairs = {(a, b) for a in ours for b in theirs}
    else:
        pairs = {(a, b) for a in ours for b in theirs[:ANCHORS]}
        pairs |= {(a, b) for a in ours[:ANCHORS] for b in theirs}
    return sorted((word(a, b, same=same) for a, b in pairs), key=lambda said: (said.a, said.b))


def refuse_stale(tx: Transaction, expected: Mapping[str, int]) -> None:
    """Make sure that these golden records have the versions that the caller saw.

    Raises:
        ConflictError: one has changed since; the message names the fields that did.
    """
    stored = golden.load(tx, expected)
    for golden_id, version in sorted(expected.items()):
        row = stored.get(golden_id)
        if row is None or row.state != "active":
            raise ConflictError(
                f"The golden record {golden_id[:64]!r} is in use no more.",
                hint="Read it again: a retired id leads to its survivor.",
            )
        if row.version != version:
            raise ConflictError(
                f"The golden record {golden_id} is at version {row.version}, not {version}: "
                f"{_changed(tx, golden_id, version, row.body)}.",
                hint="Read it again and decide on what it says now.",
            )


def _changed(tx: Transaction, golden_id: str, version: int, now: bytes) -> str:
    then = history.body_at(tx, golden_id, version)
    if then is None:
        return "there never was such a version"
    before, after = orjson.loads(then), orjson.loads(now)
    names = sorted(
        name
        for name in before["fields"].keys() | after["fields"].keys()
        if before["fields"].get(name) != after["fields"].get(name)
    )
    if before["records"] != after["records"]:
        names.append("its records")
    return f"changed since: {', '.join(names) or 'where its values come from'}"


def former_records(body: bytes) -> tuple[RecordKey, ...]:
    """The records that a golden record's body names, sorted."""
    said = orjson.loads(body)["records"]
    return tuple(sorted(RecordKey(**key) for key in said))
