"""Laws of what a stream's state is made of."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.builtin.tryton_stock.plans import PARTIES
from connectors.ids import IdSet
from connectors.tryton_client.changes import Mark, moved
from connectors.tryton_client.fingerprints import BLOCK, disturbed, taken
from connectors.tryton_client.wire import plain, timestamp

ids = st.sets(st.integers(1, 5000))
pairs = st.dictionaries(st.integers(1, 2000), st.integers(1, 1000), min_size=1)
"""Row id to the id of the record that it belongs to."""


@given(ids)
def test_ids_read_back_as_written(held: set[int]) -> None:
    assert list(IdSet.parse(IdSet(held).text)) == sorted(held)


def test_dense_ids_are_short() -> None:
    assert IdSet([*range(1, 100_001), 100_005]).text == "1-100000,100005"


@given(ids, ids)
def test_ids_join_and_part(held: set[int], more: set[int]) -> None:
    assert set(IdSet(held).joined(more)) == held | more
    assert set(IdSet(held).without(more)) == held - more
    assert set(IdSet(held) - IdSet(more)) == held - more


@given(pairs, pairs)
def test_new_rows_disturb_no_block(rows: dict[int, int], new: dict[int, int]) -> None:
    before = taken(rows.items())
    later = rows | {before.upto + row: record for row, record in new.items()}
    assert disturbed(before, taken(later.items(), before.upto)) == set()


@given(pairs, st.data())
def test_a_row_that_goes_away_disturbs_its_block_alone(
    rows: dict[int, int], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(sorted(rows)))
    before = taken(rows.items())
    left = {row: record for row, record in rows.items() if row != gone}
    assert disturbed(before, taken(left.items(), before.upto)) == {rows[gone] // BLOCK}


@given(pairs, st.data(), st.integers(1, 1000))
def test_a_row_that_moves_disturbs_the_blocks_of_both_records(
    rows: dict[int, int], data: st.DataObject, to: int
) -> None:
    row = data.draw(st.sampled_from(sorted(rows)))
    before = taken(rows.items())
    found = disturbed(before, taken((rows | {row: to}).items(), before.upto))
    assert found == ({rows[row] // BLOCK, to // BLOCK} if rows[row] != to else set())


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_goes_there_and_back(at: datetime) -> None:
    text = plain(timestamp(at.isoformat()))
    assert datetime.fromisoformat(text) == at


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ({"__class__": "date", "year": 2026, "month": 2, "day": 3}, "2026-02-03"),
        ({"__class__": "time", "hour": 9, "minute": 5, "second": 0, "microsecond": 0}, "09:05:00"),
        ({"__class__": "Decimal", "decimal": "0.10"}, "0.10"),
        ({"__class__": "timedelta", "seconds": 1.5}, 1.5),
        ({"__class__": "bytes", "base64": "YQ==\n"}, "YQ=="),
        ({"id": 1, "__name__": "party.party"}, {"id": 1}),
    ],
)
def test_typed_values_become_plain_json(sent: object, held: object) -> None:
    assert plain([sent]) == [held]


def test_a_mark_settles_by_our_clock_and_moves_by_theirs() -> None:
    first = moved(Mark(), "2026-01-01T00:00:00+00:00", now=100, lookback=60)
    assert first == Mark("2026-01-01T00:00:00+00:00", 100)
    assert moved(first, first.at, now=159, lookback=60) == first
    settled = moved(first, first.at, now=160, lookback=60)
    assert settled.seen is None
    assert moved(settled, None, now=170, lookback=60) == settled
    assert moved(settled, "2026-01-01T00:00:00.5+00:00", now=180, lookback=60).seen == 180


def test_a_plan_goes_without_the_modules_that_are_not_there() -> None:
    narrowed = PARTIES.without({"purchase.purchase"})
    assert narrowed is not None
    assert "purchase.purchase" not in narrowed.models
    assert PARTIES.without({link.model for link in PARTIES.members}) is None
    assert PARTIES.without({"party.party"}) is None
