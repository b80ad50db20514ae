"""Changes are found whatever shares a second, deletions are noticed, and refusals told apart."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import registry
from connectors.protocol import Record, Rewindable, StreamStatus
from daifuku.errors import AuthExpiredError, ConfigError, SourceError
from daifuku.storage.engine import Store
from sync.runner import RunOptions, run_sync
from sync.sources import add_source
from tests.connectors.odoo.database import (
    FIRST,
    LOGIN,
    OdooSimulator,
    company,
    line,
    order,
    person,
)
from tests.contract.reading import StreamReading, read_all
from tests.support.scripted import BOX


@pytest.fixture
def odoo() -> Iterator[OdooSimulator]:
    with OdooSimulator() as running:
        yield running


def read(
    odoo: OdooSimulator,
    state: Mapping[str, Any] | None = None,
    stream: str = "partners",
    **more: Any,
) -> StreamReading:
    usual = {"page_size": 3, "lookback_seconds": 0}
    connector = registry.connect("odoo", odoo.config(**{**usual, **more}))
    return read_all(connector, [stream], {stream: state or {}})[stream]


def good(reading: StreamReading) -> StreamReading:
    assert reading.statuses[-1] is StreamStatus.COMPLETE, reading.failures
    return reading


def failure(reading: StreamReading) -> SourceError:
    [failed] = reading.failures
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    return failed.error


@settings(max_examples=8, deadline=None)
@given(
    batches=st.lists(
        st.tuples(st.integers(1, 40), st.floats(0, 2, allow_nan=False)), min_size=1, max_size=6
    ),
    page=st.integers(1, 3),
)
def test_no_change_is_missed_whatever_shares_a_second(
    batches: list[tuple[int, float]], page: int
) -> None:
    with OdooSimulator() as odoo:
        odoo.create("res.partner", person(0))
        state = good(read(odoo, page_size=page)).state
        odoo.tick(10)
        made = set()
        for count, pause in batches:
            made |= set(odoo.create("res.partner", *[person(n) for n in range(count)]))
            odoo.tick(pause)
        second = good(read(odoo, state, page_size=page))
        assert {int(id_) for id_ in second.ids} - {1} == made
        assert len(second.ids) == len(set(second.ids))


def test_rows_written_together_are_all_read_again(odoo: OdooSimulator) -> None:
    ids = odoo.create("res.partner", *[person(n) for n in range(60)])
    first = good(read(odoo))
    odoo.tick()
    odoo.write("res.partner", ids[:50], city="港区")
    second = good(read(odoo, first.state))
    assert {int(record.external_id) for record in second.records} >= set(ids[:50])
    assert {record.data["city"] for record in second.records if int(record.external_id) <= 50} == {
        "港区"
    }


def test_a_transaction_seen_late_is_read_within_the_lookback(odoo: OdooSimulator) -> None:
    odoo.create("res.partner", person(1))
    begun = odoo.now
    odoo.tick(300)
    odoo.create("res.partner", person(2))
    first = good(read(odoo, lookback_seconds=600, sweep_every=9))
    odoo.now = begun
    [late] = odoo.create("res.partner", person(3))
    assert str(late) in good(read(odoo, first.state, lookback_seconds=600, sweep_every=9)).ids


def test_a_row_that_came_later_than_the_lookback_is_found_by_the_sweep(odoo: OdooSimulator) -> None:
    begun = odoo.now
    odoo.tick(3_600)
    odoo.create("res.partner", person(2))
    first = good(read(odoo))
    odoo.now = begun
    [late] = odoo.create("res.partner", person(3))
    second = good(read(odoo, first.state))
    assert str(late) in second.ids
    assert str(late) not in good(read(odoo, second.state)).ids


def test_who_was_deleted_is_gone_and_who_was_archived_is_not(odoo: OdooSimulator) -> None:
    ids = odoo.create("res.partner", *[person(n) for n in range(7)])
    first = good(read(odoo))
    odoo.tick()
    odoo.unlink("res.partner", ids[2])
    odoo.write("res.partner", [ids[4]], active=False)
    second = good(read(odoo, first.state))
    assert {r.external_id for r in second.records if r.deleted} == {str(ids[2])}
    [archived] = [r for r in second.records if r.external_id == str(ids[4])]
    assert archived.data["active"] is False


def test_deletions_come_before_one_checkpoint_so_that_the_hub_judges_them_together(
    odoo: OdooSimulator,
) -> None:
    ids = odoo.create("res.partner", *[person(n) for n in range(50)])
    first = good(read(odoo))
    for id_ in ids[:30]:
        odoo.unlink("res.partner", id_)
    second = good(read(odoo, first.state))
    places = [n for n, m in enumerate(second.messages) if isinstance(m, Record) and m.deleted]
    assert places == list(range(places[0], places[0] + 30))


def test_a_right_lost_deletes_nothing_until_it_is_said_otherwise(
    odoo: OdooSimulator, store: Store
) -> None:
    ids = odoo.create("res.partner", *[person(n) for n in range(50)])
    add_source(store, BOX, "erp", "odoo", odoo.config())
    partners = RunOptions(streams=["partners"])
    assert run_sync(store, BOX, "erp", partners).receipt.new == 50
    for id_ in ids[:30]:
        odoo.unlink("res.partner", id_)
    for _ in range(2):
        held = run_sync(store, BOX, "erp", partners)
        assert (held.error_kind, held.receipt.deleted) == ("deletion_brake", 0)
        assert "erp/partners tells of 30 deletions among 50 records" in str(held.error)
    meant = run_sync(store, BOX, "erp", replace(partners, allow_deletions=True))
    assert meant.receipt.deleted == 30


def test_deletions_wait_for_their_turn(odoo: OdooSimulator) -> None:
    ids = odoo.create("res.partner", *[person(n) for n in range(3)])
    state = good(read(odoo, sweep_every=3)).state
    odoo.unlink("res.partner", ids[0])
    gone = []
    for _ in range(3):
        reading = good(read(odoo, state, sweep_every=3))
        gone.append([r.external_id for r in reading.records if r.deleted])
        state = reading.state
    assert gone == [[], [], [str(ids[0])]]


def test_a_changed_line_makes_its_order_come_again(odoo: OdooSimulator) -> None:
    [partner] = odoo.create("res.partner", company(1))
    orders = odoo.create("sale.order", *[order(n, partner) for n in range(5)])
    lines = odoo.create("sale.order.line", *[line(id_, id_) for id_ in orders])
    note = {"display_type": "line_note", "product_id": False}
    odoo.create("sale.order.line", line(orders[0], 9, **note))
    first = good(read(odoo, stream="orders"))
    assert [len(r.data["lines"]) for r in first.records] == [1] * 5
    odoo.tick()
    odoo.write("sale.order.line", [lines[3]], product_uom_qty=5.0)
    second = good(read(odoo, first.state, stream="orders"))
    changed = {r.external_id: r.data["lines"][0]["product_uom_qty"] for r in second.records}
    assert changed[str(orders[3])] == 5.0


def test_an_interrupted_reading_goes_on_after_the_last_page(odoo: OdooSimulator) -> None:
    ids = odoo.create("res.partner", *[person(n) for n in range(12)])
    whole = good(read(odoo))
    middle = whole.checkpoints[1]
    rest = good(read(odoo, middle.state))
    assert not whole.before(middle) & set(rest.ids)
    assert whole.before(middle) | set(rest.ids) == {str(id_) for id_ in ids}
    assert rest.state == whole.state


def test_a_prefecture_comes_with_its_code(odoo: OdooSimulator) -> None:
    odoo.create("res.partner", person(1), company(2))
    tokyo, none = good(read(odoo)).records
    assert tokyo.data["region"] == {"name": "Tōkyō", "code": "13"}
    assert none.data["region"] is None


def test_a_backfill_begins_at_its_date(odoo: OdooSimulator) -> None:
    ids = []
    for number in range(6):
        ids += odoo.create("res.partner", person(number))
        odoo.tick()
    state = good(read(odoo)).state
    connector = registry.connect("odoo", odoo.config())
    assert isinstance(connector, Rewindable)
    since = FIRST.replace(minute=3, second=0, tzinfo=UTC)
    back = connector.rewound("partners", state, since)
    assert back is not None
    assert good(read(odoo, back)).ids == [str(id_) for id_ in ids[3:]]
    assert connector.rewound("partners", {}, since) is None


def test_the_companies_named_are_asked_for(odoo: OdooSimulator) -> None:
    odoo.create("res.partner", person(1))
    good(read(odoo, companies=[2, 5]))
    contexts = [request.json()["context"] for request in odoo.requests]
    assert all(context["allowed_company_ids"] == [2, 5] for context in contexts)


@pytest.mark.parametrize("way", [{}, {"login": LOGIN, "database": "company"}])
def test_what_odoo_refuses_is_told_apart(odoo: OdooSimulator, way: Mapping[str, Any]) -> None:
    odoo.create("res.partner", person(1))
    absent = failure(read(odoo, stream="invoices", **way))
    assert isinstance(absent, ConfigError)
    assert "module account" in str(absent)
    odoo.denied.add("res.partner")
    denied = failure(read(odoo, **way))
    assert isinstance(denied, ConfigError)
    assert "may not read res.partner" in str(denied)
    assert "山田" not in str(denied)
    assert isinstance(failure(read(odoo, **{**way, "api_key": "expired"})), AuthExpiredError)


def test_check_and_discover_name_what_is_not_installed(odoo: OdooSimulator) -> None:
    connector = registry.connect("odoo", odoo.config())
    assert "invoices" in connector.check().message
    assert [info.spec.name for info in connector.discover()] == ["partners", "orders"]


def test_json_rpc_needs_the_database(odoo: OdooSimulator) -> None:
    error = failure(read(odoo, login=LOGIN))
    assert isinstance(error, ConfigError)
    assert "database" in str(error)


def test_a_stored_position_of_another_kind_is_refused(odoo: OdooSimulator) -> None:
    assert "Reset the stream" in str(failure(read(odoo, {"known": "a-b"})))
