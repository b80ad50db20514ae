"""What every connector that speaks HTTP must do when the other side fails, besides the contract.

class TestShop(HttpConnectorContract):
    name = "shop"
    faulted = "orders"

    @pytest.fixture
    def upstream(self, shop: ShopSimulator) -> str:
        return shop.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {"base_url": base_url, "api_key": "planted-key", "page_size": 10}

    @pytest.fixture
    def broken(self, upstream: str) -> Mapping[str, Any]: ...

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]: ...

A fault lasts from the answer it strikes until it is healed, so that a connector which tries again
meets it again.
"""

import logging
import socket
from collections.abc import Iterator, Mapping, Set
from typing import Any, ClassVar

import pytest

from connectors import registry
from connectors.protocol import StreamStatus
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    SourceError,
    TransientError,
)
from demo.simulators.faults import (
    Fault,
    cut_json,
    endless_body,
    endless_head,
    html,
    reset,
    status,
    truncated,
)
from tests.contract.faults import FaultProxy
from tests.contract.reading import StreamReading, causes, leaks, read_all, secrets_of
from tests.contract.suite import ConnectorContract

Kinds = tuple[type[SourceError], ...]

REFUSED: Kinds = (ConfigError, AuthExpiredError)
PASSING: Kinds = (TransientError,)
WAIT = 4_711
"""Seconds that a rate limit asks for: too long for any worker to wait."""

PAUSE = 0.02
AT_MOST = 60
"""So many pages of a circle are asked for at most."""

FAULTS: Mapping[str, tuple[Fault, Kinds]] = {
    "401": (status(401), REFUSED),
    "403": (status(403), REFUSED),
    "404": (status(404), (ConfigError, TransientError)),
    "429": (status(429, retry_after=WAIT), (RateLimitedError,)),
    "500": (status(500), PASSING),
    "503": (status(503), PASSING),
    "redirect": (status(302, headers={"Location": "http://127.0.0.2:9/"}), REFUSED),
    "html": (html(), PASSING),
    "truncated": (truncated(), PASSING),
    "cut_json": (cut_json(), PASSING),
    "reset": (reset(), PASSING),
}
DRIPS = {"body": endless_body(PAUSE), "head": endless_head(PAUSE)}


