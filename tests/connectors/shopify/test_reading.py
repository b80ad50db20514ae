"""Changes are found by their time, prices are paid, and what a shop refuses is told apart."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from connectors import registry
from connectors.builtin.shopify import client as client_module
from connectors.builtin.shopify.client import ShopifyClient, ShopifyToken
from connectors.builtin.shopify.config import FLOW, ShopifyConfig
from connectors.builtin.shopify.queries import PAGES
from connectors.builtin.shopify.reading import Position, StreamReader
from connectors.http import HttpSource
from connectors.oauth import Tokens
from connectors.protocol import (
    Checkpoint,
    ConfigUpdate,
    Log,
    Record,
    Rewindable,
    Status,
    StreamStatus,
)
from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError
from tests.connectors.shopify.shop import FIRST, TOKEN, ShopSimulator, customer, order
from tests.contract.reading import StreamReading, read_all

PEOPLE = 30


@pytest.fixture
def shop() -> Iterator[ShopSimulator]:
    people = [customer(number, 10 * number) for number in range(PEOPLE)]
    with ShopSimulator(people, [order(1, 0, buyer=1, lines=150)]) as running:
        yield running


def read(
    shop: ShopSimulator,
    state: Mapping[str, Any] | None = None,
    stream: str = "customers",
    **more: Any,
) -> StreamReading:
    connector = registry.connect("shopify", shop.config(**{"page_size": 7, **more}))
    return read_all(connector, [stream], {stream: state or {}})[stream]


def failure(reading: StreamReading) -> SourceError:
    [failed] = reading.failures
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    return failed.error


def test_only_what_changed_since(shop: ShopSimulator) -> None:
    first = read(shop, lookback_seconds=0)
    assert len(first.ids) == PEOPLE
    assert first.messages[-1] == Status("customers", StreamStatus.COMPLETE, full_pass=True)
    shop.change("customers", customer(3, 1_000))
    shop.change("customers", customer(99, 1_000))
    second = read(shop, first.state, lookback_seconds=0)
    newest = customer(PEOPLE - 1, 0)["legacyResourceId"]
    assert set(second.ids) == {newest, "7000003", "7000099"}
    assert second.messages[-1] == Status("customers", StreamStatus.COMPLETE, full_pass=False)


def test_what_was_read_last_is_read_again(shop: ShopSimulator) -> None:
    first = read(shop)
    late = {**customer(98, 10 * (PEOPLE - 1)), "updatedAt": "2026-09-01T13:49:30Z"}
    shop.change("customers", late)
    assert "7000098" in read(shop, first.state).ids


def test_a_customer_changed_while_pages_are_read_is_not_missed(shop: ShopSimulator) -> None:
    connector = registry.connect("shopify", shop.config(page_size=7))
    seen: list[Any] = []
    for message in connector.read(["customers"], {}):
        if not seen:
            shop.change("customers", customer(0, 5_000))
        seen.append(message)
    last = [m for m in seen if getattr(m, "external_id", "") == "7000000"][-1]
    assert last.data["updatedAt"] == customer(0, 5_000)["updatedAt"]


def test_a_full_pass_finds_who_was_deleted(shop: ShopSimulator) -> None:
    read(shop)
    shop.delete("customers", "7000004")
    again = read(shop)
    assert "7000004" not in again.ids
    assert again.messages[-1] == Status("customers", StreamStatus.COMPLETE, full_pass=True)


def test_every_line_of_a_long_order(shop: ShopSimulator) -> None:
    [record] = read(shop, stream="orders").records
    skus = [line["sku"] for line in record.data["lineItems"]["nodes"]]
    assert skus == [f"TEA-{place}" for place in range(150)]


def test_a_backfill_begins_at_its_date(shop: ShopSimulator) -> None:
    connector = registry.connect("shopify", shop.config(lookback_seconds=0))
    assert isinstance(connector, Rewindable)
    state = connector.rewound("customers", {}, FIRST.replace(hour=13, minute=30))
    assert state is not None
    assert read(shop, state, lookback_seconds=0).ids == ["7000027", "7000028", "7000029"]


def test_pages_shrink_until_a_query_is_cheap_enough(shop: ShopSimulator) -> None:
    shop.costs, shop.available, shop.restore = 40, 10_000.0, 200.0
    reading = read(shop, page_size=100)
    assert len(reading.ids) == PEOPLE
    sizes = [r.json()["variables"]["first"] for r in shop.requests]
    assert sizes[:4] == [100, 50, 25, 25]


def test_when_others_use_up_the_points_the_run_is_put_off_and_goes_on(shop: ShopSimulator) -> None:
    shop.costs = 50
    connector = registry.connect("shopify", shop.config(page_size=7))
    first = StreamReading()
    for message in connector.read(["customers"], {}):
        first.messages.append(message)
        if isinstance(message, Checkpoint):
            shop.available = 0.0
    error = failure(first)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 4  # a page of 7 costs 350, 100 come a second
    shop.available = 100_000.0
    rest = read(shop, first.state)
    kept = first.before(first.checkpoints[-1])
    assert len(kept) == 7
    assert not kept & set(rest.ids)
    assert len(kept | set(rest.ids)) == PEOPLE


def test_a_short_wait_for_points_is_waited(shop: ShopSimulator) -> None:
    shop.costs, shop.available = 70, 600.0
    config = ShopifyConfig.model_validate(shop.config())
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        shop.available += seconds * shop.restore

    with HttpSource(shop.url, auth=ShopifyToken(Tokens(FLOW, config)), outgoing=config) as http:
        client = ShopifyClient(http, "2026-10", 1, pause)
        for _ in range(2):
            client.ask(PAGES["customers"], {"first": 7})
    assert pauses == [3.8]


def test_pages_become_so_small_that_a_long_reading_flows(shop: ShopSimulator) -> None:
    shop.costs, shop.available, shop.restore = 90, 1_000.0, 90.0
    config = ShopifyConfig.model_validate(shop.config())

    def pause(seconds: float) -> None:
        assert seconds <= client_module.LONGEST_PAUSE
        shop.available += seconds * shop.restore

    with HttpSource(shop.url, auth=ShopifyToken(Tokens(FLOW, config)), outgoing=config) as http:
        client = ShopifyClient(http, "2026-10", 1, pause)
        reader = StreamReader(client, "customers", 10, timedelta())
        read = [m for m in reader.read(Position()) if isinstance(m, Record)]
    assert len(read) == PEOPLE
    assert [r.json()["variables"]["first"] for r in shop.requests] == [10, 5, 5, 5, 5]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ACCESS_DENIED", ConfigError),
        ("SHOP_INACTIVE", ConfigError),
        ("undefinedField", ConfigError),
        ("INTERNAL_SERVER_ERROR", TransientError),
        ("THROTTLED", RateLimitedError),
        ("MAX_COST_EXCEEDED", ConfigError),
    ],
)
def test_errors_with_status_200_are_told_apart(
    shop: ShopSimulator, code: str, kind: type[SourceError]
) -> None:
    shop.errors = [{"message": "hanako1@example.jp", "extensions": {"code": code}}]
    error = failure(read(shop))
    assert isinstance(error, kind)
    assert "hanako1" not in str(error)


def test_a_token_for_a_day_is_asked_for_and_kept(shop: ShopSimulator) -> None:
    connector = registry.connect("shopify", shop.config(access_token=None))
    messages = list(connector.read(["customers", "orders"], {}))
    [update] = [m for m in messages if isinstance(m, ConfigUpdate)]
    assert update.fields["access_token"] == TOKEN
    assert shop.tokens == 1
    assert registry.connect("shopify", shop.config(access_token=None)).check().ok
    wrong = shop.config(access_token=None, client_secret=SecretStr("another"))
    assert not registry.connect("shopify", wrong).check().ok


def test_a_version_that_has_ended_is_said(shop: ShopSimulator) -> None:
    shop.version = "2027-01"
    connector = registry.connect("shopify", shop.config())
    logs = [m for m in connector.read(["orders"], {}) if isinstance(m, Log)]
    assert [log.level for log in logs] == ["warning"]
    assert "2027-01" in logs[0].message


def test_a_stored_position_of_another_kind_is_refused(shop: ShopSimulator) -> None:
    error = failure(read(shop, {"mark": "no time"}))
    assert isinstance(error, ConfigError)
    assert "Reset the stream" in str(error)


def test_a_cursor_that_the_shop_does_not_take_any_more_is_given_up(shop: ShopSimulator) -> None:
    first = read(shop, lookback_seconds=0)
    state = {**first.state, "since": None, "after": "unknown"}
    again = read(shop, state, lookback_seconds=0)
    assert again.ids == first.ids[-1:]
