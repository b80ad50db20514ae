"""Review tasks as JSON, with words for people: both sides, what speaks for and against."""

from typing import Any

import orjson

from api.read.explain import explain_apart
from api.read.steward_words import CONFLICT_OUTCOMES, OUTCOMES, QUESTIONS, Language
from api.read.stewardship import answer_json
from daifuku.errors import UserError
from daifuku.records import ReviewKind, ReviewState, ReviewTask, Verdict
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import named, records, reviews
from identity.explain.fields import field_word
from sync.models.force import models_in_force
from sync.resolution.bodies import key_json, plain
from sync.stewardship import Order, answer_task


def task_json(task: ReviewTask, language: Language) -> dict[str, Any]:
    """A review task as a list shows it."""
    question = QUESTIONS[language][task.kind].format(
        percent=round(task.probability * 100),
        field=field_word(task.field, task.entity, language),
    )
    outcomes = OUTCOMES[language]
    if task.kind is ReviewKind.CONFLICT:
        outcomes = {**outcomes, **CONFLICT_OUTCOMES[language]}
    return {
        "id": task.id,
        "kind": task.kind,
        "entity": task.entity,
        "profiles": sorted({task.golden_a, task.golden_b}),
        "field": task.field or None,
        "probability": round(task.probability, 6),
        "priority": round(task.priority, 4),
        "value": task.value,
        "reach": task.reach,
        "state": task.state,
        "outcome": task.outcome,
        "decision": task.decision_id,
        "created_at": task.created_at,
        "closed_at": task.closed_at,
        "question": question,
        "because": outcomes[task.outcome] if task.outcome else None,
    }


def review_json(store: Store, task_id: str, language: Language) -> dict[str, Any]:
    """A review task with both sides, their weights field by field, and the merge rehearsed.

    Of a conflict `values` are those that compete, the one that survives now first.
    """
    with store.read() as tx:
        task = reviews.get(tx, task_id)
        sides = [_side(tx, id) for id in sorted({task.golden_a, task.golden_b})]
        keys = named.keys_of(tx, (task.record_a, task.record_b))
        loaded = records.load(tx, (task.record_a, task.record_b))
        pair = [loaded[keys[id]] for id in (task.record_a, task.record_b) if id in keys]
        models = models_in_force(tx)
    waterfall = (
        explain_apart(pair[:1], pair[1:], models, language) if task.kind is ReviewKind.MATCH else []
    )
    return {
        **task_json(task, language),
        "sides": sides,
        "records": [_record_json(record) for record in pair],
        "pairs": waterfall,
        "values": _competing(sides[0], task.field) if task.kind is ReviewKind.CONFLICT else [],
        "merge": _rehearsed(store, task, language),
    }


def _competing(side: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """The values of a field on which sources disagree, each with the records that say it."""
    lineage = side.get("lineage", {}).get(field)
    if lineage is None:
        return []
    said = [{**lineage, "value": side["fields"][field]}]
    said += [lost for lost in lineage["losers"] if lost.get("contested")]
    values: list[dict[str, Any]] = []
    for one in said:
        witness = {"record": one["source"], "observed_at": one["observed_at"]}
        same = next((known for known in values if known["value"] == one["value"]), None)
        if same is None:
            values.append({"value": one["value"], "said_by": [witness]})
        elif witness not in same["said_by"]:
            same["said_by"].append(witness)
    return values


def _rehearsed(store: Store, task: ReviewTask, language: Language) -> dict[str, Any] | None:
    """What the answer `same` would do; the reason where it would be refused."""
    if task.kind is ReviewKind.CONFLICT or task.state is ReviewState.CLOSED:
        return None
    try:
        shown = answer_task(store, task.id, Verdict.SAME, Order(by=""), preview=True)
    except UserError as refused:
        return {"refused": str(refused)}
    return answer_json(shown, language)


def _side(tx: Transaction, golden_id: str) -> dict[str, Any]:
    found = profiles.find(tx, golden_id)
    if found is None or found.state != "active":
        return {"id": golden_id, "records": []}
    members = profiles.members(tx, found.id)
    body = orjson.loads(found.body)
    return {**body, "records": [_record_json(member.record) for member in members]}


def _record_json(record: Any) -> dict[str, Any]:
    said = {name: value for name, value in plain(record).items() if value not in (None, [], "")}
    return {**said, "key": key_json(record.key)}
