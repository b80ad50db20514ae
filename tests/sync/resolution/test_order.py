"""The order in which records arrive does not matter: one by one, in batches, or all at once."""

from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from daifuku.storage.engine import Store
from identity.resolve import resolve
from sync.resolution import resolve_pending
from tests.support.landed import active_goldens, land, partition, remove

SEEN = datetime(2026, 4, 1, tzinfo=UTC)

names = st.sampled_from(
    [("佐藤", "花子"), ("佐藤", "太郎"), ("髙橋", "一郎"), ("高橋", "一郎"), ("鈴木", "次郎"), None]
)
emails = st.sampled_from(["hanako@example.jp", "taro@example.com", "info@example.co.jp", None])
phones = st.sampled_from(["090-1111-2222", "0311112222", "03-1111-2222", None])
dates = st.sampled_from(["1980-04-01", "昭和55年4月1日", "1990-12-24", None])
addresses = st.sampled_from(["東京都千代田区丸の内1-2-3", "東京都千代田区丸の内一丁目2番3号", None])
numbers = st.sampled_from(["C-1", "C-2", None])


@st.composite
def persons(draw: st.DrawFn, number: int) -> MappedRecord:
    name, email, phone = draw(names), draw(emails), draw(phones)
    address, customer = draw(addresses), draw(numbers)
    return MappedRecord(
        key=RecordKey(draw(st.sampled_from(["crm", "shop"])), "customers", f"{number}"),
        entity=Entity.PERSON,
        observed_at=SEEN,
        family_name=name[0] if name else None,
        given_name=name[1] if name else None,
        birth_date=draw(dates),
        emails=(email,) if email else (),
        phones=(phone,) if phone else (),
        addresses=(Address(text=address),) if address else (),
        identifiers=(Identifier("erp_customer", customer),) if customer else (),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[MappedRecord]:
    size = draw(st.integers(1, 14))
    return [draw(persons(number)) for number in range(size)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), data=st.data())
def test_any_order_and_batching_gives_the_clusters_of_a_bulk_pass(
    new_store: Callable[[], Store], world: list[MappedRecord], data: st.DataObject
) -> None:
    store = new_store()
    order = data.draw(st.permutations(world))
    batch = data.draw(st.integers(1, 5))
    gone = data.draw(st.sets(st.sampled_from([record.key for record in world])))

    for start in range(0, len(order), batch):
        land(store, order[start : start + batch])
        if data.draw(st.booleans()):
            resolve_pending(store, batch=data.draw(st.integers(1, 7)))
    remove(store, gone)
    resolve_pending(store, batch=3)

    kept = [record for record in world if record.key not in gone]
    bulk = {frozenset(cluster.members) for cluster in resolve(kept).clusters}
    assert partition(store) == bulk
    assert len(active_goldens(store)) == len(bulk)
    store.close()
