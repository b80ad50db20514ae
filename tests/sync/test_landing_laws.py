"""The laws of landing, over generated histories of a few records."""

from datetime import UTC, datetime
from functools import reduce
from itertools import count
from operator import add

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.protocol import Record, Unreadable
from daifuku.records import Receipt
from daifuku.storage.engine import Store
from sync.landing import Arrival, land
from sync.replay import replay
from tests.support.contents import landed
from tests.support.customers import mapper

NOW = datetime(2026, 4, 1, tzinfo=UTC)

_ids = st.sampled_from(["1", "2", "3"])
_data = st.fixed_dictionaries(
    {"name": st.sampled_from(["山田", "佐藤"])},
    optional={
        "company": st.just("大福堂"),
        "born": st.sampled_from(["2000-01-02", "no date"]),
    },
)
_arrivals = st.one_of(
    st.builds(Record, st.just("customers"), _ids, _data),
    st.builds(Record, st.just("customers"), _ids, st.just({}), st.just(True)),
    st.builds(Unreadable, st.just("customers"), _ids, st.just("bad"), st.just("It is bad.")),
)
_histories = st.lists(st.lists(_arrivals, max_size=6), max_size=4)
_laws = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


_sources = (f"s{number}" for number in count())
"""Each example fills sources of its own: a database for each would take most of the time."""


def fill(store: Store, batches: list[list[Arrival]], source: str) -> Receipt:
    receipts = []
    for batch in batches:
        with store.write() as tx:
            receipts.append(land(tx, source, "customers", batch, mapper=mapper, at=NOW))
    assert all(receipt.reconciles for receipt in receipts)
    return reduce(add, receipts, Receipt())


@_laws
@given(batches=_histories)
def test_however_arrivals_are_split_the_store_and_the_receipt_are_the_same(
    store: Store, batches: list[list[Arrival]]
) -> None:
    split, whole = next(_sources), next(_sources)

    in_parts = fill(store, batches, split)
    at_once = fill(store, [[arrival for batch in batches for arrival in batch]], whole)

    assert landed(store, split) == landed(store, whole)
    assert in_parts == at_once


@_laws
@given(batches=_histories)
def test_landing_the_last_version_of_each_record_again_changes_nothing(
    store: Store, batches: list[list[Arrival]]
) -> None:
    source = next(_sources)
    fill(store, batches, source)
    before = landed(store, source)
    last = {arrival.external_id: arrival for batch in batches for arrival in batch}

    again = fill(store, [list(last.values())], source)

    assert landed(store, source) == before
    assert again.new == again.changed == again.deleted == 0


@_laws
@given(batches=_histories)
def test_mapping_again_from_the_evidence_reproduces_the_mapped_records(
    store: Store, batches: list[list[Arrival]]
) -> None:
    source = next(_sources)
    fill(store, batches, source)
    before = landed(store, source)

    replay(store, source, mapper=mapper, only_rejected=False)

    assert landed(store, source) == before
