"""kill -9 at any moment loses nothing, duplicates nothing, and lets the next run go on."""

import random
import signal
from pathlib import Path

import pytest

from daifuku.records import Receipt, RunState
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import runs
from daifuku.storage.upgrade import upgrade
from sync.runner import run_sync
from tests.support.contents import Content, landed
from tests.support.scripted import BOX, add_scripted
from tests.support.syncing import start_syncing

RECORDS = 4_000
PAGE = 50
UNTIMED = ("observed_at",)

pytestmark = pytest.mark.usefixtures("scripted")


def sync_with_kills(url: str, kills: int, hold: Path) -> None:
    """Sync in processes killed at random moments, then let one come to the end.

    Until then `hold` keeps them from it, however fast the machine is.
    """
    moments = random.Random(kills)
    for _ in range(kills):
        process = start_syncing(url)
        process.join(moments.uniform(0, 0.5))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    hold.unlink()
    last = start_syncing(url)
    last.join()
    assert last.exitcode == 0


def test_killed_at_random_moments_the_store_ends_as_if_undisturbed(
    store: Store, tmp_path: Path
) -> None:
    kills = 20 if store.is_sqlite else 4
    hold = tmp_path / "hold"
    hold.touch()
    add_scripted(store, records=RECORDS, page=PAGE, hold=str(hold))

    sync_with_kills(store.url, kills, hold)

    assert landed(store, without=UNTIMED) == undisturbed(tmp_path)
    with store.read() as tx:
        ended = runs.latest(tx, limit=100)
    assert all(run.state.ended and run.reconciles for run in ended)
    assert ended[0].state is RunState.SUCCEEDED
    assert {run.error_kind for run in ended[1:]} <= {"interrupted"}
    total = sum((run.receipt for run in ended), Receipt())
    assert total.new + total.rejected == total.fetched == 2 * RECORDS


def undisturbed(folder: Path) -> Content:
    """What a store holds after a sync that nobody killed."""
    url = f"sqlite:///{folder}/undisturbed.sqlite"
    upgrade(url)
    store = open_store(url)
    add_scripted(store, records=RECORDS, page=PAGE)
    assert run_sync(store, BOX, "shop").state is RunState.SUCCEEDED
    content = landed(store, without=UNTIMED)
    store.close()
    return content
