"""What golden records relate to, kept up to date by each sync, in any order."""

from collections.abc import Callable, Iterable
from typing import Any

from api.read.relations import relations
from daifuku.records import Address, Entity, MappedRecord, RecordKey, Relation
from daifuku.storage.engine import Store
from daifuku.storage.repositories import profiles
from sync.resolution import resolve_pending
from tests.support.landed import land, remove
from tests.support.parties import AT

HOME = (Address(text="東京都新宿区西新宿2-8-1"),)


def party(entity: Entity, number: str, **fields: Any) -> MappedRecord:
    key = RecordKey("crm", entity.value, number)
    return MappedRecord(key=key, entity=entity, observed_at=AT, **fields)


KENTA = party(
    Entity.PERSON,
    "1",
    name="田中健太",
    emails=("kenta@mail.example.jp",),
    addresses=HOME,
    organization="㈱アクメ",
    job_title="部長",
)
MISAKI = party(
    Entity.PERSON, "2", name="田中美咲", emails=("misaki@mail.example.jp",), addresses=HOME
)
ACME = party(Entity.ORGANIZATION, "3", name="株式会社アクメ")
AKI = party(
    Entity.PERSON,
    "4",
    name="大島亜紀",
    emails=("aki@mail.example.jp",),
    relations=(Relation("works_at", ACME.key),),
)


def of(store: Store, record: MappedRecord) -> dict[str, Any]:
    with store.read() as tx:
        found = profiles.record(tx, record.key)
        assert found is not None
        golden = profiles.find(tx, found[1] or "")
        assert golden is not None
        return relations(tx, golden)


def resolved(store: Store, records: Iterable[MappedRecord]) -> None:
    land(store, records)
    resolve_pending(store)


def test_relations_are_the_same_in_any_order(new_store: Callable[[], Store]) -> None:
    everyone = [KENTA, MISAKI, ACME, AKI]
    found = []
    for order in (everyone, everyone[::-1]):
        store = new_store()
        for record in order:
            resolved(store, [record])
        found.append([of(store, record) for record in everyone])
    assert found[0] == found[1]
    kenta, misaki, acme, aki = found[0]
    assert [one["name"] for one in kenta["household"]["members"]] == ["田中 美咲"]
    assert misaki["household"]["members"][0]["profile"] == kenta["id"]
    (job,) = kenta["organizations"]
    assert (job["profile"], job["because"], job["job_title"]) == (acme["id"], "name", "部長")
    assert (aki["organizations"][0]["profile"], aki["household"]) == (acme["id"], None)
    assert [tie["profile"] for tie in aki["stated"]] == [acme["id"]]
    assert [one["name"] for one in acme["people"]] == ["田中 健太"]


def test_who_moves_away_leaves_the_household(store: Store) -> None:
    resolved(store, [KENTA, MISAKI])
    assert of(store, KENTA)["household"] is not None
    remove(store, [MISAKI.key])
    resolve_pending(store)
    assert of(store, KENTA)["household"] is None


def test_an_office_is_no_home(store: Store) -> None:
    office = party(Entity.ORGANIZATION, "9", name="大福商店", addresses=HOME)
    resolved(store, [KENTA, MISAKI, office])
    assert (of(store, KENTA)["household"], of(store, KENTA)["no_household"]) == (None, ["office"])
