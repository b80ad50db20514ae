"""Match models and survivorship rules as documents: files, and what the store has of them.

A version holds the text of the document and, for a match model, the term frequencies of the day
it was added: an upgrade that brings another table of surnames changes no weight.
"""

import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from daifuku.records import Entity
from daifuku.storage.repositories.models import StoredVersion
from identity.model.document import parse_document, read_text
from identity.model.frequencies import Frequencies
from identity.model.load import SHIPPED, parse_model, shipped_model
from identity.model.shares import CountedShares
from identity.model.types import Model
from identity.normalize.learned import ReadingTable
from identity.survivorship.rules import SHIPPED as SHIPPED_RULES
from identity.survivorship.rules import SurvivorshipRules, parse_rules


class Kind(StrEnum):
    """What a version is of."""

    PERSON = "person"
    ORGANIZATION = "organization"
    SURVIVORSHIP = "survivorship"

    @property
    def entity(self) -> Entity | None:
        """The entity whose match model it is; None for survivorship rules."""
        return None if self is Kind.SURVIVORSHIP else Entity(self.value)


class Origin(StrEnum):
    """Where a version came from."""

    SHIPPED = "shipped"
    ADDED = "added"
    TRAINED = "trained"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read and found right: its text, and the model or the rules it is."""

    text: str
    content: Model | SurvivorshipRules

    @property
    def version(self) -> str:
        return self.content.version

    @property
    def kind(self) -> Kind:
        content = self.content
        return Kind(content.entity.value) if isinstance(content, Model) else Kind.SURVIVORSHIP


def read_file(path: Path) -> Document:
    """The document in a file.

    Raises:
        ModelError: what is wrong, with file and line.
    """
    return read(read_text(path), str(path))


def read(text: str, file: str) -> Document:
    """The document that a text is: a match model names its `entity`, survivorship rules none.

    Raises:
        ModelError: what is wrong; `file` is what the message calls it.
    """
    document = parse_document(text, file)
    if document.get("columns") is not None:
        document.fail(
            "This model compares the rows of a table.",
            "The hub's models name an entity and no columns; `daifuku dedupe` takes tables.",
        )
    if document.get("entity") is not None:
        return Document(text, parse_model(text, name=file))
    rules = parse_rules(text, file)
    digest = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
    return Document(text, replace(rules, version=f"{rules.version}+{digest}"))


def shipped(kind: Kind) -> Document:
    """The document that comes with this Daifuku."""
    if kind not in _SHIPPED:
        entity = kind.entity
        if entity is None:
            _SHIPPED[kind] = read_file(SHIPPED_RULES)
        else:
            text = read_text(SHIPPED / f"{kind.value}.yaml")
            _SHIPPED[kind] = Document(text, shipped_model(entity))
    return _SHIPPED[kind]


_SHIPPED: dict[Kind, Document] = {}


def to_store(document: Document, origin: Origin, at: datetime) -> StoredVersion:
    """The document as the store keeps it."""
    content = document.content
    return StoredVersion(
        version=document.version,
        kind=document.kind,
        body=document.text.encode(),
        frequencies=_frozen(content) if isinstance(content, Model) else None,
        origin=origin,
        added_at=at,
    )


def from_store(stored: StoredVersion) -> Document:
    """The document of a stored version, under the version and with the frequencies of then."""
    text = stored.body.decode()
    content = read(text, stored.version).content
    if isinstance(content, Model):
        frozen, readings = _thawed(stored.frequencies or zlib.compress(b"{}"))
        tables = {**content.frequencies, **frozen}
        model = replace(content, frequencies=tables, readings=readings)
        return Document(text, replace(model, version=stored.version))
    return Document(text, replace(content, version=stored.version))


_READINGS = "learned readings"
"""Where a version keeps the readings it learned, among its term frequencies."""


def _frozen(model: Model) -> bytes:
    said: dict[str, Any] = {
        name: {"shares": dict(table.shares), "fallback": table.fallback, "floor": table.floor}
        for name, table in model.frequencies.items()
        if not isinstance(table.shares, CountedShares)  # those stand in the document itself
    }
    if model.readings is not None:
        said[_READINGS] = orjson.loads(model.readings.to_json())
    return zlib.compress(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))


def _thawed(body: bytes) -> tuple[dict[str, Frequencies], ReadingTable | None]:
    said: dict[str, Any] = orjson.loads(zlib.decompress(body))
    learned = said.pop(_READINGS, None)
    readings = None if learned is None else ReadingTable.from_json(orjson.dumps(learned))
    return {name: Frequencies(**table) for name, table in said.items()}, readings
