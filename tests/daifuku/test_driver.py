"""Statements sent straight to the driver mean what they mean through the toolkit."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from daifuku.storage.bulk import insert_rows
from daifuku.storage.driver import execute_in, fetch, fetch_in, moment
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.tables import stream_state

COLUMNS = ("source", "stream", "state", "generation", "updated_at")
SEEN = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


def fill(tx: Transaction, many: int) -> None:
    rows = [("shop", f"s{number}", b"{}", number, SEEN) for number in range(many)]
    insert_rows(tx, stream_state, COLUMNS, rows)


@pytest.mark.parametrize("many", [0, 1, 3, 70, 5_000])
def test_a_list_of_any_length_finds_each_row_once(store: Store, many: int) -> None:
    with store.write() as tx:
        fill(tx, many)
        wanted = [f"s{number}" for number in range(many + 1)]
        found = fetch_in(tx, "SELECT stream FROM stream_state WHERE stream IN (*)", wanted)
        assert sorted(found) == sorted((name,) for name in wanted[:-1])
        execute_in(tx, "DELETE FROM stream_state WHERE stream IN (*)", wanted)
        assert fetch(tx, "SELECT count(*) FROM stream_state") == [(0,)]


@pytest.mark.parametrize("many", [2, 70])
def test_every_list_of_a_query_stands_for_the_same_values(store: Store, many: int) -> None:
    query = (
        "SELECT stream FROM stream_state WHERE stream IN (*) UNION ALL"
        " SELECT source FROM stream_state WHERE source IN (*)"
    )
    with store.write() as tx:
        fill(tx, many)
        found = fetch_in(tx, query, ["s0", "shop", "s1"])
    assert sorted(found) == [("s0",), ("s1",), *[("shop",)] * many]


ODD = ["", " ", '"', "\\", '\\"', "{a,b}", "NULL", "null", "a,b", "大福帳", "a\nb", "%s", "?", "'"]


def test_texts_of_any_kind_are_written_and_found_as_they_are(store: Store) -> None:
    with store.write() as tx:
        rows = [(name, name, b"{}", -(2**30), SEEN) for name in ODD]
        insert_rows(tx, stream_state, COLUMNS, rows)
        found = fetch_in(tx, "SELECT source, generation FROM stream_state WHERE stream IN (*)", ODD)
        assert sorted(found) == sorted((name, -(2**30)) for name in ODD)
        one = fetch_in(tx, "SELECT stream FROM stream_state WHERE stream IN (*)", ['\\"'])
        assert one == [('\\"',)]


def test_a_time_reads_back_with_its_zone(store: Store) -> None:
    with store.write() as tx:
        fill(tx, 1)
        ((seen,),) = fetch(tx, "SELECT updated_at FROM stream_state WHERE source = ?", ("shop",))
    assert moment(seen) == SEEN
    assert moment(seen).tzinfo is UTC


def test_an_error_is_the_toolkit_s_and_names_no_values(store: Store) -> None:
    with store.write() as tx:
        fill(tx, 1)
    with pytest.raises(IntegrityError) as caught, store.write() as tx:
        fill(tx, 1)
    assert "parameters: [" not in str(caught.value)
