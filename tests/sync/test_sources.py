"""Sources: checked when they are added, their secrets sealed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from daifuku.errors import ConfigError, ConflictError, DaifukuError, MappingError, UserError
from daifuku.logs import redactor
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sources
from daifuku.storage.tables import source
from sync.replay import Replayed, replay
from sync.runner import run_sync
from sync.schedules import Schedule
from sync.sources import add_source, mapper_of, schedule_of, update_config
from sync.standing import Mapper
from tests.support.customers import MAPPING
from tests.support.scripted import BOX, add_scripted

pytestmark = pytest.mark.usefixtures("scripted")


def test_secrets_are_sealed_in_the_store_and_masked_in_texts(store: Store) -> None:
    add_scripted(store, token="planted-sealed", records=3)

    with store.read() as tx:
        raw = tx.execute(select(source.c.config)).scalar_one()
    assert b"planted" not in raw
    assert b'"records":3' in raw
    assert "planted" not in redactor.text("said planted-sealed")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"name": "No Such"}, UserError, "cannot name a source"),
        ({"mapping": MAPPING.replace("records:", "recods:")}, MappingError, "streams.customers"),
        ({"config": {"token": "planted", "records": "many"}}, ConfigError, "records"),
        ({"connector": "fax"}, DaifukuError, "fax"),
        (
            {"config": {"token": "x", "script": "https://me:planted@example.com/"}},
            ConfigError,
            "The setting script holds a password",
        ),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_added(
    store: Store, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    values = {
        "name": "shop",
        "connector": "scripted",
        "config": {"token": "planted"},
        "mapping": MAPPING,
    } | changes
    with pytest.raises(error, match=message) as caught:
        add_source(store, BOX, **values)
    assert "planted" not in str(caught.value)


def test_a_name_is_taken_once(store: Store) -> None:
    add_scripted(store)
    with pytest.raises(ConflictError, match="named 'shop' already"):
        add_scripted(store)


def test_a_schedule_is_kept_and_first_due_at_once(store: Store) -> None:
    schedule = Schedule(cron="0 6 * * 1", time_zone="Asia/Tokyo")
    add_source(store, BOX, "shop", "scripted", {"token": "x"}, mapping=MAPPING, schedule=schedule)
    with store.read() as tx:
        row = sources.get(tx, "shop")
    assert schedule_of(row) == schedule
    assert row.next_run_at == row.created_at


def test_changing_one_setting_keeps_the_others(store: Store) -> None:
    add_scripted(store, records=3)
    update_config(store, BOX, "shop", {"page": 2})
    assert run_sync(store, BOX, "shop").receipt.fetched == 6


def test_a_mended_mapping_replays_what_was_rejected_without_a_new_pull(store: Store) -> None:
    add_scripted(store, records=40)
    assert run_sync(store, BOX, "shop").receipt.rejected == 3
    mended = MAPPING.replace("birth_date: {path: born, apply: [date]}", "display_name: born")

    assert replay(store, "shop", mapper=_mapper(store)) == Replayed(mapped=3, rejected=3)
    with store.write() as tx:
        sources.set_mapping(tx, "shop", mended, datetime.now(UTC))
    assert replay(store, "shop", mapper=_mapper(store)) == Replayed(mapped=3, rejected=0)
    assert replay(store, "shop", mapper=_mapper(store)) == Replayed()


def _mapper(store: Store) -> Mapper:
    with store.read() as tx:
        return mapper_of(sources.get(tx, "shop"))
