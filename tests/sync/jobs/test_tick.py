"""The tick: what is due becomes a job once, and workers are told of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from daifuku.storage.engine import Store
from daifuku.storage.repositories import sources
from daifuku.storage.tables import source as source_table
from sync.jobs.tick import Tick
from sync.schedules import CatchUp
from tests.support.jobs import NOW, enqueue, get
from tests.support.scheduling import due_every_hour
from tests.support.scripted import add_scripted

pytestmark = pytest.mark.usefixtures("scripted")


def beat(store: Store) -> list[int]:
    sent: list[int] = []
    Tick(store, sent.append, timedelta(seconds=30)).beat()
    return sent


def test_a_due_source_is_queued_once_and_due_again_later(store: Store) -> None:
    add_scripted(store)
    due_every_hour(store, "shop", NOW)

    sent = beat(store)

    assert get(store, sent[0]).args == {"source": "shop"}
    with store.read() as tx:
        coming = sources.get(tx, "shop").next_run_at
    assert coming is not None
    assert coming > datetime.now(UTC)
    assert beat(store) == []


def test_a_run_that_was_missed_is_left_out_where_the_schedule_says_so(store: Store) -> None:
    add_scripted(store)
    due_every_hour(store, "shop", NOW, CatchUp.SKIP)
    assert beat(store) == []
    with store.read() as tx:
        coming = sources.get(tx, "shop").next_run_at
    assert coming is not None
    assert (coming - NOW) % timedelta(hours=1) == timedelta()


def test_a_schedule_that_cannot_be_kept_pauses_its_source_and_no_other(store: Store) -> None:
    for name in ("broken", "shop"):
        add_scripted(store, name)
        with store.write() as tx:
            sources.set_next_run(tx, name, NOW)
    with store.write() as tx:
        tx.execute(
            update(source_table)
            .where(source_table.c.id == "broken")
            .values(cron="0 0 * * *", time_zone="Asia/Edo")
        )
    assert len(beat(store)) == 1
    with store.read() as tx:
        assert "no time zone" in str(sources.get(tx, "broken").paused_reason)


def test_no_more_are_sent_than_there_is_room_for(store: Store) -> None:
    expected = [enqueue(store) or 0 for _ in range(5)]
    sent: list[int] = []
    Tick(store, sent.append, timedelta(seconds=30), room=lambda: 3).beat()
    assert sent == expected[:3]


def test_a_paused_source_is_left_alone(store: Store) -> None:
    add_scripted(store)
    with store.write() as tx:
        sources.set_next_run(tx, "shop", NOW)
        sources.pause(tx, "shop", "wrong password", NOW)
    assert beat(store) == []


def test_a_message_that_could_not_be_sent_is_sent_at_the_next_tick(store: Store) -> None:
    job_id = enqueue(store)

    def refuse(_: int) -> None:
        raise ConnectionError("no broker")

    with pytest.raises(ConnectionError):
        Tick(store, refuse, timedelta(seconds=30)).beat()
    assert beat(store) == [job_id]


def test_ticks_side_by_side_send_each_job_once(store: Store) -> None:
    expected = sorted(enqueue(store) or 0 for _ in range(20))
    sent: list[int] = []
    tick = Tick(store, sent.append, timedelta(seconds=30))
    threads = [threading.Thread(target=tick.beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == expected
