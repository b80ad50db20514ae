"""Why two records, or two golden records, are one or two: everything that decided it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from api.read.explain import MAX_RECORDS, Language, pair_json
from daifuku.errors import NotFoundError, UserError
from daifuku.records import Decision, MappedRecord, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import block_keys as stored_keys
from daifuku.storage.repositories.resolution import decisions as stored_decisions
from identity.blocking import BlockKey, caps
from identity.explain.pairs import describe_apart, describe_blocking, describe_together
from identity.explain.terms import WHY
from identity.explain.why import (
    SharedKey,
    Voice,
    apart,
    blocked,
    keys_shared,
    path,
    shared_keys,
    voices,
)
from identity.features import Features, features
from identity.model.types import Model
from identity.scoring.score import score_pair
from sync.models.force import models_in_force
from sync.resolution.bodies import key_json
from sync.resolution.population import hashed


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the question: its golden record, the records asked about, all its records."""

    profile: str
    asked: Sequence[MappedRecord]
    members: Sequence[MappedRecord]


def why(tx: Transaction, a: str, b: str, language: Language) -> dict[str, Any]:
    """Why `a` and `b`, each a record (`source/stream/id`) or a golden record's id, are one or two.

    Of golden records the pair of their records is shown that comes closest to a match; of a
    large one the first `MAX_RECORDS` records are looked at.

    Raises:
        NotFoundError: there is no such record or golden record.
        UserError: the two cannot be compared, being of two kinds or the same.
    """
    one, other = _side(tx, a), _side(tx, b)
    if one.asked[0].entity is not other.asked[0].entity:
        raise UserError("A person and an organisation are never one.")
    if one.profile == other.profile and len(one.asked) + len(other.asked) > 2:
        raise UserError(
            "Both name one golden record.", hint="Name two of its records: source/stream/id."
        )
    model = models_in_force(tx)[one.asked[0].entity]
    first, second = _closest(one, other, model)
    keys = _keys(tx, first, second, model)
    together = one.profile == other.profile
    said = _together if together else _apart
    decided = _decisions(tx, [*one.members, *other.members])
    words = WHY[language]
    answer = said(one, other, (first, second), model, decided, language)
    text = [words["one" if together else "two"], *answer.pop("text")]
    return {
        "a": {"profile": one.profile, "record": key_json(first.key)},
        "b": {"profile": other.profile, "record": key_json(second.key)},
        "together": together,
        "pair": pair_json(score_pair(first, second, model), language),
        "blocking": _blocking_json(keys),
        **answer,
        "text": [*text, describe_blocking(keys, language)],
    }


def _together(
    one: _Side,
    _other: _Side,
    pair: tuple[Features, Features],
    model: Model,
    decisions: Sequence[Decision],
    language: Language,
) -> dict[str, Any]:
    """The path of links from one record to the other within their golden record."""
    known = {value.key: value for value in (*map(features, one.members), *pair)}
    way = path(list(known.values()), pair[0].key, pair[1].key, model, decisions)
    same = {frozenset((d.a, d.b)) for d in decisions if d.same}
    decided = any(frozenset(step) in same for step in way)
    steps = [
        {
            **pair_json(score_pair(known[x], known[y], model), language),
            "decided": frozenset((x, y)) in same,
        }
        for x, y in way
    ]
    return {"path": steps, "text": describe_together(way, decided=decided, language=language)}


def _apart(
    one: _Side,
    other: _Side,
    _pair: tuple[Features, Features],
    model: Model,
    decisions: Sequence[Decision],
    language: Language,
) -> dict[str, Any]:
    """What keeps the two golden records apart."""
    ours, theirs = ([features(record) for record in side.members] for side in (one, other))
    reason = apart(ours, theirs, model, decisions)
    return {
        "reason": {
            "kind": reason.kind,
            "total": round(reason.total, 4),
            "pairs": [_voice_json(voice) for voice in reason.voices],
        },
        "text": describe_apart(reason, model, language),
    }


def _side(tx: Transaction, name: str) -> _Side:
    found = profiles.find(tx, name)
    if found is not None and found.state == "active":
        members = _members(tx, found.id)
        return _Side(found.id, members, members)
    for key in _keys_named(name):
        stored, profile = profiles.record(tx, key) or (None, None)
        if stored is not None and profile is not None:
            return _Side(profile, [stored.record], _members(tx, profile))
    raise NotFoundError(
        f"There is no record or golden record {name[:80]!r}.",
        hint="Name a record as source/stream/id, or a golden record by its id.",
    )


def _keys_named(name: str) -> list[RecordKey]:
    """The records that `source/stream/id#part` may name; an id may hold / and # too."""
    source, _, rest = name.partition("/")
    stream, _, external_id = rest.partition("/")
    if not (source and stream and external_id):
        return []
    head, mark, part = external_id.rpartition("#")
    whole = RecordKey(source, stream, external_id)
    return [whole, RecordKey(source, stream, head, part)] if mark and head else [whole]


def _members(tx: Transaction, profile: str) -> list[MappedRecord]:
    return [stored.record for stored in profiles.members(tx, profile)][:MAX_RECORDS]


def _closest(one: _Side, other: _Side, model: Model) -> tuple[Features, Features]:
    """Of the records asked about, the pair that comes closest to a match."""
    ours, theirs = ([features(r) for r in side.asked] for side in (one, other))
    pairs = {frozenset((a.key, b.key)): (a, b) for a, b in product(ours, theirs) if a.key != b.key}
    if not pairs:
        raise UserError("Both name one and the same record.", hint="Name two.")
    ranked = sorted(voices(pairs.values(), model), key=lambda v: (-v.weight, v.a, v.b))
    return pairs[frozenset((ranked[0].a, ranked[0].b))]


def _keys(tx: Transaction, a: Features, b: Features, model: Model) -> tuple[SharedKey, ...]:
    shared = shared_keys(a, b, model)
    stored: dict[BlockKey, int] = {key: hashed(model.entity, key) for key in shared}
    most = max(caps(model).values(), default=0) + 1
    found = stored_keys.bearers(tx, {*stored.values()}, most)
    return keys_shared(shared, {key: len(found.get(stored[key], ())) for key in shared}, model)


def _decisions(tx: Transaction, records: Sequence[MappedRecord]) -> list[Decision]:
    words = stored_decisions.words_on(tx, {record.key for record in records})
    return [Decision(word.a, word.b, word.same) for word in words]


def _blocking_json(keys: Sequence[SharedKey]) -> dict[str, Any]:
    shown = [
        {"rule": key.rule, "bearers": key.bearers, "cap": key.cap, "active": key.active}
        for key in keys
    ]
    return {"result": blocked(keys), "keys": shown}


def _voice_json(voice: Voice) -> dict[str, Any]:
    return {
        "a": key_json(voice.a),
        "b": key_json(voice.b),
        "match_weight": round(voice.weight, 4),
        "says": round(voice.says, 4),
    }
