"""What is particular to ShipStation: a list that moves, ties, rate limits, gifts."""

from connectors.builtin.shipstation.connector import ShipStation, ShipStationConfig
from connectors.protocol import Record, StreamStatus
from daifuku.errors import ConfigError, RateLimitedError
from demo.simulators.shipstation import ShipStationSimulator
from tests.connectors.shipstation.account import order, stamp
from tests.contract.reading import read_all


def source(account: ShipStationSimulator, *, allow_private: bool = True) -> ShipStation:
    settings = {
        "base_url": account.url,
        "api_key": "demo-key",
        "api_secret": "demo-secret",
        "allow_private": allow_private,
    }
    return ShipStation(ShipStationConfig.model_validate(settings))


def test_an_order_edited_while_it_is_read_hides_no_other() -> None:
    with ShipStationSimulator(orders=[order(n, n) for n in range(1_600)]) as account:
        seen = []
        for message in source(account).read(["orders"], {}):
            if isinstance(message, Record):
                seen.append(message.external_id)
                if len(seen) == 700:
                    account.put("orders", order(3, 9_999))
    assert set(seen) == {str(n) for n in range(1_600)}


def test_more_ties_than_a_page_lose_nothing() -> None:
    orders = [order(n, 0 if n < 50 else 777) for n in range(1_400)]
    with ShipStationSimulator(orders=orders) as account:
        reading = read_all(source(account), ["orders"])["orders"]
    assert set(reading.ids) == {str(n) for n in range(1_400)}
    assert reading.statuses[-1] is StreamStatus.COMPLETE


def test_the_state_is_the_newest_change() -> None:
    with ShipStationSimulator(orders=[order(1, 5), order(2, 90)]) as account:
        reading = read_all(source(account), ["orders"])["orders"]
    assert reading.state == {"modifyDate": stamp(90)[:-1]}


def test_a_spent_budget_ends_the_stream_with_the_time_to_wait() -> None:
    orders = [order(n, n) for n in range(2_600)]
    with ShipStationSimulator(orders=orders, per_minute=3) as account:
        reading = read_all(source(account), ["orders"])["orders"]
    (failure,) = reading.failures
    assert isinstance(failure.error, RateLimitedError)
    assert 0 < failure.error.retry_after <= 60
    assert reading.checkpoints[-1].state["modifyDate"] > stamp(900)


def test_the_buyer_of_a_gift_is_somebody_else() -> None:
    with ShipStationSimulator(orders=[order(1, 1), order(4, 2)]) as account:
        records = read_all(source(account), ["orders"])["orders"].records
    assert [record.data["isGift"] for record in records] == [False, True]


def test_an_inner_network_is_not_reached_unless_allowed() -> None:
    with ShipStationSimulator() as account:
        reading = read_all(source(account, allow_private=False), ["orders"])["orders"]
        assert isinstance(reading.failures[0].error, ConfigError)
        assert not account.requests
