"""A model learns readings from the store's records, and is stored, tried and applied with them."""

import pytest

from daifuku.errors import UserError
from daifuku.records import MappedRecord, RecordKey
from daifuku.storage.engine import Store
from identity.model.types import Model
from identity.normalize.learned import ReadingTable
from sync.models import shadow
from sync.models.documents import Document, Origin
from sync.models.force import document
from sync.models.readings import learned
from sync.resolution import resolve_pending
from tests.support.landed import land, partition
from tests.support.parties import person


def said(source: str, number: int, **fields: object) -> MappedRecord:
    return person(RecordKey(source, "people", str(number)), **fields)


TAUGHT = [
    said("erp", 1, name="纐纈 大和", name_kana="コウケツ ヤマト"),
    said("erp", 2, name="纐纈 由美", name_kana="コウケツ ユミ"),
]
PAIR = [
    said("crm", 7, name="纐纈 大和", birth_date="1980-04-01"),
    said("shop", 7, name="コウケツ ヤマト", birth_date="1980-04-01"),
]


def learn(store: Store) -> tuple[Document, ReadingTable]:
    with store.read() as tx:
        return learned(tx)


def test_what_is_learned_is_a_version_that_joins_what_could_not_be_read(store: Store) -> None:
    land(store, [*TAUGHT, *PAIR])
    resolve_pending(store)
    together = frozenset(record.key for record in PAIR)
    assert not any(together <= group for group in partition(store))

    found, table = learn(store)
    assert table.families == {"纐纈": ("コウケツ",)}
    assert shadow.add_version(store, found, Origin.TRAINED)
    with store.read() as tx:
        stored = document(tx, found.version).content
    assert isinstance(stored, Model)
    assert stored.readings == table

    tried = shadow.try_version(store, found)
    shadow.apply(store, tried.id)
    assert any(together <= group for group in partition(store))
    land(store, [said("web", 9, name="コウケツ ヤマト", birth_date="1980-04-01")])
    resolve_pending(store)
    assert any(together | {RecordKey("web", "people", "9")} <= group for group in partition(store))
    with pytest.raises(UserError, match="knows these readings"):
        learn(store)


def test_nothing_is_learned_where_nothing_is_stated(store: Store) -> None:
    land(store, PAIR)
    with pytest.raises(UserError, match="No reading can be learned"):
        learn(store)
