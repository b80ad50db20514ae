"""Where a stream stands is written by runs and by deliveries, which do not wait for each other."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import text

from daifuku.storage.engine import Store
from daifuku.storage.repositories import states
from tests.support.deadline import until

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_two_that_write_of_a_stream_for_the_first_time_both_do(store: Store) -> None:
    written = threading.Event()

    def deliver() -> None:
        with store.write() as tx:
            states.save_profile(tx, "shop", "orders", b"{}", NOON)
            written.set()
            until(lambda: store.is_sqlite or waits(store))

    def run() -> None:
        written.wait(60)
        with store.write() as tx:
            states.begin_pass(tx, "shop", "orders", NOON)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(deliver), pool.submit(run)]:
            done.result()
    with store.read() as tx:
        held = states.of_source(tx, "shop")["orders"]
    assert (held.profile, held.generation) == (b"{}", 1)


def waits(store: Store) -> bool:
    """Whether one of the database's transactions waits for another."""
    waiting = text(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE NOT l.granted AND a.datname = current_database()"
    )
    with store.read() as tx:
        return bool(tx.execute(waiting).scalar_one())
