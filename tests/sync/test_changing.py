"""A source that is there gets other settings, secrets or another mapping."""

from datetime import UTC, datetime
from typing import Any

import pytest

from daifuku.errors import ConfigError, MappingError, NotFoundError, SettingsError, UserError
from daifuku.records import RunState
from daifuku.secrets import MASK, SecretBox, masked
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, notices, sources
from daifuku.storage.repositories.notices import IncidentKind
from daifuku.storage.repositories.sources import SourceRow
from sync.changing import Changes, change_source, remove_source
from sync.jobs.asking import ask_sync
from sync.runner import run_sync
from sync.sources import mapping_of, opened_config
from tests.support.customers import MAPPING
from tests.support.scripted import BOX, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def settings(store: Store) -> dict[str, Any]:
    return opened_config(BOX, row(store))


def row(store: Store) -> SourceRow:
    with store.read() as tx:
        return sources.get(tx, "shop")


def test_a_secret_is_replaced_and_the_rest_stays(store: Store) -> None:
    add_scripted(store, token="planted-before", records=3)
    change_source(store, BOX, "shop", Changes(settings={"token": "planted-after"}))
    assert settings(store)["token"] == "planted-after"
    assert settings(store)["records"] == 3
    assert masked(row(store).config)["token"] == MASK
    assert run_sync(store, BOX, "shop").state is RunState.SUCCEEDED


def test_settings_as_they_are_shown_may_be_given_back(store: Store) -> None:
    """What is masked in them is no new value."""
    add_scripted(store, token="planted-before", records=3)
    shown = masked(row(store).config)
    change_source(store, BOX, "shop", Changes(settings=shown | {"records": 4}))
    assert settings(store) == {**settings(store), "token": "planted-before", "records": 4}


def test_a_secret_whose_key_is_lost_is_entered_again(store: Store) -> None:
    add_scripted(store, token="planted-before", records=3)
    now = SecretBox("another key of the tests")
    with pytest.raises(SettingsError, match="token"):
        change_source(store, now, "shop", Changes(settings={"records": 4}))
    change_source(store, now, "shop", Changes(settings={"token": "planted-after"}))
    assert opened_config(now, row(store))["token"] == "planted-after"


def test_a_section_is_changed_in_parts(store: Store) -> None:
    """Only what is named in it is another."""
    add_scripted(store, token="x")
    for options in ({"one": "1", "two": {"a": "2", "b": "3"}}, {"two": {"b": "4"}}):
        change_source(store, BOX, "shop", Changes(settings={"options": options}))
    assert settings(store)["options"] == {"one": "1", "two": {"a": "2", "b": "4"}}
    change_source(store, BOX, "shop", Changes(without=["options.two.a", "options.one"]))
    assert settings(store)["options"] == {"two": {"b": "4"}}


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (Changes(settings={"records": "planted"}), ConfigError, "records"),
        (Changes(without=["token"]), ConfigError, "token"),
        (Changes(without=["page"]), UserError, "'page' is not set"),
        (Changes(without=["records.page"]), UserError, "not set"),
        (Changes(mapping=MAPPING.replace("records:", "recods:")), MappingError, "streams"),
        (Changes(builtin=True), NotFoundError, "scripted"),
    ],
)
def test_what_cannot_work_is_refused_and_changes_nothing(
    store: Store, changes: Changes, error: type[Exception], message: str
) -> None:
    add_scripted(store, token="planted-before", records=3)
    before = row(store)
    with pytest.raises(error, match=message) as caught:
        change_source(store, BOX, "shop", changes)
    assert "planted" not in str(caught.value)
    assert row(store) == before


def test_a_source_that_is_removed_leaves_nothing_to_be_mended(store: Store) -> None:
    """Neither something amiss that nobody could end, nor a sync that would fail."""
    add_scripted(store, records=3)
    with store.write() as tx:
        notices.open_incident(tx, "shop", IncidentKind.FAILED, message="It failed.", at=NOON)
        job = ask_sync(tx, "shop", NOON).job
    remove_source(store, "shop")
    with store.read() as tx:
        assert notices.incidents(tx, lasting=True) == []
        queued = jobs.get(tx, job)
    assert queued is not None
    assert queued.state == jobs.DISCARDED
    with pytest.raises(NotFoundError):
        remove_source(store, "shop")


def test_a_new_mapping_is_used_from_then_on(store: Store) -> None:
    add_scripted(store)
    changed = MAPPING.replace("version: 1", "# ours\nversion: 1")
    change_source(store, BOX, "shop", Changes(mapping=changed))
    assert row(store).mapping == changed
    assert mapping_of(row(store)).digest
