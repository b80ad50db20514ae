"""The match models and survivorship rules in force: exactly one of each kind.

What comes with Daifuku is in force until something else is applied, and is recorded the first
time records are resolved with it: an upgrade that brings another one changes nothing by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from daifuku.errors import ConflictError, NotFoundError
from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import models as stored
from daifuku.storage.repositories.resolution import blocks
from identity.description import description, is_newer
from identity.model.types import Model
from identity.survivorship.rules import SurvivorshipRules
from sync.models.documents import Document, Kind, Origin, from_store, shipped, to_store

_known: dict[str, Document] = {}
"""Documents by version. A version never changes, so that one read is kept for good."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """A shipped version in force, beside which this Daifuku brings another."""

    kind: Kind
    in_force: str
    shipped: str


class DescribedOtherwiseError(ConflictError):
    """The hub's records are described by another version than this process describes by: what
    either finds cannot be compared. `newer` tells whether that one comes after ours."""

    def __init__(self, by: str | None) -> None:
        self.newer = by is not None and is_newer(by, description())
        if self.newer:
            super().__init__(
                f"A newer version describes this hub's records: {by}. Here: {description()}.",
                hint="Upgrade this installation; to stay with it: daifuku resolve --anew",
            )
        else:
            super().__init__(
                "This hub's records are yet to be described by this version.",
                hint="A worker does it by itself, and so does: daifuku resolve",
            )


def models_in_force(tx: Transaction) -> Mapping[Entity, Model]:
    """The match model in force of each entity."""
    return {
        entity: content
        for entity, content in _contents(tx).items()
        if isinstance(entity, Entity) and isinstance(content, Model)
    }


def rules_in_force(tx: Transaction) -> SurvivorshipRules:
    """The survivorship rules in force."""
    content = _contents(tx)[None]
    assert isinstance(content, SurvivorshipRules)  # noqa: S101 - their kind is what they are
    return content


def engine_in_force(
    tx: Transaction, at: datetime
) -> tuple[Mapping[Entity, Model], SurvivorshipRules]:
    """The match models and survivorship rules in force, recorded where nothing is yet.

    Raises:
        DescribedOtherwiseError: records are described by another version than ours.
    """
    recorded, described = stored.standing(tx)
    if len(recorded) < len(Kind) or described is None:
        record_in_force(tx, at)
        recorded, described = stored.standing(tx)
    if described != description():
        raise DescribedOtherwiseError(described)
    found = _documents(tx, recorded)
    rules = found.pop(None)
    assert isinstance(rules, SurvivorshipRules)  # noqa: S101 - their kind is what they are
    models = {e: model for e, model in found.items() if e and isinstance(model, Model)}
    return models, rules


def document(tx: Transaction, version: str) -> Document:
    """The document of a version, stored or shipped.

    Raises:
        NotFoundError: there is none of that name.
    """
    if version in _known:
        return _known[version]
    found = stored.find(tx, version)
    if found is not None:
        _known[version] = from_store(found)
        return _known[version]
    for kind in Kind:
        if shipped(kind).version == version:
            return shipped(kind)
    raise NotFoundError(
        f"There is no version {version[:80]!r}.", hint="`daifuku model list` names them."
    )


def version_in_force(tx: Transaction, kind: Kind) -> str:
    """The version in force of a kind."""
    row = stored.in_force(tx).get(kind)
    return row.version if row else shipped(kind).version


def record_in_force(tx: Transaction, at: datetime) -> None:
    """Record what is in force where nothing is recorded yet: the first use of what is shipped."""
    recorded, described = stored.standing(tx)
    if described is None and not blocks.any_stored(tx):
        stored.put_in_force(tx, stored.DESCRIPTION, description(), at)
    for kind in Kind:
        if kind not in recorded:
            document = shipped(kind)
            stored.add(tx, to_store(document, Origin.SHIPPED, at))
            stored.put_in_force(tx, kind, document.version, at)


def described_otherwise(tx: Transaction) -> DescribedOtherwiseError | None:
    """The error to raise where records are described by another version than ours."""
    described = stored.standing(tx)[1]
    if described == description() or (described is None and not blocks.any_stored(tx)):
        return None
    return DescribedOtherwiseError(described)


def superseded(tx: Transaction) -> list[Superseded]:
    """The shipped versions in force that differ from what this Daifuku brings."""
    recorded = stored.in_force(tx)
    return [
        Superseded(kind, row.version, shipped(kind).version)
        for kind, row in ((kind, recorded.get(kind)) for kind in Kind)
        if row is not None and row.version != shipped(kind).version and _is_shipped(tx, row.version)
    ]


def _is_shipped(tx: Transaction, version: str) -> bool:
    found = stored.find(tx, version)
    return found is not None and found.origin == Origin.SHIPPED


def _contents(tx: Transaction) -> dict[Entity | None, Model | SurvivorshipRules]:
    return _documents(tx, stored.in_force(tx))


def _documents(
    tx: Transaction, recorded: Mapping[str, stored.InForce]
) -> dict[Entity | None, Model | SurvivorshipRules]:
    found: dict[Entity | None, Model | SurvivorshipRules] = {}
    for kind in Kind:
        row = recorded.get(kind)
        held = document(tx, row.version) if row else shipped(kind)
        found[kind.entity] = held.content
    return found
