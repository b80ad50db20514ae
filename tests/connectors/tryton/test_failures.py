"""A Tryton that refuses, breaks off or lacks a module: the error says what to do."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from connectors import registry
from connectors.builtin.tryton.plans import PARTIES
from connectors.protocol import Log, Message, Record
from connectors.tryton_client.client import Row, TrytonClient
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.reader import StreamReader
from daifuku.errors import ConfigError, SourceError, TransientError
from tests.contract.reading import read_all
from tests.support.servers import free_port
from tests.support.tryton import Tryton

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


def failure(settings: dict[str, Any], stream: str = "parties") -> SourceError:
    reading = read_all(registry.connect("tryton", settings), [stream])[stream]
    (failed,) = reading.failures
    return failed.error


def test_a_wrong_key_is_for_the_owner_to_mend(tryton_as_built: Tryton) -> None:
    error = failure(tryton_as_built.settings(application_key="wrong"))
    assert isinstance(error, ConfigError)
    assert "application key" in str(error)


def test_a_wrong_database_is_for_the_owner_to_mend(tryton_as_built: Tryton) -> None:
    assert isinstance(failure(tryton_as_built.settings(database="nowhere")), ConfigError)


def test_a_server_that_is_down_is_tried_again(tryton_as_built: Tryton) -> None:
    down = tryton_as_built.settings(base_url=f"http://127.0.0.1:{free_port()}")
    assert isinstance(failure(down), TransientError)


def test_a_user_without_the_right_is_told_which(tryton_as_built: Tryton) -> None:
    settings = tryton_as_built.settings("blind")
    error = failure(settings, "sales")
    assert isinstance(error, ConfigError)
    assert "sale.sale" in str(error)
    assert "sale.sale" in registry.connect("tryton", settings).check().message


def test_fields_that_the_user_may_not_read_are_named(tryton_as_built: Tryton) -> None:
    source = registry.connect("tryton_stock", tryton_as_built.settings("tryton"))
    assert "stock.shipment.out" in source.check().message
    erp = registry.connect("tryton", tryton_as_built.settings("curtained"))
    found = erp.check()
    assert found.ok
    assert "lines.product.code" in found.message
    assert "party.party" not in found.message
    logs = [message for message in erp.read(["sales"], {}) if isinstance(message, Log)]
    assert ["lines.product.code" in log.message for log in logs] == [True]


class BreaksOff(TrytonClient):
    """Fails at the second page of the listing that looks for deletions."""

    def listing(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], *, size: int
    ) -> Iterator[Row]:
        for count, row in enumerate(super().listing(model, domain, fields, size=size)):
            if model == PARTIES.model and count == size:
                raise TransientError("The connection broke.")
            yield row


def test_an_incomplete_listing_makes_no_tombstone(tryton_as_built: Tryton) -> None:
    settings = tryton_as_built.settings(page_size=2)
    first = read_all(registry.connect("tryton", settings), ["parties"])["parties"]
    config = TrytonConfig(**settings)
    with_some_gone = {**first.state, "known": "1-1000"}
    with BreaksOff(config) as client:
        broken = StreamReader(client, PARTIES, config).read(with_some_gone)
        assert tombstones(until_it_breaks(broken)) == []
    with TrytonClient(config) as client:
        assert "1000" in tombstones(StreamReader(client, PARTIES, config).read(with_some_gone))


def tombstones(messages: Iterable[Message]) -> list[str]:
    return [m.external_id for m in messages if isinstance(m, Record) and m.deleted]


def until_it_breaks(reading: Iterator[Message]) -> Iterator[Message]:
    with pytest.raises(TransientError, match="broke"):
        yield from reading


def test_a_state_of_something_else_is_refused(tryton_as_built: Tryton) -> None:
    source = registry.connect("tryton", tryton_as_built.settings())
    reading = read_all(source, ["parties"], {"parties": {"known": "not ids"}})["parties"]
    (failed,) = reading.failures
    assert isinstance(failed.error, ConfigError)
    assert "Reset" in str(failed.error)
