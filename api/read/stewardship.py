"""Decisions, their effects, review tasks and histories as JSON, with words for people."""

from collections.abc import Iterable
from typing import Any

import orjson

from api.read.explain import explain_apart
from api.read.steward_words import (
    DECISIONS,
    EFFECTS,
    HISTORY,
    OUTCOMES,
    QUESTIONS,
    Language,
)
from daifuku.errors import UserError
from daifuku.records import RecordedDecision, ReviewKind, ReviewState, ReviewTask, Verdict
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import profiles
from daifuku.storage.repositories.resolution import decisions, named, records, reviews
from sync.models.force import models_in_force
from sync.resolution.bodies import key_json, plain
from sync.stewardship import Answer, Effect, Order, answer_task
from sync.stewardship.history import Entry, Happening


def decision_json(taken: RecordedDecision, language: Language) -> dict[str, Any]:
    """A decision; `in_force` is false once it is withdrawn."""
    return {
        "id": taken.id,
        "kind": taken.kind,
        "by": taken.by,
        "at": taken.at,
        "reason": taken.reason,
        "review": taken.task_id,
        "undoes": taken.undoes,
        "withdrawn_by": taken.withdrawn_by,
        "in_force": taken.withdrawn_by is None,
        "text": what_was_decided(taken, language),
    }


def whole_decision_json(tx: Transaction, id: int, language: Language) -> dict[str, Any]:
    """A decision with the golden records it concerned and what it says of records."""
    taken = decisions.get(tx, id)
    words = decisions.words_of(tx, [id])
    return {
        **decision_json(taken, language),
        "profiles": decisions.profiles_of(tx, [id]).get(id, []),
        "pairs": [
            {"a": key_json(said.a), "b": key_json(said.b), "same": said.same} for said in words
        ],
    }


def answer_json(answer: Answer, language: Language) -> dict[str, Any]:
    """What a decision did, or would do: a preview has no decision."""
    done = answer.effect
    return {
        "preview": answer.preview,
        "repeated": answer.repeated,
        "decision": None if answer.preview else decision_json(answer.decision, language),
        **effect_json(done),
        "text": effect_text(answer, language),
    }


def effect_json(done: Effect) -> dict[str, Any]:
    """The golden records that result, and how ids come and go."""
    return {
        "created": list(done.created),
        "restored": list(done.restored),
        "retired": dict(done.retired),
        "changed": list(done.changed),
        "profiles": [orjson.loads(body) for body in done.golden_records.values()],
    }


def effect_text(answer: Answer, language: Language) -> list[str]:
    """What a decision did, in sentences."""
    words, done, taken = EFFECTS[language], answer.effect, answer.decision
    what = what_was_decided(taken, language)
    head = words["decision"].format(decision=taken.id, what=what)
    if answer.preview:
        head = words["preview"]
    elif answer.repeated:
        head = words["repeated"].format(decision=taken.id)
    retired = [
        words["merged" if into else "deleted"].format(id=id, into=into)
        for id, into in done.retired.items()
    ]
    lines = [
        *(words["created"].format(id=id) for id in done.created),
        *(words["restored"].format(id=id) for id in done.restored),
        *retired,
        *(words["changed"].format(id=id) for id in done.changed),
    ]
    return [head, *(lines or [words["nothing"]])]


def what_was_decided(taken: RecordedDecision, language: Language) -> str:
    """The decision in a few words."""
    return DECISIONS[language][taken.kind].format(undoes=taken.undoes)


def task_json(task: ReviewTask, language: Language) -> dict[str, Any]:
    """A review task as a list shows it."""
    question = QUESTIONS[language][task.kind].format(
        percent=round(task.probability * 100), field=task.field
    )
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
        "because": OUTCOMES[language][task.outcome] if task.outcome else None,
    }


def review_json(store: Store, task_id: str, language: Language) -> dict[str, Any]:
    """A review task with both sides, their weights field by field, and the merge rehearsed."""
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
        "merge": _rehearsed(store, task, language),
    }


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


def history_json(entries: Iterable[Entry], language: Language) -> list[dict[str, Any]]:
    """A history, the oldest entry first."""
    return [
        {
            "at": entry.at,
            "what": entry.what,
            "version": entry.version,
            "others": list(entry.others),
            "fields": {
                name: {"before": before, "after": after}
                for name, (before, after) in entry.fields.items()
            },
            "gained": list(entry.gained),
            "lost": list(entry.lost),
            "decision": decision_json(entry.decision, language) if entry.decision else None,
            "text": entry_text(entry, language),
        }
        for entry in entries
    ]


def entry_text(entry: Entry, language: Language) -> str:
    """An entry of a history in one line."""
    words, parts = HISTORY[language], list[str]()
    if entry.what is not Happening.DECIDED or entry.decision is None:
        parts.append(words[entry.what].format(others=", ".join(entry.others)))
    if entry.fields and entry.what is Happening.CHANGED:
        parts[-1] += f": {', '.join(entry.fields)}"
    if entry.decision is not None:
        what = what_was_decided(entry.decision, language)
        parts.append(words["by"].format(by=entry.decision.by, what=what))
        if entry.decision.reason:
            parts.append(entry.decision.reason)
        if entry.decision.withdrawn_by is not None:
            parts.append(words["withdrawn"])
    return "; ".join(parts)
