"""Followers are read whole, page by page, and an account that misbehaves is told apart."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Checkpoint, Record, Status, StreamStatus
from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError
from demo.simulators.faults import Fault, cut_json, html, status, truncated
from demo.simulators.line import LineSimulator
from tests.connectors.line.accounts import profile, user
from tests.contract.reading import StreamReading, read_all

PEOPLE = 25


@pytest.fixture
def account() -> Iterator[LineSimulator]:
    with LineSimulator([profile(n) for n in range(PEOPLE)]) as running:
        yield running


def read(
    account: LineSimulator, state: Mapping[str, Any] | None = None, **more: Any
) -> StreamReading:
    connector = registry.connect("line", account.config(page_size=10, tries=1, **more))
    return read_all(connector, ["followers"], {"followers": state or {}})["followers"]


def failure(reading: StreamReading) -> SourceError:
    [failed] = reading.failures
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    return failed.error


def test_every_follower_with_profile(account: LineSimulator) -> None:
    reading = read(account)
    assert reading.ids == [user(n) for n in range(PEOPLE)]
    assert reading.records[3].data == profile(3)
    assert reading.messages[-1] == Status("followers", StreamStatus.COMPLETE, full_pass=True)


def test_who_blocked_the_account_is_gone() -> None:
    with LineSimulator([profile(1), profile(2)], blocked=[user(1)]) as shop:
        reading = read(shop)
    assert [(r.external_id, r.deleted) for r in reading.records] == [
        (user(1), True),
        (user(2), False),
    ]


def test_a_rate_limit_keeps_the_place(account: LineSimulator) -> None:
    account.fail("/v2/bot/profile/*", status(429, retry_after=7), after=13)
    first = read(account)
    error = failure(first)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 7
    rest = read(account, first.state)
    kept = first.before(first.checkpoints[-1])
    assert len(kept) == 10
    assert kept | set(rest.ids) == {user(n) for n in range(PEOPLE)}
    assert not kept & set(rest.ids)
    assert rest.messages[-1] == Status("followers", StreamStatus.COMPLETE, full_pass=False)


def test_an_expired_place_begins_anew(account: LineSimulator) -> None:
    first = read(account).checkpoints[0].state
    account.expire_tokens()
    again = read(account, first)
    assert len(again.ids) == PEOPLE
    assert again.messages[-1] == Status("followers", StreamStatus.COMPLETE, full_pass=True)


def test_a_list_that_never_ends_is_noticed() -> None:
    with LineSimulator([profile(n) for n in range(PEOPLE)], endless=True) as shop:
        error = failure(read(shop))
        assert len(shop.requests) < 100
    assert isinstance(error, TransientError)
    assert "does not end" in str(error)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(401), ConfigError),
        (status(403), ConfigError),
        (status(500), TransientError),
        (html(), TransientError),
        (truncated(), TransientError),
        (cut_json(), TransientError),
        (Fault(body=b'{"message": "no list"}', status=200), TransientError),
    ],
)
def test_failures(account: LineSimulator, fault: Fault, kind: type[SourceError]) -> None:
    account.fail("/v2/bot/followers/ids", fault)
    assert type(failure(read(account))) is kind


def test_a_checkpoint_within_a_long_page() -> None:
    with LineSimulator([profile(n) for n in range(600)]) as shop:
        reading = read_all(registry.connect("line", shop.config()), ["followers"])["followers"]
    places = [i for i, m in enumerate(reading.messages) if isinstance(m, Checkpoint)]
    assert len(places) == 2
    assert sum(isinstance(m, Record) for m in reading.messages[: places[0]]) == 500


def test_an_account_that_refuses_the_key_has_no_stream_that_went_well() -> None:
    with LineSimulator([profile(1)]) as shop:
        connector = registry.connect("line", shop.config(channel_access_token="another"))
        readings = read_all(connector, ["followers", "events"])
    for reading in readings.values():
        assert reading.statuses[-1] is StreamStatus.INCOMPLETE
