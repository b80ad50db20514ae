"""kill -9 at any moment of landing or resolving: the golden records end as if nothing happened."""

import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from daifuku.storage.engine import Store
from daifuku.storage.tables import block_key, change_event, feature_set, golden_key, link
from tests.support.contents import landed
from tests.support.duplicates import add_duplicates, start_hub
from tests.support.hub import Hub
from tests.support.landed import partition
from tests.support.scripted import install


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)


def work_with_kills(url: str, kills: int, hold: Path) -> None:
    """Sync and resolve in processes killed at random moments, then let one come to the end.

    Until then `hold` keeps them from it, however fast the machine is.
    """
    moments = random.Random(kills)
    hold.touch()
    ready = hold.with_name("ready")
    for _ in range(kills):
        process = start_hub(url, ready)
        process.join(moments.uniform(0, 0.4))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    hold.unlink()
    last = start_hub(url, ready)
    last.join()
    assert last.exitcode == 0


def test_killed_while_it_lands_and_resolves_the_hub_ends_as_if_undisturbed(
    new_store: Callable[[], Store], tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    killed, undisturbed = new_store(), new_store()
    kills, records = (8, 300) if killed.is_sqlite else (3, 120)
    for store in (killed, undisturbed):
        add_duplicates(store, records, hold)
    work_with_kills(killed.url, kills, hold)
    Hub(undisturbed).synced("shop")

    assert landed(killed, without=("observed_at",)) == landed(undisturbed, without=("observed_at",))
    assert partition(killed) == partition(undisturbed)
    assert len(partition(killed)) < records / 2
    assert served(killed) == served(undisturbed)
    assert evidence(killed) == evidence(undisturbed)
    assert feed_is_whole(killed)


def served(store: Store) -> list[Any]:
    """What the golden records say, and what they are looked up by, without ids and times."""
    hub = Hub(store)
    keys = select(golden_key.c.kind, golden_key.c.value)
    with store.read() as tx:
        lookups: list[Any] = sorted(tuple(row) for row in tx.execute(keys))
    return [lookups, *sorted((sorted(g.records), repr(g.fields)) for g in hub.goldens())]


def evidence(store: Store) -> list[int]:
    """How much the resolver keeps for itself."""
    with store.read() as tx:
        return [
            tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (feature_set, block_key, link)
        ]


def feed_is_whole(store: Store) -> bool:
    """Whether the feed tells each golden record's versions, one after the other, to the last."""
    columns = change_event.c
    told: dict[str, int] = {}
    with store.read() as tx:
        for row in tx.execute(select(change_event).order_by(columns.sequence)):
            if row.version != told.get(row.golden_id, 0) + 1:
                return False
            told[row.golden_id] = row.version
    return all(told[golden.id] == golden.version for golden in Hub(store).goldens())
