"""Decisions, their effects and histories as JSON, with words for people."""

from collections.abc import Iterable
from typing import Any

import orjson

from api.read.steward_words import DECISIONS, EFFECTS, HISTORY, PREVIEWS, Language
from daifuku.records import RecordedDecision
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions
from identity.explain.fields import field_word
from sync.resolution.bodies import key_json
from sync.stewardship import Answer, Effect
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
    if answer.preview:
        words = {**words, **PREVIEWS[language]}
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
        fields = (field_word(name, entry.entity, language) for name in entry.fields)
        parts[-1] += f": {words['and'].join(fields)}"
    if entry.decision is not None:
        what = what_was_decided(entry.decision, language)
        parts.append(words["by"].format(by=entry.decision.by, what=what))
        if entry.decision.reason:
            parts.append(entry.decision.reason)
        if entry.decision.withdrawn_by is not None:
            parts.append(words["withdrawn"])
    return "; ".join(parts)
