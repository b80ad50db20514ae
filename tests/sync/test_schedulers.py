"""Many schedulers at once, without a leader: what is due is queued once, whoever comes first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from daifuku.storage.engine import Store
from daifuku.storage.tables import job, source
from tests.support.scheduling import add_due_sources, run_schedulers

DUE = 10_000


def test_three_schedulers_queue_ten_thousand_due_sources_once_each(
    store: Store, tmp_path: Path
) -> None:
    hours_ago = datetime.now(UTC) - timedelta(hours=2, minutes=30)
    add_due_sources(store, DUE, hours_ago)

    did = run_schedulers(store.url, 3, tmp_path)

    assert sum(scheduler["took"] for scheduler in did) == DUE
    with store.read() as tx:
        assert tx.execute(select(func.count()).select_from(job)).scalar_one() == DUE
        assert tx.execute(select(func.count(job.c.args.distinct()))).scalar_one() == DUE
        coming = tx.execute(select(source.c.next_run_at).distinct()).scalars().all()
    assert coming == [hours_ago + timedelta(hours=3)]
