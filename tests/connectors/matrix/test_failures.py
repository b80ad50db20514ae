"""A homeserver that refuses, slows down or goes in circles is told apart, and nothing is lost."""

from collections.abc import Mapping
from typing import Any

import pytest

from connectors import registry
from connectors.protocol import Checkpoint, Record, StreamStatus
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    SourceError,
    TransientError,
)
from demo.simulators.faults import Fault, cut_json, html, status
from tests.connectors.matrix.homeserver import HomeserverSimulator, said
from tests.contract.reading import StreamReading, read_all

MESSAGES = "/_matrix/client/v3/rooms/*/messages"


def read(server: HomeserverSimulator, state: Mapping[str, Any] | None = None) -> StreamReading:
    connector = registry.connect("matrix", server.config(page_size=100, tries=1))
    return read_all(connector, ["messages"], {"messages": state or {}})["messages"]


def failure(reading: StreamReading) -> SourceError:
    [failed] = reading.failures
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    return failed.error


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(401, body=b'{"errcode": "M_UNKNOWN_TOKEN"}'), AuthExpiredError),
        (status(400), ConfigError),
        (status(500), TransientError),
        (html(), TransientError),
        (cut_json(), TransientError),
        (Fault(status=200, body=b"[]"), TransientError),
        (Fault(status=200, body=b'{"rooms": {}}'), TransientError),
    ],
)
def test_failures_of_a_sync(fault: Fault, kind: type[SourceError]) -> None:
    with HomeserverSimulator([said(1)]) as server:
        server.fail("/_matrix/client/v3/sync", fault)
        assert type(failure(read(server))) is kind


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (status(429, body=b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}'), 2.5),
        (status(429, retry_after=7, body=b'{"errcode": "M_LIMIT_EXCEEDED"}'), 7),
        (status(429, body=b"slow down"), 60),
    ],
)
def test_a_rate_limit_within_a_gap_keeps_the_place(fault: Fault, wait: float) -> None:
    events = [said(number) for number in range(2_000)]
    with HomeserverSimulator(events) as server:
        server.fail(MESSAGES, fault, after=12)
        first = read(server)
        error = failure(first)
        assert isinstance(error, RateLimitedError)
        assert error.retry_after == wait
        rest = read(server, first.state)
    kept = first.before(first.checkpoints[-1])
    assert len(kept) >= 500
    assert kept | set(rest.ids) == {event["event_id"] for event in events}
    assert rest.statuses[-1] is StreamStatus.COMPLETE


def test_a_room_that_is_closed_to_the_account_is_left_and_one_that_a_proxy_hides_is_not() -> None:
    with HomeserverSimulator([said(n) for n in range(3)]) as server:
        server.fail(MESSAGES, status(403, body=b'{"errcode": "M_FORBIDDEN"}'))
        assert read(server).statuses[-1] is StreamStatus.COMPLETE
        server.fail(MESSAGES, status(403, body=b"<p>Blocked</p>"))
        assert isinstance(failure(read(server)), ConfigError)


def test_a_history_that_goes_in_circles_is_noticed() -> None:
    with HomeserverSimulator([said(n) for n in range(3)], endless=True) as server:
        error = failure(read(server))
        assert len(server.requests) < 20
    assert isinstance(error, TransientError)
    assert "same page" in str(error)


def test_a_checkpoint_comes_every_thousand_records_within_a_long_page() -> None:
    with HomeserverSimulator([said(n) for n in range(2_500)]) as server:
        connector = registry.connect("matrix", server.config(page_size=1_000))
        since = 0
        for message in connector.read(["messages"], {}):
            since = 0 if isinstance(message, Checkpoint) else since + isinstance(message, Record)
            assert since <= 1_000


def test_a_stored_position_of_another_kind_is_refused() -> None:
    with HomeserverSimulator([said(1)]) as server:
        error = failure(read(server, {"gaps": "no list"}))
    assert isinstance(error, ConfigError)
    assert "Reset the stream" in str(error)
