"""A manifest source is read in sequence, resumes where it stood, and says how it ended."""

from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import NoReturn

import pytest

from connectors.protocol import Checkpoint, Record, Status, StreamStatus, Unreadable
from daifuku.errors import ConfigError
from demo.simulators.faults import status
from tests.connectors.manifest.shop import Shop, changed_people, connector, people, stamp
from tests.contract.reading import read_all

SCHEMA_FILES = "airbyte_cdk.sources.declarative.schema.json_file_schema_loader"


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop(120) as running:
        yield running


def test_a_stream_without_cursor_is_read_whole(shop: Shop) -> None:
    messages = list(connector(shop.url).read(["people"], {}))
    assert [m.external_id for m in messages if isinstance(m, Record)] == [
        person["id"] for person in shop.people
    ]
    assert messages[-2] == Checkpoint("people", {})
    assert messages[-1] == Status("people", StreamStatus.COMPLETE, full_pass=True)


def test_a_cursor_resumes_at_its_newest_record(shop: Shop) -> None:
    source = connector(shop.url, changed_people())
    first = read_all(source, ["people"])["people"]
    assert len(first.ids) == 120
    assert first.state == {"updated": stamp(119)}
    shop.people.append({"id": "new", "name": "New", "updated": stamp(119)})
    again = read_all(source, ["people"], {"people": first.state})["people"]
    assert again.ids == ["p00119", "new"]
    third = read_all(source, ["people"], {"people": again.state})["people"]
    assert third.ids == ["p00119", "new"]
    assert third.state == first.state


def test_nothing_new_leaves_the_state_as_it_was(shop: Shop) -> None:
    source = connector(shop.url, changed_people())
    state = {"updated": "2026-02-01T00:00:00Z"}
    reading = read_all(source, ["people"], {"people": state})["people"]
    assert reading.ids == []
    assert reading.state == state


def test_it_is_read_while_other_threads_import_modules(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Changing(dict[str, ModuleType]):
        def items(self) -> NoReturn:  # type: ignore[override]
            raise RuntimeError("dictionary changed size during iteration")

    source = connector(shop.url)
    source.sample("people", 1)
    with monkeypatch.context() as patch:
        patch.setattr(f"{SCHEMA_FILES}.sys", SimpleNamespace(modules=Changing()))
        assert len(read_all(source, ["people"])["people"].ids) == 120


def test_only_a_reading_from_the_beginning_is_a_full_pass(shop: Shop) -> None:
    source = connector(shop.url, changed_people())
    first = list(source.read(["people"], {}))[-1]
    later = list(source.read(["people"], {"people": {"updated": stamp(3)}}))[-1]
    assert first == Status("people", StreamStatus.COMPLETE, full_pass=True)
    assert later == Status("people", StreamStatus.COMPLETE, full_pass=False)


def test_an_ordered_stream_checkpoints_at_its_newest_record() -> None:
    with Shop(2_500) as shop:
        source = connector(shop.url, changed_people(), ordered=["people"])
        reading = read_all(source, ["people"])["people"]
        assert [point.state for point in reading.checkpoints] == [
            {"updated": stamp(999)},
            {"updated": stamp(1_999)},
            {"updated": stamp(2_499)},
        ]
        rest = read_all(source, ["people"], {"people": reading.checkpoints[1].state})["people"]
        assert len(rest.ids) == 501


def test_an_unordered_stream_checkpoints_at_its_start_until_it_is_through() -> None:
    with Shop(1_500) as shop:
        source = connector(shop.url, changed_people())
        reading = read_all(source, ["people"])["people"]
        assert [point.state for point in reading.checkpoints] == [{}, {"updated": stamp(1_499)}]


def test_a_record_without_its_key_is_unreadable_and_the_rest_goes_on(shop: Shop) -> None:
    del shop.people[3]["id"]
    messages = list(connector(shop.url).read(["people"], {}))
    assert [m.code for m in messages if isinstance(m, Unreadable)] == ["no_key"]
    assert sum(isinstance(m, Record) for m in messages) == 119


def test_a_failing_stream_leaves_the_others(shop: Shop) -> None:
    other = {**people(), "name": "again"}
    shop.fail("/people", status(500))
    readings = read_all(connector(shop.url, people(), other), ["people", "again"])
    assert readings["people"].statuses[-1] is StreamStatus.INCOMPLETE
    assert readings["again"].statuses[-1] is StreamStatus.COMPLETE


def test_discovery_gives_the_fields_seen(shop: Shop) -> None:
    (info,) = connector(shop.url).discover()
    assert info.spec.name == "people"
    assert dict(info.properties) == {
        "id": {"type": ["string"]},
        "name": {"type": ["string"]},
        "updated": {"type": ["string"]},
    }


def test_check_reads_one_page(shop: Shop) -> None:
    assert connector(shop.url).check().ok
    assert len(shop.requests) == 1
    shop.key = "another"
    result = connector(shop.url).check()
    assert not result.ok
    assert "401" in result.message


def test_a_broken_manifest_is_named() -> None:
    broken = people(requester={"type": "HttpRequester", "http_method": "FETCH"})
    reading = read_all(connector("http://127.0.0.1:9", broken), ["people"])["people"]
    (failure,) = reading.failures
    assert isinstance(failure.error, ConfigError)
    assert "manifest of the stream people" in str(failure.error)
