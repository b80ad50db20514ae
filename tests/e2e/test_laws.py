"""The laws, on a whole world: replay changes nothing, and order does not matter."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from daifuku.settings import Settings
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import sources, states
from daifuku.storage.tables import interaction, mapped_record, rejected_record
from demo.hub import DemoHub
from demo.sources import SourceSetup, Systems, running_systems
from demo.world.world import generate
from sync.inbox import process_inbox
from sync.replay import replay
from sync.resolution import resolve_pending
from sync.sources import mapper_of
from tests.support.contents import landed
from tests.support.hub import Hub
from tests.support.landed import partition

WORLD = generate(11, scale=250)


@pytest.fixture(scope="module")
def systems() -> Iterator[Systems]:
    with running_systems(WORLD) as running:
        yield running


def fill(hub: Hub, home: Path, systems: Systems, order: Callable[[SourceSetup], Any]) -> None:
    """Sync the world's systems in that order, take their deliveries in, resolve at the end."""
    for setup in systems.sources:
        hub.add(setup.name, setup.connector, setup.config, setup.mapping)
    for setup in sorted(systems.sources, key=order):
        hub.synced(setup.name)
    with DemoHub(Settings(home=home), hub.store, hub.box).serving() as url:
        systems.deliver(url)
    for name in systems.pushing:
        process_inbox(hub.store, hub.box, name)
    resolve_pending(hub.store)


@pytest.fixture(scope="module")
def filled(
    systems: Systems, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The database of a hub that has taken the whole world in."""
    folder = tmp_path_factory.mktemp("world")
    path = folder / "store.sqlite"
    shutil.copyfile(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    fill(Hub(store), folder, systems, lambda setup: setup.name)
    store.close()
    return path


@pytest.fixture
def world(filled: Path, tmp_path: Path) -> Iterator[Hub]:
    """A hub of the test's own that has taken the whole world in."""
    shutil.copyfile(filled, tmp_path / "store.sqlite")
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    yield Hub(store)
    store.close()


def everything_landed(hub: Hub) -> dict[str, Any]:
    with hub.store.read() as tx:
        return {row.id: landed(hub.store, row.id) for row in sources.list_all(tx)}


def map_all_again(store: Store) -> int:
    """Map the stored evidence of every source again; returns how many records that was."""
    with store.read() as tx:
        rows = sources.list_all(tx)
    return sum(
        replay(store, row.id, mapper=mapper_of(row), only_rejected=False).mapped for row in rows
    )


def test_the_world_has_all_that_the_laws_speak_of(world: Hub) -> None:
    found = everything_landed(world)
    assert all(content["source_record"] for content in found.values())
    assert all(content["mapped_record"] for content in found.values())
    assert any(len(golden.sources) > 2 for golden in world.goldens())


def test_reading_every_source_anew_changes_nothing(world: Hub, systems: Systems) -> None:
    before = everything_landed(world), world.goldens(), world.events()
    for setup in systems.sources:
        with world.store.write() as tx:
            states.forget(tx, setup.name)
        receipt = world.synced(setup.name).receipt
        assert receipt.fetched == receipt.unchanged
    assert (everything_landed(world), world.goldens(), world.events()) == before


def test_sending_every_delivery_again_changes_nothing(
    world: Hub, systems: Systems, tmp_path: Path
) -> None:
    before = everything_landed(world), world.goldens(), world.events()
    with DemoHub(Settings(home=tmp_path), world.store, world.box).serving() as url:
        systems.deliver(url)
    for name in systems.pushing:
        assert process_inbox(world.store, world.box, name).fetched == 0
    resolve_pending(world.store)
    assert (everything_landed(world), world.goldens(), world.events()) == before


def test_mapping_everything_again_changes_nothing(world: Hub) -> None:
    before = everything_landed(world), world.goldens(), world.events()

    assert map_all_again(world.store) > 0
    assert resolve_pending(world.store).resolved == 0

    assert (everything_landed(world), world.goldens(), world.events()) == before


def test_mapped_records_that_were_lost_come_back_from_the_evidence(world: Hub) -> None:
    before = everything_landed(world)
    with world.store.write() as tx:
        for table in (mapped_record, interaction, rejected_record):
            tx.execute(delete(table))

    map_all_again(world.store)

    assert everything_landed(world) == before


def test_resolving_everything_again_changes_nothing(world: Hub) -> None:
    before = world.goldens(), world.events()
    with world.store.write() as tx:
        tx.execute(update(mapped_record).values(pending=True))

    assert resolve_pending(world.store, batch=97).resolved > 0

    assert (world.goldens(), world.events()) == before


def test_the_order_of_sources_does_not_matter(
    world: Hub, systems: Systems, hub: Hub, tmp_path: Path
) -> None:
    names = sorted((setup.name for setup in systems.sources), reverse=True)
    fill(hub, tmp_path, systems, lambda setup: names.index(setup.name))
    assert partition(hub.store) == partition(world.store)
