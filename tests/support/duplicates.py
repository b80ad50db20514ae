"""A source in which each customer appears three times, and processes that sync and resolve it."""

import importlib
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from connectors.protocol import Checkpoint, Message, Record, Status, StreamState, StreamStatus
from daifuku.errors import ConflictError
from daifuku.records import Receipt, RunState
from daifuku.storage.engine import Store, open_store
from sync.resolution import resolve_pending
from sync.runner import RunOptions, run_sync
from tests.support.deadline import until
from tests.support.scripted import BOX, SCRIPTS, Config, add_scripted, install
from tests.support.syncing import LEASE_SECONDS

SCRIPT = "duplicates"
WARM = "tests.support.warm"
PAGE = 10
BATCH = 7
SPELLINGS = ("山田 {}", "山田　{}様", "ヤマダ {}")


def _duplicates(
    config: Config, streams: Sequence[str], state: Mapping[str, StreamState]
) -> Iterator[Message]:
    """`records` customers, the copies of one far from each other; nothing on other streams.

    While the file `hold` is there, it does not come to its end.
    """
    for stream in streams:
        yield Status(stream, StreamStatus.STARTED)
        start = int(state.get(stream, {}).get("next", 0))
        if stream == "customers":
            persons = config.records // len(SPELLINGS)
            for number in range(start, config.records):
                copy, person = divmod(number, persons)
                yield Record(stream, str(number), _customer(copy, person))
                if (number + 1) % PAGE == 0:
                    yield Checkpoint(stream, {"next": number + 1})
            until(lambda: not Path(config.hold).exists(), seconds=60)
        yield Checkpoint(stream, {"next": config.records})
        yield Status(stream, StreamStatus.COMPLETE, full_pass=start == 0)


def _customer(copy: int, person: int) -> dict[str, str]:
    name = SPELLINGS[copy].format(_GIVEN[person % len(_GIVEN)])
    born = f"19{50 + person % 40}-0{1 + person % 9}-1{person % 7}"
    return {"name": name, "email": f"yamada{person}@mail.example", "born": born}


_GIVEN = ("太郎", "花子", "一郎", "健太", "美咲", "由美", "誠", "京子")
SCRIPTS[SCRIPT] = _duplicates


def add_duplicates(store: Store, records: int, hold: Path) -> None:
    """Add the source `shop`."""
    add_scripted(store, script=SCRIPT, records=records, hold=str(hold))


def start_hub(url: str, ready: Path) -> ForkServerProcess:
    """A process that syncs, and resolves while it does; it exits with 0 once all is done.

    It makes the file `ready` when it begins, and this returns then.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, WARM])
    process = context.Process(target=_work, args=(url, ready))
    process.start()
    until(lambda: ready.exists() or not process.is_alive(), what="the process to begin")
    ready.unlink()
    return process


def _work(url: str, ready: Path) -> None:
    importlib.import_module(WARM)
    ready.touch()
    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        store = open_store(url)
        until(lambda: _run(store), seconds=60, what="a run that reads everything")
        resolve_pending(store, batch=BATCH)
        store.close()


def _run(store: Store) -> bool:
    def resolve_too(_stream: str, receipt: Receipt) -> None:
        if receipt.fetched % (3 * PAGE) == 0:
            resolve_pending(store, batch=BATCH)

    options = RunOptions(lease_seconds=LEASE_SECONDS, progress=resolve_too)
    try:
        return run_sync(store, BOX, "shop", options).state is RunState.SUCCEEDED
    except ConflictError:
        return False  # the one that was killed holds its lease a little longer
