"""One model of each kind is in force, for as long as nothing else is applied."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daifuku.errors import ModelError, NotFoundError
from daifuku.records import Entity
from daifuku.storage.engine import Store
from daifuku.storage.repositories import models as stored
from identity.model.load import shipped_models
from identity.model.types import Model
from sync.models import documents, force
from sync.models.documents import Kind, Origin, read, shipped, to_store
from sync.resolution import resolve_pending

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def test_what_is_shipped_is_in_force_until_something_is_applied(store: Store) -> None:
    with store.read() as tx:
        assert force.models_in_force(tx) == shipped_models()
        assert force.rules_in_force(tx).version == shipped(Kind.SURVIVORSHIP).version


def test_the_first_use_records_what_is_shipped(store: Store) -> None:
    resolve_pending(store)
    with store.read() as tx:
        assert {kind: row.version for kind, row in stored.in_force(tx).items()} == {
            kind: shipped(kind).version for kind in Kind
        }
        assert {version.origin for version in stored.list_all(tx)} == {Origin.SHIPPED}


def test_an_upgrade_that_brings_another_model_changes_nothing_and_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_pending(store)
    before = shipped(Kind.PERSON)
    newer = read(before.text.replace("prior: 0.", "prior: 0.0"), "person.yaml")
    monkeypatch.setitem(documents._SHIPPED, Kind.PERSON, newer)
    with store.read() as tx:
        assert force.models_in_force(tx)[Entity.PERSON].version == before.version
        (named,) = force.superseded(tx)
        assert (named.kind, named.in_force, named.shipped) == (
            Kind.PERSON,
            before.version,
            newer.version,
        )


def test_a_stored_model_is_the_one_that_was_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = shipped(Kind.PERSON)
    with store.write() as tx:
        assert stored.add(tx, to_store(document, Origin.ADDED, NOW))
        assert not stored.add(tx, to_store(document, Origin.ADDED, NOW))
    monkeypatch.setattr(force, "_known", {})
    with store.read() as tx:
        found = force.document(tx, document.version)
        with pytest.raises(NotFoundError, match="nothing-of-that-name"):
            force.document(tx, "nothing-of-that-name")
    assert found.text == document.text
    assert found.version == document.version
    assert isinstance(found.content, Model)
    assert isinstance(document.content, Model)
    assert found.content.frequencies == document.content.frequencies


def test_term_frequencies_are_those_of_the_day_the_version_was_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = shipped(Kind.PERSON)
    kept = to_store(document, Origin.SHIPPED, NOW)
    monkeypatch.setattr("identity.model.sections.SOURCES", {"japanese surnames": lambda: {}})
    later = documents.from_store(kept)
    assert later.version == document.version
    assert isinstance(later.content, Model)
    assert later.content.frequencies["surnames"].of("佐藤") > 0.01


def test_a_document_at_fault_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(shipped(Kind.PERSON).text.replace("prior: ", "prior: 7"))
    with pytest.raises(ModelError, match=r"mine\.yaml:\d+: prior: A share between 0 and 1"):
        documents.read_file(file)


def test_a_model_of_a_table_is_none_of_the_hub() -> None:
    with pytest.raises(ModelError, match="rows of a table"):
        read("version: mine\ncolumns: {a: a}\n", "mine.yaml")
