"""A call that failed for a moment is made again, within seconds, and nothing else is."""

from types import SimpleNamespace

import pytest
import tenacity.nap

from connectors.http import HttpSource
from connectors.outgoing import Outgoing
from connectors.retrying import Patience, patiently
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    SourceError,
    TransientError,
)
from demo.simulators.faults import Fault, html, reset, status
from demo.simulators.http import Request, Response, Simulator


class Things(Simulator):
    def __init__(self) -> None:
        super().__init__()
        for method in ("GET", "POST"):
            self.route(method, "/things", self.things)

    def things(self, request: Request) -> Response:
        return Response([request.method])


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses made, in seconds, without making them."""
    made: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=made.append))
    return made


@pytest.mark.parametrize("fault", [status(500), status(502), reset()])
def test_a_read_that_fails_for_a_moment_is_tried_again(pauses: list[float], fault: Fault) -> None:
    with Things() as things, HttpSource(things.url, outgoing=near()) as source:
        things.fail("/things", fault, times=2)
        assert source.get_json("/things") == ["GET"]
        assert len(things.requests) == 3
    assert len(pauses) == 2
    assert 0 <= pauses[0] <= 0.5
    assert 0 <= pauses[1] <= 1.0


def test_it_gives_up_after_the_last_try(pauses: list[float]) -> None:
    with Things() as things, HttpSource(things.url, outgoing=near(tries=2)) as source:
        things.fail("/things", status(500), times=9)
        with pytest.raises(TransientError, match="500"):
            source.get_json("/things")
        assert len(things.requests) == 2
    assert len(pauses) == 1


@pytest.mark.parametrize("fault", [status(401), status(404), status(429), status(302), html()])
def test_what_will_not_pass_is_not_tried_again(pauses: list[float], fault: Fault) -> None:
    with Things() as things, HttpSource(things.url, outgoing=near()) as source:
        things.fail("/things", fault, times=9)
        with pytest.raises(SourceError):
            source.get_json("/things")
        assert len(things.requests) == 1
    assert pauses == []


def test_what_may_have_been_done_is_not_done_twice(pauses: list[float]) -> None:
    with Things() as things, HttpSource(things.url, outgoing=near()) as source:
        things.fail("/things", reset(), times=9)
        with pytest.raises(TransientError):
            source.post_json("/things", {})
        assert len(things.requests) == 1
    assert pauses == []


@pytest.mark.parametrize(
    "error", [ConfigError("x"), AuthExpiredError("x"), RateLimitedError("x", retry_after=1)]
)
def test_errors_with_another_cure_are_raised_at_once(error: SourceError) -> None:
    calls: list[int] = []

    def call() -> None:
        calls.append(1)
        raise error

    with pytest.raises(type(error)):
        patiently(call, Patience())
    assert len(calls) == 1


def test_no_pause_outlasts_patience(pauses: list[float]) -> None:
    def call() -> None:
        raise TransientError("x")

    with pytest.raises(TransientError):
        patiently(call, Patience(tries=50, seconds=2.0, first=100.0))
    assert all(pause <= 2.0 for pause in pauses)


def near(tries: int = 3) -> Outgoing:
    return Outgoing(allow_private=True, tries=tries)
