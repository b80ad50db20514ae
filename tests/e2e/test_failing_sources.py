"""A source that refuses, is gone or answers nonsense: said plainly, and nothing landed is lost."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from daifuku.records import RunState, SyncRun
from daifuku.storage.repositories import sources
from daifuku.storage.repositories.sources import SourceRow
from demo.simulators.faults import html
from sync.sources import update_config
from tests.e2e.systems import SYSTEMS, WRONG, System, running
from tests.support.hub import Golden, Hub

SOURCE = "source"


@pytest.fixture(params=sorted(SYSTEMS), scope="module")
def system(request: pytest.FixtureRequest) -> Iterator[System]:
    with running(request.param) as found:
        yield found


@pytest.fixture
def before(hub: Hub, system: System) -> list[Golden]:
    """The golden records of a first sync in which all went well."""
    hub.add(SOURCE, system.connector, system.right)
    assert hub.synced(SOURCE).receipt.new > 0
    return hub.goldens()


def sync_with(hub: Hub, settings: Mapping[str, Any]) -> SyncRun:
    update_config(hub.store, hub.box, SOURCE, settings)
    return hub.sync(SOURCE)


def row(hub: Hub) -> SourceRow:
    with hub.store.read() as tx:
        return sources.get(tx, SOURCE)


def test_a_refused_credential_pauses_the_source_and_says_what_to_check(
    hub: Hub, system: System, before: list[Golden]
) -> None:
    run = sync_with(hub, system.wrong)

    assert (run.state, run.error_kind) == (RunState.FAILED, "config")
    assert run.error is not None
    assert "127.0.0.1" in run.error
    assert "Check" in run.error
    assert WRONG not in run.error
    assert (row(hub).paused, row(hub).paused_reason) == (True, run.error)
    assert hub.goldens() == before
    assert sync_with(hub, system.right).state is RunState.SUCCEEDED


def test_an_unreachable_host_is_tried_again_and_named(
    hub: Hub, system: System, before: list[Golden]
) -> None:
    run = sync_with(hub, system.unreachable)

    assert (run.state, run.error_kind) == (RunState.FAILED, "transient")
    assert run.error is not None
    assert "127.0.0.1" in run.error
    assert "cannot be reached" in run.error
    assert "check" in run.error.lower()
    assert not row(hub).paused
    assert hub.goldens() == before
    assert sync_with(hub, system.right).state is RunState.SUCCEEDED


@pytest.mark.parametrize("name", sorted(SYSTEMS.keys() - {"imap"}))
def test_a_web_page_instead_of_json_is_no_customer_and_is_called_by_its_name(
    hub: Hub, name: str
) -> None:
    with running(name) as system:
        hub.add(SOURCE, system.connector, system.right)
        hub.synced(SOURCE)
        before = hub.goldens()
        system.fail(html())

        run = hub.sync(SOURCE)

    assert (run.state, run.error_kind) == (RunState.FAILED, "transient")
    assert run.error is not None
    assert "web page" in run.error
    assert "check" in run.error.lower()
    assert hub.goldens() == before
