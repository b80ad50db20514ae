"""Models, survivorship rules and shadow runs, as JSON and in words."""

from typing import Any, Literal

import orjson

from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import models as stored
from daifuku.storage.repositories import shadows
from daifuku.storage.repositories.shadows import StoredChange, StoredShadow
from identity.explain.models import describe_model, describe_rules
from identity.model.types import Model
from sync.models import force, shadow
from sync.models.documents import Document, Kind, Origin, shipped

Language = Literal["en", "ja"]


def versions(tx: Transaction) -> list[dict[str, Any]]:
    """Every version, stored or shipped, and since when one is in force."""
    in_force = stored.in_force(tx)
    found = {
        row.version: {
            "kind": row.kind,
            "version": row.version,
            "origin": row.origin,
            "added_at": row.added_at,
            "in_force_since": None,
        }
        for row in stored.list_all(tx)
    }
    for kind in Kind:
        version = shipped(kind).version
        found.setdefault(
            version,
            {
                "kind": kind,
                "version": version,
                "origin": Origin.SHIPPED,
                "added_at": None,
                "in_force_since": None,
            },
        )
    for row in in_force.values():
        found[row.version]["in_force_since"] = row.since
    order = list(Kind)
    return sorted(found.values(), key=lambda row: (order.index(Kind(row["kind"])), row["version"]))


def standing(tx: Transaction) -> dict[str, str]:
    """The version in force of each kind."""
    return {kind.value: force.version_in_force(tx, kind) for kind in Kind}


def document(tx: Transaction, name: str) -> Document:
    """The document of a version; the name of a kind stands for the version in force.

    Raises:
        NotFoundError: there is none of that name.
    """
    if name in {kind.value for kind in Kind}:
        name = force.version_in_force(tx, Kind(name))
    return force.document(tx, name)


def words(document: Document, language: Language) -> list[str]:
    """The document in sentences."""
    content = document.content
    if isinstance(content, Model):
        return describe_model(content, language)
    return describe_rules(content, language)


def document_json(document: Document, language: Language) -> dict[str, Any]:
    """A document as JSON: its text, and what it says in words."""
    return {
        "kind": document.kind,
        "version": document.version,
        "text": words(document, language),
        "document": document.text,
    }


def shadow_json(run: StoredShadow) -> dict[str, Any]:
    """A shadow run as JSON, without its changes."""
    return {
        "id": run.id,
        "kind": run.kind,
        "base": run.base,
        "version": run.version,
        "state": run.state,
        "changes": orjson.loads(run.summary),
        "at": run.at,
    }


def change_json(change: StoredChange) -> dict[str, Any]:
    """What would become of a golden record, as JSON."""
    return {
        "position": change.position,
        "profile": change.golden_id,
        "fate": change.kind,
        **orjson.loads(change.body),
    }


def changes_json(
    tx: Transaction, shadow_id: str, after: int, limit: int, fate: str | None = None
) -> list[dict[str, Any]]:
    """A page of what a shadow run names.

    Raises:
        NotFoundError: there is no such run.
    """
    run = shadow.find(tx, shadow_id)
    found = shadows.changes(tx, run.id, after=after, limit=limit, kind=fate)
    return [change_json(change) for change in found]