class HttpConnectorContract(ConnectorContract):
    """Give the hooks of the contract and these; the tests are inherited."""

    faulted: ClassVar[str]
    """The stream that the faults strike; its expected records fill three pages or more."""
    pages: ClassVar[str] = "*"
    """A pattern of the paths that give this stream's pages (`*` is any)."""
    kinds: ClassVar[Mapping[str, Kinds]] = {}
    """By name of a fault: other errors than usual, where the API means something else by it."""
    repeated: ClassVar[int] = 0
    """How many records of that stream come twice, where pages overlap so that none is lost."""
    hasty: ClassVar[Mapping[str, Any]] = {"timeout": 0.2, "deadline": 0.4}
    """Settings by which the connector gives up soon."""
    single: ClassVar[Mapping[str, Any]] = {"tries": 1}
    """Settings by which the connector tries nothing twice."""

    @pytest.fixture
    def upstream(self) -> str:
        """The URL of the connector's simulator."""
        raise NotImplementedError

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        """A config that works with the simulator at `base_url`, in small pages."""
        raise NotImplementedError

    @pytest.fixture
    def working(self, upstream: str) -> Mapping[str, Any]:
        return self.fitting(upstream)

    @pytest.fixture
    def unreachable(self) -> Mapping[str, Any] | None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            return self.fitting(f"http://127.0.0.1:{closed.getsockname()[1]}")

    @pytest.fixture
    def proxy(self, upstream: str) -> Iterator[FaultProxy]:
        with FaultProxy(upstream, pages=self.pages) as running:
            yield running

    def fitting(self, base_url: str, **more: Any) -> Mapping[str, Any]:
        """The config at `base_url`, without second tries, for a simulator on this machine."""
        usual = {"allow_private": True, **self.single}
        return {**usual, **self.config_at(base_url), **more}

    # Well-behaved

    def test_pages_give_every_record_once(
        self, proxy: FaultProxy, expected: Mapping[str, Set[str]]
    ) -> None:
        reading = self.read_faulted(proxy)
        live = [record.external_id for record in reading.records if not record.deleted]
        assert set(live) == set(expected[self.faulted])
        assert len(live) <= len(set(live)) + self.repeated
        assert proxy.pages >= 3, "give the simulator more records, or smaller pages"

    # Faults

    @pytest.mark.parametrize("page", [0, 1])
    @pytest.mark.parametrize("name", FAULTS)
    def test_a_fault_ends_the_stream_and_loses_nothing(
        self,
        proxy: FaultProxy,
        expected: Mapping[str, Set[str]],
        caplog: pytest.LogCaptureFixture,
        name: str,
        page: int,
    ) -> None:
        fault, usual = FAULTS[name]
        proxy.spoil(fault, page=page)
        with caplog.at_level(logging.DEBUG):
            reading = self.read_faulted(proxy)
        error = self.failure(reading)
        assert isinstance(error, self.kinds.get(name, usual)), repr(error)
        if isinstance(error, RateLimitedError) and name == "429":
            assert error.retry_after == WAIT
        self.assert_silent(proxy, [*reading.messages, *causes(error), caplog.text])
        self.assert_nothing_lost(proxy, reading, expected[self.faulted])

    @pytest.mark.parametrize("part", DRIPS)
    def test_an_answer_that_drips_ends_in_time(
        self, proxy: FaultProxy, expected: Mapping[str, Set[str]], part: str
    ) -> None:
        proxy.spoil(DRIPS[part], page=1)
        reading = self.read_faulted(proxy, **self.hasty)
        assert isinstance(self.failure(reading), TransientError)
        self.assert_nothing_lost(proxy, reading, expected[self.faulted])

    def test_pages_in_a_circle_end(self, proxy: FaultProxy) -> None:
        proxy.circle()
        reading = self.read_faulted(proxy)
        self.failure(reading)
        assert proxy.pages <= AT_MOST

    def test_each_stream_survives_a_server_error(
        self, proxy: FaultProxy, expected: Mapping[str, Set[str]]
    ) -> None:
        for name, ids in expected.items():
            proxy.spoil(status(500), paths="*")
            reading = read_all(self.connect(self.fitting(proxy.url)), [name])[name]
            assert isinstance(self.failure(reading), TransientError), name
            self.assert_nothing_lost(proxy, reading, ids, name)

    @pytest.mark.parametrize("name", ["401", "500", "html", "reset"])
    def test_check_and_discover_say_what_is_wrong(
        self, proxy: FaultProxy, caplog: pytest.LogCaptureFixture, name: str
    ) -> None:
        proxy.spoil(FAULTS[name][0], paths="*")
        connector = self.connect(self.fitting(proxy.url))
        with caplog.at_level(logging.DEBUG):
            result = connector.check()
            assert not result.ok
            assert result.message.strip()
            with pytest.raises(SourceError) as caught:
                connector.discover()
        self.assert_silent(proxy, [result, *causes(caught.value), caplog.text])

    # What they share

    def read_faulted(self, proxy: FaultProxy, **more: Any) -> StreamReading:
        connector = self.connect(self.fitting(proxy.url, **more))
        return read_all(connector, [self.faulted])[self.faulted]

    def failure(self, reading: StreamReading) -> SourceError:
        """The one error of a stream that did not come to its end."""
        assert reading.statuses == [StreamStatus.STARTED, StreamStatus.INCOMPLETE]
        assert len(reading.failures) == 1
        return reading.failures[0].error

    def assert_nothing_lost(
        self,
        proxy: FaultProxy,
        reading: StreamReading,
        ids: Set[str],
        stream: str | None = None,
    ) -> None:
        """What the last checkpoint covers and a reading that resumes there are all records."""
        proxy.heal()
        name = stream or self.faulted
        points = reading.checkpoints
        covered = reading.before(points[-1]) if points else set()
        state = {name: points[-1].state} if points else {}
        rest = read_all(self.connect(self.fitting(proxy.url)), [name], state)[name]
        assert rest.statuses[-1] is StreamStatus.COMPLETE
        assert covered | set(rest.ids) >= set(ids)

    def assert_silent(self, proxy: FaultProxy, texts: list[object]) -> None:
        config = registry.spec(self.name).config.model_validate(dict(self.fitting(proxy.url)))
        assert not leaks(texts, secrets_of(config))
