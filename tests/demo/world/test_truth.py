"""Who a record stands for is known whatever id the hub gave it."""

from dataclasses import replace

import pytest

from daifuku.records import Entity, MappedRecord, RecordKey
from demo.world import World, evident_truth, generate, truth
from demo.world.documents import FORM, MAIL, Document
from demo.world.mapped import mapped_records, record_key, told


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=23, scale=4000)


def test_every_record_finds_its_truth(world: World) -> None:
    index = truth(world)
    assert all(index.truth_of(r.key, r) == expected for r, expected in mapped_records(world))


def test_ids_the_hub_chooses_do_not_matter(world: World) -> None:
    index = truth(world)
    for number, (record, expected) in enumerate(mapped_records(world)):
        if record.key.source == MAIL:
            address = record.key.external_id.split("|")[0]
            key = RecordKey(record.key.source, "other", f"{address}|{number}", "part")
            assert index.truth_of(key, replace(record, key=key)) in (expected, None)


def test_unknown_records_have_no_truth(world: World) -> None:
    key = RecordKey("erp", "Customer", "CUST-9999999")
    stranger = MappedRecord(
        key=key, entity=Entity.PERSON, observed_at=next(world.documents()).at, name="誰か"
    )
    assert truth(world).truth_of(key, stranger) is None


def test_an_unlinked_follower_is_an_entity_of_its_own(world: World) -> None:
    followers = {d.id: d for d in world.documents("line") if d.kind == "followers"}
    linked = {d.body["source"]["userId"] for d in world.documents("line") if _links(d)}
    linked |= {d.body["fields"].get("line_user_id", "") for d in world.documents(FORM)}
    for user, document in followers.items():
        is_known = not document.says[0].truth.startswith("line:")
        assert is_known == (user in linked)


def test_evidence_is_a_finer_truth(world: World) -> None:
    """Records that evidence joins are one entity in truth; the reverse holds for most."""
    whole, evident = truth(world), evident_truth(world)
    entities: dict[str, str] = {}
    for record, _ in told(world):
        group, entity = evident.truth_of(record.key, record), whole.truth_of(record.key, record)
        assert group
        assert entity
        assert entities.setdefault(group, entity) == entity
    assert len(set(entities.values())) <= len(entities) < 1.25 * len(set(entities.values()))


def test_a_document_names_each_party_once(world: World) -> None:
    for document in world.documents():
        keys = [record_key(document, said) for said in document.says]
        assert len(keys) == len(set(keys))


def _links(document: Document) -> bool:
    return bool(document.body.get("type") == "postback")
